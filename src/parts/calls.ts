import type { CallItem } from '../events/event.ts'
import type { AnswerForm } from '../request/answer-form.ts'
import { remainder } from './blocks.ts'
import type { CallIds } from './call-ids.ts'
import type { Emit, ItemState, ToolInput } from './item-states.ts'
import { isParallel, toSingleCalls } from './parallel.ts'
import { createQuoter } from './quote.ts'
import { createTextBuffer } from './text-buffer.ts'
import { createUnwrapper, unwrap } from './unwrap.ts'

/** Emits the calls of one answer that the caller must run, under the caller's names. */
export function createCalls(tools: Partial<AnswerForm>['tools'], ids: CallIds) {
  /** Ids of the calls that are emitted: an item that comes twice is one call. */
  const emitted = new Set<string>()
  /** Inputs that have started, by call id. */
  const inputs = new Map<string, ToolInput>()

  function toolOf({ name, kind }: CallItem): { name: string; isWrapped: boolean } {
    const tool = tools?.get(name)
    // The type of a hosted tool may equal the name of another tool.
    const isSame = tool !== undefined && (tool.kind === 'hosted') === (kind === 'hosted')
    return { name: isSame ? tool.name : name, isWrapped: isSame && tool.isWrapped && kind === 'function' }
  }

  /** True for the model's own wrapper around several calls, unless the caller has a tool of that name. */
  const isWrapper = (call: CallItem): boolean =>
    isParallel(call) &&
    ![...(tools ?? [])].some(([wire, { name }]) => wire === call.name || name === call.name)

  function start(state: ItemState, call: CallItem, emit: Emit, isHeld = isWrapper(call)): void {
    // A held input has emitted nothing, so it can start anew.
    if (state.input && !state.input.isHeld) return
    const { kind } = call
    const callId = ids.forCaller(call.callId, state.index)
    const begun = inputs.get(callId)
    if (begun) {
      state.input = begun
      return
    }
    const { name, isWrapped } = toolOf(call)
    const filter = kind === 'custom' ? createQuoter() : isWrapped ? createUnwrapper() : undefined
    const received = createTextBuffer()
    state.input = { callId, name, received, filter, isHeld, complete: undefined, hasEnded: false }
    if (isHeld) return
    inputs.set(callId, state.input)
    emit({ type: 'tool-input-start', callId, item: state.index, name })
  }

  /** Adds a piece of the input. Before `output_item.added` its tool is unknown: then the item brings the whole call. */
  function addDelta(state: ItemState, delta: string, emit: Emit): void {
    const { input } = state
    if (!input || input.isHeld || input.hasEnded || delta === '') return
    input.received.append(delta)
    emitDelta(state, input.filter ? input.filter.push(delta) : delta, emit)
  }

  /** Adds the complete input of an item that is not done. */
  function addComplete(state: ItemState, complete: string | undefined, emit: Emit): void {
    if (!state.input || complete === undefined) return
    state.input.complete = complete
    addDelta(state, remainder(state.input.received, complete), emit)
  }

  function emitDelta(state: ItemState, delta: string, emit: Emit): void {
    if (!state.input || delta === '') return
    const { callId, name } = state.input
    emit({ type: 'tool-input-delta', callId, item: state.index, name, delta })
  }

  function endInput(state: ItemState, complete: string, emit: Emit): void {
    const { input } = state
    // Two calls that began under one id share an input.
    if (!input || input.hasEnded) return
    addDelta(state, remainder(input.received, complete), emit)
    emitDelta(state, input.filter?.end() ?? '', emit)
    input.hasEnded = true
    emit({ type: 'tool-input-end', callId: input.callId, item: state.index })
  }

  function finish(state: ItemState, given: CallItem, emit: Emit): void {
    if (given.isIncomplete) return
    const call = { ...given, callId: ids.forCaller(given.callId, state.index) }
    if (emitted.has(call.callId)) return
    const singles = isWrapper(call) ? toSingleCalls(call) : undefined
    if (singles) for (const single of singles) finish({ ...state, input: undefined }, single, emit)
    else finishOne(state, call, emit)
    emitted.add(call.callId)
  }

  function finishOne(state: ItemState, call: CallItem, emit: Emit): void {
    const { callId, kind, namespace } = call
    const { name, isWrapped } = toolOf(call)
    const input = kind !== 'custom' && call.input.trim() === '' ? '{}' : call.input
    start(state, call, emit, false)
    endInput(state, input, emit)
    emit({
      type: 'tool-call',
      callId,
      item: state.index,
      itemId: call.id,
      name,
      input: kind === 'custom' ? JSON.stringify(input) : isWrapped ? unwrap(input) : input,
      namespace,
    })
  }

  return { start, addDelta, addComplete, finish, hasAny: (): boolean => emitted.size > 0 }
}
