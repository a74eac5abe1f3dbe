import type {
  CodexAssistantPart,
  CodexReasoningPart,
  CodexTextPart,
  CodexToolCallPart,
} from '../../request/call.ts'
import { type Neighbour, type SignatureContent, SUMMARY_BREAK } from './signature.ts'

/** A reasoning part of a V1 prompt. */
export interface SignedReasoning {
  text: string
  signature: SignatureContent | undefined
  /** True if a call of the same message stands before it. */
  followsCall: boolean
}

/** The content of a V1 assistant message, by kind. */
export interface AssistantContent {
  reasoning: readonly SignedReasoning[]
  texts: readonly CodexTextPart[]
  /** How many of the texts stand before all reasoning; 0 if there is none. */
  textsBefore: number
  calls: readonly CodexToolCallPart[]
  /** Parts whose place does not matter, such as files. */
  others: readonly CodexAssistantPart[]
}

/** The V1 parts of one reasoning item. */
interface ReasoningItem {
  texts: readonly string[]
  signature: SignatureContent | undefined
  followsCall: boolean
}

/**
 * Restores the order in which the model produced the assistant messages of one turn, with only tool messages between
 * them. `ai` 4 puts the reasoning of a message first, then its text, then its calls; its `useChat` moves the reasoning of
 * a step to the end of the previous message, and text that follows a call into the next one.
 */
export function restoreOrder(messages: readonly AssistantContent[]): CodexAssistantPart[][] {
  const items = placeItems(messages)
  const texts = createTexts(messages, items)
  const calls = createCalls(messages)
  const partsOf = (neighbour: Neighbour, index: number): readonly CodexAssistantPart[] =>
    'text' in neighbour
      ? texts.take(index, neighbour.text, neighbour.phase)
      : calls.take(index, neighbour.call, neighbour.namespace)
  return messages.map((message, index) => [
    ...texts.unsigned(index),
    ...(items[index] ?? []).flatMap((item): CodexAssistantPart[] => [
      ...(item.signature?.before ?? []).flatMap((neighbour) => partsOf(neighbour, index)),
      ...(isNote(item) ? opaqueOf(item) : [toReasoningPart(item)]),
      ...(item.signature?.after ?? []).flatMap((neighbour) => partsOf(neighbour, index)),
    ]),
    ...texts.rest(index),
    ...calls.rest(message),
    ...message.others,
  ])
}

const isNote = ({ signature }: ReasoningItem): boolean =>
  signature !== undefined && signature.encryptedContent === undefined

function opaqueOf({ signature }: ReasoningItem): CodexAssistantPart[] {
  const { item, compHash, contextTokens, search } = signature ?? {}
  if (item) return [{ type: 'opaque', item, ...(compHash === undefined ? {} : { compHash }) }]
  if (contextTokens !== undefined) return [{ type: 'context-usage', totalTokens: contextTokens }]
  const { call, arguments: given } = search ?? {}
  return call === undefined ? [] : [{ type: 'tool-search', callId: call, arguments: given, found: [] }]
}

const toReasoningPart = ({ texts, signature }: ReasoningItem): CodexReasoningPart => ({
  type: 'reasoning',
  summary: splitSummary(texts, signature?.summary),
  encryptedContent: signature?.encryptedContent,
})

/** Merges parts with the same encrypted content into one item, which keeps the first one's signature. */
function mergeParts(parts: readonly SignedReasoning[]): ReasoningItem[] {
  const items = new Map<unknown, ReasoningItem>()
  for (const { text, signature, followsCall } of parts) {
    // A part of another provider is an item of its own, and so is a note.
    const key = signature?.encryptedContent ?? Symbol('alone')
    const item = items.get(key) ?? { texts: [], signature, followsCall }
    const texts = item.texts.includes(text) ? item.texts : [...item.texts, text]
    items.set(key, { ...item, texts })
  }
  return [...items.values()]
}

