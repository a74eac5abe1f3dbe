import { createCallIds } from './call-ids.ts'
import type { InputFile, InputImage } from './files.ts'
import { type CallItem, type InputItem, isCall, isOutput, type OutputItem } from './items.ts'
import { leftOut } from './tool-results.ts'
import type { WarningCollector } from './warnings.ts'

/** The output of a call that never got one, as the Codex CLI has it. */
const NO_OUTPUT = 'aborted'

/**
 * Repairs a history so that the backend takes it, the same way every time, so that a conversation keeps its prefix:
 *
 * - a call without an output (an aborted turn) keeps its place and its reasoning, and gets the output `aborted`
 * - an output before its call moves behind it; one without a call is left out
 * - each call gets an id of its own that the backend takes, and its output the same
 * - reasoning that nothing of the same turn follows is left out; the same reasoning twice is sent once
 *
 * A repair that changes the meaning adds a warning.
 */
export function repairHistory(items: readonly InputItem[], warnings: WarningCollector): InputItem[] {
  const outputOf = pairOutputs(items, warnings)
  const toWire = createCallIds()
  const answers = new Map<OutputItem, OutputItem>()
  let searchId = ''

  const paired = items.flatMap((item, index): InputItem[] => {
    if (isOutput(item)) {
      const answer = answers.get(item)
      return answer ? [answer] : []
    }
    // The output of a search follows it at once.
    if (item.type === 'tool_search_call') {
      searchId = toWire(item.call_id)
      return [{ ...item, call_id: searchId }]
    }
    if (item.type === 'tool_search_output') return [{ ...item, call_id: searchId }]
    if (!isCall(item)) return [item]
    const call = { ...item, call_id: toWire(item.call_id) }
    const output = outputOf.get(item)
    if (output === undefined) {
      warnings.addOccurrence(`Tool calls without a result are sent as ${NO_OUTPUT}`, nameOf(item))
      return [call, answerTo(call, NO_OUTPUT, warnings)]
    }
    const answer = answerTo(call, output.item.output, warnings)
    if (output.index < index) return [call, answer]
    answers.set(output.item, answer)
    return [call]
  })
  return keepReasoning(paired, warnings)
}

const nameOf = (call: CallItem): string =>
  `${call.call_id} (${call.type === 'local_shell_call' ? 'local_shell' : call.name})`

/** Returns the output in the form that fits the call. */
function answerTo(call: CallItem, output: OutputItem['output'], warnings: WarningCollector): OutputItem {
  const { call_id } = call
  switch (call.type) {
    case 'function_call':
      return { type: 'function_call_output', call_id, output }
    case 'custom_tool_call':
      return { type: 'custom_tool_call_output', call_id, output }
    case 'local_shell_call':
      return { type: 'local_shell_call_output', call_id, output: shellText(output, call_id, warnings) }
    default:
      return call satisfies never
  }
}

/** The output of the local shell is text only; a note replaces an image or a file. */
function shellText(output: OutputItem['output'], callId: string, warnings: WarningCollector): string {
  if (typeof output === 'string') return output
  const lines = output.map((part) => {
    if (part.type === 'input_text') return part.text
    warnings.addOccurrence(
      'Images and files from a local shell are sent as a note: the backend takes only its text',
      callId,
    )
    return leftOut(typeOf(part)).text
  })
  return lines.join('\n')
}

function typeOf(part: InputImage | InputFile): string {
  const url = part.type === 'input_image' ? part.image_url : part.file_data
  return /^data:([^;,]+)/.exec(url ?? '')?.[1] ?? (part.type === 'input_image' ? 'image' : 'file')
}

/** The calls of one turn that share an id; those before `next` have their output. */
interface CallsOfTurn {
  turn: number
  calls: CallItem[]
  next: number
}

interface PlacedOutput {
  item: OutputItem
  index: number
}

/**
 * Finds the output of each call. Where calls share an id, an output belongs to the first unanswered call of the latest
 * turn that has one: the calls of a turn are answered together.
 */
function pairOutputs(
  items: readonly InputItem[],
  warnings: WarningCollector,
): ReadonlyMap<CallItem, PlacedOutput> {
  const outputOf = new Map<CallItem, PlacedOutput>()
  const open = new Map<string, CallsOfTurn[]>()
  const early = new Map<string, PlacedOutput[]>()
  const leaveOut = (callId: string) =>
    warnings.addOccurrence('Tool results without a call of their own are left out', callId)
  let turn = 0
  let wasAnswer = false
  for (const [index, item] of items.entries()) {
    const isAnswer = item.type === 'reasoning' || isFollower(item)
    if (isAnswer && !wasAnswer) turn++
    wasAnswer = isAnswer
    if (isCall(item)) {
      const turns = listIn(open, item.call_id)
      const latest = turns.at(-1)
      if (latest?.turn === turn) latest.calls.push(item)
      else turns.push({ turn, calls: [item], next: 0 })
    } else if (isOutput(item)) {
      const turns = open.get(item.call_id)
      const call = turns && takeUnanswered(turns)
      if (call) outputOf.set(call, { item, index })
      else if (turns) leaveOut(item.call_id)
      else listIn(early, item.call_id).push({ item, index })
    }
  }
  for (const [callId, outputs] of early) {
    const unanswered = (open.get(callId) ?? []).flatMap(({ calls, next }) => calls.slice(next))
    for (const [at, output] of outputs.entries()) {
      const call = unanswered[at]
      if (call) outputOf.set(call, output)
      else leaveOut(callId)
    }
  }
  return outputOf
}

/** Takes the first unanswered call of the latest turn that has one. */
function takeUnanswered(turns: CallsOfTurn[]): CallItem | undefined {
  const latest = turns.at(-1)
  const call = latest?.calls[latest.next]
  if (latest && ++latest.next === latest.calls.length) turns.pop()
  return call
}

/** Returns the list under a key, a new one where there is none yet. */
function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

/** True for what the model makes after its reasoning. */
const isFollower = (item: InputItem): boolean =>
  isCall(item) || item.type === 'tool_search_call' || (item.type === 'message' && item.role === 'assistant')

/** Leaves out reasoning that has no follower, and the second of two with the same content. */
function keepReasoning(items: readonly InputItem[], warnings: WarningCollector): InputItem[] {
  const alone = new Set<InputItem>()
  let isFollowed = false
  for (const item of items.toReversed()) {
    if (item.type !== 'reasoning') isFollowed = isFollower(item)
    else if (!isFollowed) alone.add(item)
  }
  const seen = new Set<string>()
  if (alone.size > 0) {
    warnings.addOccurrence(
      'Parts of reasoning that nothing follows are left out: the backend refuses them alone',
    )
  }
  return items.filter((item) => {
    if (item.type !== 'reasoning') return true
    if (alone.has(item) || seen.has(item.encrypted_content)) return false
    seen.add(item.encrypted_content)
    return true
  })
}
