import type { CallItem } from '../events/event.ts'
import type { AnswerForm } from '../request/answer-form.ts'
import { remainder } from './blocks.ts'
import { createGrownText } from './grown-text.ts'
import { isParallel, toSingleCalls } from './parallel.ts'
import { createQuoter } from './quote.ts'
import type { Emit, Input, Slot } from './slots.ts'
import { createUnwrapper, unwrap } from './unwrap.ts'

/** The calls of one answer that the caller must run, in the caller's words. */
export function createCalls(tools: Partial<AnswerForm>['tools']) {
  /** The calls that are out: an item that is told twice is one call. */
  const calls = new Set<string>()
  /** Inputs that have started, by call. */
  const inputs = new Map<string, Input>()

  function toolOf({ name, kind }: CallItem): { name: string; isWrapped: boolean } {
    const tool = tools?.get(name)
    // A type of tool is no name, and a name no type.
    const isSame = tool !== undefined && (tool.kind === 'hosted') === (kind === 'hosted')
    return { name: isSame ? tool.name : name, isWrapped: isSame && tool.isWrapped && kind === 'function' }
  }

  /** A wrapper of the model's own, unless the caller has a tool of that name. */
  const isWrapper = (call: CallItem): boolean =>
    isParallel(call) &&
    ![...(tools ?? [])].some(([wire, { name }]) => wire === call.name || name === call.name)

  function start(slot: Slot, call: CallItem, emit: Emit, isHeld = isWrapper(call)): void {
    // A held one has said nothing: it can begin anew.
    if (slot.input && !slot.input.isHeld) return
    const { callId, kind } = call
    const begun = inputs.get(callId)
    if (begun) {
      slot.input = begun
      return
    }
    const { name, isWrapped } = toolOf(call)
    const filter = kind === 'custom' ? createQuoter() : isWrapped ? createUnwrapper() : undefined
    slot.input = { callId, name, said: createGrownText(), filter, isHeld, whole: undefined, isOver: false }
    if (isHeld) return
    inputs.set(callId, slot.input)
    emit({ type: 'tool-input-start', callId, item: slot.index, name })
  }

  /** Without `output_item.added` nobody knows which tool it is for: the call comes whole with `output_item.done`. */
  function addDelta(slot: Slot, delta: string, emit: Emit): void {
    const { input } = slot
    if (!input || input.isHeld || input.isOver || delta === '') return
    input.said.add(delta)
    say(slot, input.filter ? input.filter.push(delta) : delta, emit)
  }

  /** All of the input, while its item is not done. */
  function addWhole(slot: Slot, whole: string | undefined, emit: Emit): void {
    if (!slot.input || whole === undefined) return
    slot.input.whole = whole
    addDelta(slot, remainder(slot.input.said, whole), emit)
  }

  function say(slot: Slot, delta: string, emit: Emit): void {
    if (!slot.input || delta === '') return
    const { callId, name } = slot.input
    emit({ type: 'tool-input-delta', callId, item: slot.index, name, delta })
  }

  function endInput(slot: Slot, whole: string, emit: Emit): void {
    const { input } = slot
    // The id of a call that began can turn into another's: two calls have begun as one then.
    if (!input || input.isOver) return
    addDelta(slot, remainder(input.said, whole), emit)
    say(slot, input.filter?.end() ?? '', emit)
    input.isOver = true
    emit({ type: 'tool-input-end', callId: input.callId, item: slot.index })
  }

  function finish(slot: Slot, call: CallItem, emit: Emit): void {
    if (call.isIncomplete || calls.has(call.callId)) return
    const singles = isWrapper(call) ? toSingleCalls(call) : undefined
    if (singles) for (const single of singles) finish({ ...slot, input: undefined }, single, emit)
    else finishOne(slot, call, emit)
    calls.add(call.callId)
  }

  function finishOne(slot: Slot, call: CallItem, emit: Emit): void {
    const { callId, kind, namespace } = call
    const { name, isWrapped } = toolOf(call)
    const input = kind !== 'custom' && call.input.trim() === '' ? '{}' : call.input
    start(slot, call, emit, false)
    endInput(slot, input, emit)
    emit({
      type: 'tool-call',
      callId,
      item: slot.index,
      itemId: call.id,
      name,
      input: kind === 'custom' ? JSON.stringify(input) : isWrapped ? unwrap(input) : input,
      namespace,
    })
  }

  return { start, addDelta, addWhole, finish, hasAny: (): boolean => calls.size > 0 }
}
