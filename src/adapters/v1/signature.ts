import { asObject, parseObject, textOf } from '../../lib/json.ts'
import type {
  CodexAssistantPart,
  CodexReasoningPart,
  CodexTextPart,
  CodexToolCallPart,
} from '../../request/call.ts'

/** What stands before the JSON of our signatures, so that those of other providers are told apart. */
const TAG = 'codex:v1:'

/** What stood beside a reasoning item: a message of so many characters, or a call. */
export type Neighbour =
  | { text: number; phase?: string | undefined }
  | { call: string; namespace?: string | undefined }

/**
 * What a V1 reasoning signature holds. LanguageModelV1 has no other place for it, and puts an assistant's reasoning
 * first, then its text as one, then its calls: the order that the model made is kept here.
 */
export interface SignatureContent {
  /** Absent in a note: what an answer without such reasoning has to remember. */
  encryptedContent?: string | undefined
  /** Lengths of the summary's parts, where it has several. */
  summary?: number[] | undefined
  /** What came before the first reasoning item; only that one's signature tells it. */
  before?: Neighbour[] | undefined
  /** What came after the item, up to the next one. */
  after: Neighbour[]
}

export function encodeSignature(content: SignatureContent): string {
  return TAG + JSON.stringify(content)
}

/** The content of one of our signatures; undefined for any other text. */
export function decodeSignature(signature: unknown): SignatureContent | undefined {
  if (typeof signature !== 'string' || !signature.startsWith(TAG)) return undefined
  const { encryptedContent, summary, before, after } = asObject(parseObject(signature.slice(TAG.length)))
  const isOurs =
    typeof encryptedContent === 'string' || (encryptedContent === undefined && Array.isArray(after))
  if (!isOurs) return undefined
  return {
    encryptedContent,
    summary: Array.isArray(summary) && summary.every(isLength) ? summary : undefined,
    before: Array.isArray(before) ? before.flatMap(toNeighbour) : undefined,
    after: Array.isArray(after) ? after.flatMap(toNeighbour) : [],
  }
}

const isLength = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

/** A history may have been stored and changed by anybody: what is no neighbour is passed over. */
function toNeighbour(value: unknown): Neighbour[] {
  const { text, phase, call, namespace } = asObject(value)
  if (isLength(text)) return [{ text, phase: textOf(phase) }]
  return typeof call === 'string' ? [{ call, namespace: textOf(namespace) }] : []
}

/** What separates the parts of a summary within one V1 reasoning part. */
export const SUMMARY_BREAK = '\n\n'

/** Cuts the texts of one item, of which `ai` may have made one or several parts, into those of its summary. */
function splitSummary(texts: readonly string[], lengths: readonly number[] | undefined): readonly string[] {
  const total = lengths?.reduce((sum, length) => sum + length + SUMMARY_BREAK.length, -SUMMARY_BREAK.length)
  const text = [texts.join(SUMMARY_BREAK), texts.join('')].find(({ length }) => length === total)
  // A text that was changed since can't be taken apart.
  if (lengths === undefined || text === undefined) return texts
  let start = 0
  return lengths.map((length) => {
    const part = text.slice(start, start + length)
    start += length + SUMMARY_BREAK.length
    return part
  })
}

export interface SignedReasoning {
  text: string
  signature: SignatureContent | undefined
}

/** The V1 parts of one reasoning item. */
interface ReasoningItem {
  texts: readonly string[]
  signature: SignatureContent | undefined
}

/** Parts with the same encrypted content are one item; the first one's signature stands for all. */
function mergeParts(parts: readonly SignedReasoning[]): ReasoningItem[] {
  const items = new Map<unknown, ReasoningItem>()
  for (const { text, signature } of parts) {
    // What is not ours is an item of its own, and so is a note.
    const key = signature?.encryptedContent ?? Symbol('alone')
    const item = items.get(key) ?? { texts: [], signature }
    const texts = item.texts.includes(text) ? item.texts : [...item.texts, text]
    items.set(key, { ...item, texts })
  }
  return [...items.values()]
}

const toReasoningPart = ({ texts, signature }: ReasoningItem): CodexReasoningPart => ({
  type: 'reasoning',
  summary: splitSummary(texts, signature?.summary),
  encryptedContent: signature?.encryptedContent,
})

const isNote = ({ signature }: ReasoningItem): boolean =>
  signature !== undefined && signature.encryptedContent === undefined

/** Puts the parts of a V1 assistant message back in the order in which the model made them. */
export function restoreOrder(content: {
  reasoning: readonly SignedReasoning[]
  texts: readonly CodexTextPart[]
  calls: readonly CodexToolCallPart[]
}): CodexAssistantPart[] {
  const { texts, calls } = content
  const reasoning = mergeParts(content.reasoning)
  const takeText = textTaker(texts, reasoning)
  // Two calls may have one id.
  const open = new Set(calls)
  const callsOf = new Map<string, CodexToolCallPart[]>()
  for (const call of calls) callsOf.set(call.callId, [...(callsOf.get(call.callId) ?? []), call])

  const partsOf = (neighbour: Neighbour): readonly CodexAssistantPart[] => {
    if ('text' in neighbour) return takeText.next(neighbour.text, neighbour.phase)
    const call = callsOf.get(neighbour.call)?.shift()
    if (!call) return []
    open.delete(call)
    return [{ ...call, namespace: call.namespace ?? neighbour.namespace }]
  }

  const ordered = reasoning.flatMap((part): CodexAssistantPart[] => [
    ...(part.signature?.before ?? []).flatMap(partsOf),
    ...(isNote(part) ? [] : [toReasoningPart(part)]),
    ...(part.signature?.after ?? []).flatMap(partsOf),
  ])
  return [...ordered, ...takeText.rest(), ...open]
}

/** Cuts the joined text at the lengths that the signatures tell; a text that does not fit them stays whole. */
function textTaker(texts: readonly CodexTextPart[], reasoning: readonly ReasoningItem[]) {
  const lengths = reasoning.flatMap(({ signature }) =>
    [...(signature?.before ?? []), ...(signature?.after ?? [])].flatMap((neighbour) =>
      'text' in neighbour ? [neighbour.text] : [],
    ),
  )
  const joined = texts.map((part) => part.text).join('')
  const fits = lengths.length > 0 && joined.length === lengths.reduce((sum, length) => sum + length, 0)
  let start = 0
  let whole: readonly CodexTextPart[] = fits ? [] : texts
  return {
    next(length: number, phase: string | undefined): readonly CodexTextPart[] {
      if (!fits) {
        const all = whole
        whole = []
        return all
      }
      const text = joined.slice(start, start + length)
      start += length
      return [{ type: 'text', text, phase }]
    },
    rest: (): readonly CodexTextPart[] => whole,
  }
}