/** Splits the text of an item, which `ai` may have cut into several parts, into the parts of its summary. */
function splitSummary(texts: readonly string[], lengths: readonly number[] | undefined): readonly string[] {
  const total = lengths?.reduce((sum, length) => sum + length + SUMMARY_BREAK.length, -SUMMARY_BREAK.length)
  const text = [texts.join(SUMMARY_BREAK), texts.join('')].find(({ length }) => length === total)
  // A text that was edited since can't be split.
  if (lengths === undefined || text === undefined) return texts
  let start = 0
  return lengths.map((length) => {
    const part = text.slice(start, start + length)
    start += length + SUMMARY_BREAK.length
    return part
  })
}

const neighboursOf = ({ signature }: ReasoningItem): readonly Neighbour[] => [
  ...(signature?.before ?? []),
  ...(signature?.after ?? []),
]

/** Finds the message that each reasoning item belongs to: the one that it is in, or a later one. */
function placeItems(messages: readonly AssistantContent[]): ReasoningItem[][] {
  const lastIndexOf = new Map(
    messages.flatMap(({ calls }, index) => calls.map(({ callId }) => [callId, index] as const)),
  )
  let waiting: ReasoningItem[] = []
  return messages.map((message, index) => {
    const calls = groupById(message.calls)
    const isLast = index === messages.length - 1
    const isNamedHere = (item: ReasoningItem): boolean =>
      neighboursOf(item).some((neighbour) => 'call' in neighbour && calls.get(neighbour.call)?.length)
    const isNamedLater = (item: ReasoningItem): boolean =>
      neighboursOf(item).some(
        (neighbour) => 'call' in neighbour && (lastIndexOf.get(neighbour.call) ?? -1) > index,
      )
    const place = (item: ReasoningItem): ReasoningItem => {
      for (const neighbour of neighboursOf(item)) if ('call' in neighbour) calls.get(neighbour.call)?.pop()
      return item
    }

    const arrived = waiting.findIndex((item) => !isLast && !isNamedHere(item) && isNamedLater(item))
    const here = (arrived === -1 ? waiting : waiting.slice(0, arrived)).map(place)
    const moved = arrived === -1 ? [] : arrived === 0 ? waiting : waiting.slice(arrived)
    for (const item of mergeParts(message.reasoning)) {
      // Reasoning that follows a call of another answer belongs to the next step.
      const isLater = item.followsCall ? item.signature !== undefined : isSplit(message) && isNamedLater(item)
      if (!isLast && !isNamedHere(item) && isLater) moved.push(item)
      else here.push(place(item))
    }
    waiting = moved
    return here
  })
}

function groupById(calls: readonly CodexToolCallPart[]): Map<string, CodexToolCallPart[]> {
  const groups = new Map<string, CodexToolCallPart[]>()
  for (const call of calls) {
    const group = groups.get(call.callId)
    if (group) group.push(call)
    else groups.set(call.callId, [call])
  }
  return groups
}

/** True if the calls of its answer may be in the next message; then they have no results in between. */
const isSplit = ({ texts, calls }: AssistantContent): boolean => texts.length === 0 && calls.length === 0

/** Hands out each call once, in order of the messages, since two calls may have the same id. */
function createCalls(messages: readonly AssistantContent[]) {
  const open = new Set(messages.flatMap(({ calls }) => calls))
  const callsOf = messages.map(({ calls }) => groupById(calls))
  return {
    take(index: number, callId: string, namespace: string | undefined): readonly CodexToolCallPart[] {
      // A message without calls may be the first half of an answer.
      const own = callsOf[messages[index]?.calls.length === 0 ? index + 1 : index]?.get(callId) ?? []
      const call = own.shift()
      if (!call) return []
      open.delete(call)
      return [{ ...call, namespace: call.namespace ?? namespace }]
    },
    rest: ({ calls }: AssistantContent): readonly CodexToolCallPart[] =>
      calls.filter((call) => open.delete(call)),
  }
}

