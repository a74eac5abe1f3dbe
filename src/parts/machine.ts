import type { BackendFailure, Citation, CodexEvent, CodexItem, Delta, ResponseInfo } from '../events/event.ts'
import { type CodexRateLimits, mergeLimits } from '../events/rate-limits.ts'
import type { AnswerForm } from '../request/answer-form.ts'
import { addReasoning } from './blocks.ts'
import { toFinishReason } from './finish-reason.ts'
import { createItemStates, type Emit, type ItemKind, type ItemState } from './item-states.ts'
import { createItems } from './items.ts'
import { createQueue } from './queue.ts'
import { toSearch } from './tool-search.ts'
import { toUsage } from './usage.ts'

/** Turns the events of one answer into parts, in the order of the backend's items. */
export interface PartMachine {
  push(event: CodexEvent, emit: Emit): void
  /** Ends an answer that failed on the way: closes open blocks, and emits the failure once. */
  fail(failure: BackendFailure, emit: Emit): void
  /** True once `finish` or `failure` is emitted: nothing follows. */
  readonly isOver: boolean
}

/**
 * Creates a state machine over the events of one answer, without I/O or a clock. `output_item.done` is the truth about an
 * item: it adds what the deltas left out, and repeats nothing.
 *
 * @param form Shape of the answer that the request asked for. With `jsonOutput`, text of the `commentary` phase is left
 * out, since it would break the JSON, unless the answer has nothing else.
 */
export function createPartMachine(form: Partial<AnswerForm> = {}): PartMachine {
  const states = createItemStates({ unwrapText: form.unwrapOutput === true })
  const items = createItems(form, states, () => created?.id)
  const queue = createQueue(states, items.finish)
  let rateLimits: CodexRateLimits | undefined
  let created: ResponseInfo | undefined
  let rerouted: string | undefined
  let isOver = false

  const hasSearch = form.tools?.get('tool_search')?.kind === 'search'
  const withSearch = (item: CodexItem): CodexItem => (hasSearch ? toSearch(item) : item)

  function onItemAdded(index: number | undefined, given: CodexItem, emit: Emit): void {
    const item = withSearch(given)
    const state = states.announce(index, item)
    if (state.isDone || item !== given) return
    if (item.type === 'message') state.phase = item.phase
    // The call of a built-in tool comes whole.
    if (item.type === 'call' && item.kind !== 'hosted') items.calls.start(state, item, emit)
    if (item.type === 'hosted-call') items.hosted.announce(state, item, emit)
  }

  function onItemDone(index: number | undefined, given: CodexItem, emit: Emit): void {
    const item = withSearch(given)
    const state = states.find(index, item.id, item.type)
    if (!state.isDone) queue.finish(state, item, emit)
  }

  /** Returns the state of the item that a piece belongs to; undefined where that item is done. */
  function openState(event: { index: number | undefined; itemId: string | undefined }, kind: ItemKind) {
    const state = states.claim(event.index, event.itemId, kind)
    return state.isDone ? undefined : state
  }

  function onReasoningDelta(event: Delta & { type: string; part: number }, emit: Emit): void {
    const state = openState(event, 'reasoning')
    const part = event.type === 'reasoning-delta' ? `r${event.part}` : `${event.part}`
    if (state) addReasoning(state, part, event.delta, emit)
  }

  function onCitation(state: ItemState, citation: Citation, emit: Emit): void {
    // A finished item has all of its annotations.
    if (!state.isDone) state.annotations.push(citation.annotation)
    items.sources.cite(state, [citation], emit)
  }

  /** Adds the items that only the last event brings: some backends send no `output_item.done`. */
  function addMissingItems(output: readonly CodexItem[], emit: Emit): void {
    queue.flush(emit)
    for (const [index, item] of output.map(withSearch).entries()) {
      const known = states.findFinished(item, index)
      if (!known) items.finish(states.findUnfinished(item, index), item, emit)
      else if (item.type === 'message') items.sources.cite(known, item.citations, emit)
    }
  }

  function closeAll(hasFailed: boolean, emit: Emit): void {
    items.hosted.flush(hasFailed, emit)
    for (const state of states.all()) items.close(state, emit)
    items.sources.flush(emit)
    isOver = true
  }

  function onTerminal(event: CodexEvent & { type: 'completed' | 'incomplete' }, emit: Emit): void {
    addMissingItems(event.output, emit)
    const all = [...states.all()]
    if (event.type === 'completed') for (const state of all) items.finishCompleteCall(state, emit)
    closeAll(false, emit)
    items.closeCommentary(all, emit)
    const { id, createdAt, model, serviceTier } = event.response
    emit({
      type: 'finish',
      reason: toFinishReason({
        isIncomplete: event.type === 'incomplete',
        reason: event.reason,
        hasToolCalls: items.calls.hasAny(),
        hasRefusal: items.hasRefusal(),
      }),
      rawReason: event.reason,
      usage: toUsage(event.usage),
      info: {
        id: id ?? created?.id,
        createdAt: createdAt ?? created?.createdAt,
        model: rerouted ?? model ?? created?.model,
        serviceTier: serviceTier ?? created?.serviceTier,
      },
      rateLimits,
      endTurn: event.endTurn,
    })
  }

  function fail(failure: BackendFailure, emit: Emit): void {
    if (isOver) return
    closeAll(true, emit)
    emit({ type: 'failure', failure })
  }

  /** Handles an event of one item; false for any other event. */
  function pushItemEvent(event: CodexEvent, emit: Emit): boolean {
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta': {
        const state = openState(event, 'message')
        if (state) items.addText(state, event, emit)
        return true
      }
      case 'tool-input-delta': {
        const state = openState(event, 'call')
        if (state) items.calls.addDelta(state, event.delta, emit)
        return true
      }
      case 'tool-input-done': {
        const state = openState(event, 'call')
        if (state) items.calls.addComplete(state, event.input, emit)
        return true
      }
      case 'summary-delta':
      case 'reasoning-delta':
        onReasoningDelta(event, emit)
        return true
      case 'citation':
        onCitation(states.findCiting(event.index, event.itemId), event.citation, emit)
        return true
      case 'hosted-input-delta': {
        const state = openState(event, 'hosted-call')
        if (state) items.hosted.addInput(state, event.delta, emit)
        return true
      }
      case 'hosted-input-done': {
        const state = openState(event, 'hosted-call')
        if (state) items.hosted.finishInput(state, event.input, emit)
        return true
      }
      case 'image-preview': {
        const state = openState(event, 'hosted-call')
        if (state) items.hosted.preview(state, event.image, emit)
        return true
      }
      case 'item-added':
        onItemAdded(event.index, event.item, emit)
        return true
      case 'item-done':
        onItemDone(event.index, event.item, emit)
        return true
      default:
        return false
    }
  }

  function push(event: CodexEvent, emit: Emit): void {
    if (isOver || pushItemEvent(event, emit)) return
    switch (event.type) {
      case 'created':
        // A response begins once, however often the backend says so.
        if (created) break
        created = event.response
        emit({ type: 'response', info: { ...created, model: rerouted ?? created.model } })
        break
      case 'rerouted':
        rerouted = event.model
        break
      case 'rate-limits':
        rateLimits = mergeLimits(rateLimits, event.limits)
        break
      case 'completed':
      case 'incomplete':
        onTerminal(event, emit)
        break
      case 'failed':
        fail(event.failure, emit)
        break
      default:
    }
  }

  return {
    push,
    fail,
    get isOver() {
      return isOver
    },
  }
}
