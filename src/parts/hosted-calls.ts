import type { GeneratedImage, HostedCallItem, StreamedInput } from '../events/event.ts'
import { type JsonObject, parseObject } from '../lib/json.ts'
import type { AnswerForm } from '../request/answer-form.ts'
import { remainder } from './blocks.ts'
import type { CallIds } from './call-ids.ts'
import type { Emit, ItemState } from './item-states.ts'
import type { CodexPart } from './part.ts'
import { createQuoter } from './quote.ts'
import { createTextBuffer, type TextBuffer } from './text-buffer.ts'
import type { TextFilter } from './text-filter.ts'

type HostedResult = Extract<CodexPart, { type: 'hosted-result' }>

/** A hosted call that has started. */
export interface HostedCallState {
  readonly callId: string
  readonly name: string
  readonly frame: StreamedInput['frame']
  /** Streamed input so far. */
  readonly received: TextBuffer
  readonly quoter: TextFilter | undefined
  /** The call is emitted, with its input. */
  isCalled: boolean
  hasResult: boolean
}

/** Emits the calls of one answer that the backend runs: the call as soon as its input is known, then its result. */
export function createHostedCalls(tools: Partial<AnswerForm>['tools'], ids: CallIds) {
  /** Results that come as items of their own. */
  const waiting = new Map<string, HostedResult>()
  const started = new Set<ItemState>()

  function nameOf({ tool, name }: Pick<HostedCallItem, 'tool' | 'name'>): string {
    const given = tools?.get(tool)
    const own = given?.kind === 'hosted' || given?.kind === 'search' ? given.name : tool
    return name === undefined ? own : `${own}.${name}`
  }

  function start(state: ItemState, item: StartedItem, emit: Emit): HostedCallState {
    if (state.hosted) return state.hosted
    const frame = item.stream?.frame
    const call: HostedCallState = {
      callId: ids.forHosted(item.callId, state.index),
      name: nameOf(item),
      frame,
      received: createTextBuffer(),
      quoter: frame ? createQuoter() : undefined,
      isCalled: false,
      hasResult: false,
    }
    state.hosted = call
    started.add(state)
    emit({ type: 'hosted-input-start', item: state.index, callId: call.callId, name: call.name })
    return call
  }

  function emitCall(state: ItemState, call: HostedCallState, input: string, emit: Emit): void {
    if (call.isCalled) return
    call.isCalled = true
    const { callId, name } = call
    emit({ type: 'hosted-input-end', item: state.index, callId })
    emit({ type: 'hosted-call', item: state.index, itemId: state.itemId, callId, name, input })
  }

  function emitInput(state: ItemState, { callId }: HostedCallState, delta: string, emit: Emit): void {
    if (delta !== '') emit({ type: 'hosted-input-delta', item: state.index, callId, delta })
  }

  function addInput(state: ItemState, delta: string, emit: Emit): void {
    const call = state.hosted
    if (!call || call.isCalled || delta === '') return
    const head = call.received.length === 0 ? (call.frame?.head ?? '') : ''
    call.received.append(delta)
    emitInput(state, call, head + (call.quoter ? call.quoter.push(delta) : delta), emit)
  }

  /** Completes the streamed input, which may happen before the item is done. */
  function finishInput(state: ItemState, text: string | undefined, emit: Emit): void {
    const call = state.hosted
    if (!call || call.isCalled || text === undefined) return
    addInput(state, remainder(call.received, text), emit)
    if (call.quoter && call.received.length > 0)
      emitInput(state, call, call.quoter.end() + (call.frame?.tail ?? ''), emit)
    emitCall(state, call, toInput(text, call.frame), emit)
  }

  /** Emits the result of the call that waits for it. */
  function release(key: string, result: JsonObject, emit: Emit): void {
    const part = waiting.get(key)
    waiting.delete(key)
    if (part) emit({ ...part, result })
  }

  return {
    /** Starts a call that is announced, and emits it if its input is known. */
    announce(state: ItemState, item: HostedCallItem, emit: Emit): void {
      // The name of an MCP tool may come with the finished item alone.
      if (item.tool === 'mcp' && item.name === undefined) return
      const call = start(state, item, emit)
      if (item.hasFixedInput) emitCall(state, call, item.input, emit)
    },
    addInput,
    finishInput,
    /** Emits an unfinished image as a preliminary result. */
    preview(state: ItemState, { data }: GeneratedImage, emit: Emit): void {
      const call = start(state, { ...IMAGE_CALL, callId: state.itemId }, emit)
      emitCall(state, call, '{}', emit)
      emit(toResult(state, call, { result: { result: data }, isPreliminary: true }))
    },
    finish(state: ItemState, item: HostedCallItem, emit: Emit): void {
      const call = start(state, item, emit)
      if (item.stream) finishInput(state, item.stream.text, emit)
      else {
        if (!item.hasFixedInput && !call.isCalled) emitInput(state, call, item.input, emit)
        emitCall(state, call, item.input, emit)
      }
      const { result, isError, details, outputKey, image } = item
      call.hasResult = true
      // The result is made on our side, once the answer has ended.
      if (result === undefined) return
      const part = toResult(state, call, { result, isError, details })
      if (outputKey === undefined) emit(part)
      else {
        release(outputKey, {}, emit)
        waiting.set(outputKey, part)
      }
      if (image) emit({ type: 'file', item: state.index, itemId: item.id, ...image })
    },
    release,
    /** Ends the calls that are open: with an empty result, unless the answer failed. */
    flush(hasFailed: boolean, emit: Emit): void {
      for (const state of started) {
        const call = state.hosted
        if (!call) continue
        if (!call.isCalled) emit({ type: 'hosted-input-end', item: state.index, callId: call.callId })
        else if (!call.hasResult && !hasFailed) emit(toResult(state, call, { result: {} }))
      }
      if (!hasFailed) for (const part of waiting.values()) emit({ ...part, result: {} })
      started.clear()
      waiting.clear()
    },
  }
}

/** Writes a streamed text as the input of its call, which must be a JSON object. */
function toInput(text: string, frame: StreamedInput['frame']): string {
  if (frame) return `${frame.head}${JSON.stringify(text)}${frame.tail}`
  if (text.trim() === '') return '{}'
  return parseObject(text) ? text : JSON.stringify({ arguments: text })
}

type StartedItem = Pick<HostedCallItem, 'tool' | 'name' | 'callId' | 'stream'>

const IMAGE_CALL = { tool: 'image_generation', name: undefined, stream: undefined }

const toResult = (
  state: ItemState,
  { callId, name }: HostedCallState,
  given: Pick<HostedResult, 'result'> & Partial<HostedResult>,
): HostedResult => ({
  type: 'hosted-result',
  item: state.index,
  itemId: state.itemId,
  callId,
  name,
  isError: false,
  isPreliminary: false,
  details: {},
  ...given,
})