const lengthOf = (texts: readonly CodexTextPart[]): number =>
  texts.reduce((sum, { text }) => sum + text.length, 0)

const sumOf = (lengths: readonly number[]): number => lengths.reduce((sum, length) => sum + length, 0)

/** How many texts at the start have that length in all; undefined if none do. */
function countOfLength(texts: readonly CodexTextPart[], length: number): number | undefined {
  let sum = 0
  for (const [index, { text }] of texts.entries()) {
    sum += text.length
    if (sum === length) return index + 1
    if (sum > length) return undefined
  }
  return undefined
}

/** The text of a message, which was joined from several, cut again at the lengths in its signatures. */
interface MessageText {
  /** Texts of an answer without a signature, before all others. */
  unsigned: readonly CodexTextPart[]
  /** The text to cut; undefined if it does not have the signed length, so that it stays whole. */
  joined: string | undefined
  start: number
  /** Texts that no signature names, or that can't be cut. */
  whole: readonly CodexTextPart[]
}

function createTexts(messages: readonly AssistantContent[], items: readonly ReasoningItem[][]) {
  const signed = items.map((list) => list.flatMap(neighboursOf).filter((neighbour) => 'text' in neighbour))
  const texts = messages.map((message) => message.texts)
  // Text that follows a call of the same answer is in the next message.
  for (const [index, neighbours] of signed.entries()) {
    const missing = sumOf(neighbours.map(({ text }) => text)) - lengthOf(texts[index] ?? [])
    const next = texts[index + 1] ?? []
    const count = missing > 0 ? countOfLength(next, missing) : undefined
    if (count === undefined || count > (messages[index + 1]?.textsBefore ?? 0)) continue
    texts[index] = [...(texts[index] ?? []), ...next.slice(0, count)]
    texts[index + 1] = next.slice(count)
  }
  let hadPhase = false
  const states = texts.map((own, index) => {
    const neighbours = signed[index] ?? []
    // An answer gets a signature unless all of its text is of the final phase.
    const isFinal = hadPhase && messages[index]?.calls.length === 0
    hadPhase ||= neighbours.some(({ phase }) => phase !== undefined)
    return toMessageText(own, neighbours, isFinal ? 'final_answer' : undefined)
  })
  return {
    unsigned: (index: number): readonly CodexTextPart[] => states[index]?.unsigned ?? [],
    take(index: number, length: number, phase: string | undefined): readonly CodexTextPart[] {
      const state = states[index]
      if (state?.joined === undefined) return takeWhole(state)
      const text = state.joined.slice(state.start, state.start + length)
      state.start += length
      return [{ type: 'text', text, phase }]
    },
    rest: (index: number): readonly CodexTextPart[] => takeWhole(states[index]),
  }
}

function takeWhole(state: MessageText | undefined): readonly CodexTextPart[] {
  const whole = state?.whole ?? []
  if (state) state.whole = []
  return whole
}

function toMessageText(
  texts: readonly CodexTextPart[],
  signed: readonly { text: number }[],
  unsignedPhase: string | undefined,
): MessageText {
  const length = sumOf(signed.map(({ text }) => text))
  const withPhase = (parts: readonly CodexTextPart[]) =>
    parts.map((part) => ({ ...part, phase: part.phase ?? unsignedPhase }))
  if (signed.length === 0) return { unsigned: [], joined: undefined, start: 0, whole: withPhase(texts) }
  const surplus = lengthOf(texts) - length
  const count = surplus === 0 ? 0 : countOfLength(texts, surplus)
  if (count === undefined) return { unsigned: [], joined: undefined, start: 0, whole: texts }
  const joined = texts
    .slice(count)
    .map(({ text }) => text)
    .join('')
  return { unsigned: withPhase(texts.slice(0, count)), joined, start: 0, whole: [] }
}
