import { createCallIds } from './call-ids.ts'
import type { InputFile, InputImage } from './files.ts'
import { type CallItem, type InputItem, isCall, isOutput, type OutputItem } from './items.ts'
import { leftOut } from './tool-results.ts'
import type { WarningCollector } from './warnings.ts'

/** What the Codex CLI gives as the output of a call that never got one. */
const NO_OUTPUT = 'aborted'

/**
 * Makes of a history one that the backend takes, the same way every time, so that a conversation keeps its prefix:
 *
 * - a call without an output (an aborted turn) keeps its place and its reasoning and gets the output `aborted`
 * - an output that stands before its call goes behind it; one without a call is left out
 * - each call has an own id of a form that the backend takes, and its output has the same
 * - reasoning that nothing of the same turn follows is left out; the same reasoning twice is sent once
 *
 * What changes the meaning is told by a warning, one of each kind.
 */
export function repairHistory(items: readonly InputItem[], warnings: WarningCollector): InputItem[] {
  const outputOf = pairOutputs(items, warnings)
  const toWire = createCallIds()
  const answers = new Map<OutputItem, OutputItem>()

  const paired = items.flatMap((item, index): InputItem[] => {
    if (isOutput(item)) {
      const answer = answers.get(item)
      return answer ? [answer] : []
    }
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

/** The output in the form that goes with the call. */
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

/** The output of the local shell is text only: a note stands for what is none. */
function shellText(output: OutputItem['output'], callId: string, warnings: WarningCollector): string {
  if (typeof output === 'string') return output
  const lines = output.map((part) => {
    if (part.type === 'input_text') return part.text
    warnings.addOccurrence(
      'Images and files that a local shell gives are sent as a note: the backend takes its text only',
      callId,
    )
    return leftOut(typeInWords(part)).text
  })
  return lines.join('\n')
}

function typeInWords(part: InputImage | InputFile): string {
  const url = part.type === 'input_image' ? part.image_url : part.file_data
  return /^data:([^;,]+)/.exec(url ?? '')?.[1] ?? (part.type === 'input_image' ? 'image' : 'file')
}

interface PlacedOutput {
  item: OutputItem
  index: number
}

/**
 * Which output answers which call. Two calls may have one id: an output belongs to the first unanswered one among the
 * calls that were made last, as calls of one turn are answered together.
 */
function pairOutputs(
  items: readonly InputItem[],
  warnings: WarningCollector,
): ReadonlyMap<CallItem, PlacedOutput> {
  const outputOf = new Map<CallItem, PlacedOutput>()
  const open = new Map<string, Array<{ call: CallItem; turn: number }>>()
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
      const calls = open.get(item.call_id) ?? []
      open.set(item.call_id, calls)
      calls.push({ call: item, turn })
    } else if (isOutput(item)) {
      const calls = open.get(item.call_id)
      const at = calls?.findIndex((entry) => entry.turn === calls.at(-1)?.turn) ?? -1
      const [found] = at === -1 ? [] : (calls?.splice(at, 1) ?? [])
      if (found) outputOf.set(found.call, { item, index })
      else if (calls) leaveOut(item.call_id)
      else early.set(item.call_id, [...(early.get(item.call_id) ?? []), { item, index }])
    }
  }
  for (const [callId, outputs] of early) {
    const calls = open.get(callId) ?? []
    for (const output of outputs) {
      const call = calls.shift()?.call
      if (call) outputOf.set(call, output)
      else leaveOut(callId)
    }
  }
  return outputOf
}

/** What the model makes after its reasoning. */
const isFollower = (item: InputItem): boolean =>
  isCall(item) || (item.type === 'message' && item.role === 'assistant')

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
      'Parts of reasoning that nothing follows in the prompt are left out: the Codex backend refuses them alone',
    )
  }
  return items.filter((item) => {
    if (item.type !== 'reasoning') return true
    if (alone.has(item) || seen.has(item.encrypted_content)) return false
    seen.add(item.encrypted_content)
    return true
  })
}
