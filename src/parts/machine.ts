import type { BackendFailure, CodexEvent, CodexItem, Delta, ResponseInfo } from '../events/event.ts'
import { type CodexRateLimits, mergeLimits } from '../events/rate-limits.ts'
import type { AnswerForm } from '../request/answer-form.ts'
import { addReasoning, addSources } from './blocks.ts'
import { toFinishReason } from './finish-reason.ts'
import { createItems } from './items.ts'
import { createQueue } from './queue.ts'
import { createSlots, type Emit, type ItemKind } from './slots.ts'
import { toUsage } from './usage.ts'

/** Turns the events of one answer into parts, in the order of the backend's items. */
export interface PartMachine {
  push(event: CodexEvent, emit: Emit): void
  /** The answer failed on the way: open blocks are closed, and the failure is told once. */
  fail(failure: BackendFailure, emit: Emit): void
  /** True once `finish` or `failure` is out: nothing more comes. */
  readonly isOver: boolean
}

/**
 * A state machine over the events of one answer: no I/O, no clock. `output_item.done` is the truth about an item: it
 * adds what the deltas left out, and never repeats what they said.
 *
 * @param form how the request shapes its answer. With `jsonOutput`, text of the `commentary` phase is left out, since it
 * would break the JSON, unless the answer has nothing else.
 */
export function createPartMachine(form: Partial<AnswerForm> = {}): PartMachine {
  const slots = createSlots({ unwrapText: form.unwrapOutput === true })
  const items = createItems(form)
  const queue = createQueue(slots, items.finish)
  let rateLimits: CodexRateLimits | undefined
  let created: ResponseInfo | undefined
  let rerouted: string | undefined
  let isOver = false

  function onItemAdded(index: number | undefined, item: CodexItem, emit: Emit): void {
    // Without an index, a new item is a new place, whatever is open.
    const slot = index === undefined ? (slots.byId(item.id) ?? slots.next()) : slots.at(index)
    if (slot.isDone) return
    slot.itemId ??= item.id
    slot.kind = item.type
    slot.added = item
    if (item.type === 'message') slot.phase = item.phase
    // The call of a built-in tool comes whole.
    if (item.type === 'call' && item.kind !== 'hosted') items.calls.start(slot, item, emit)
  }

  function onItemDone(index: number | undefined, item: CodexItem, emit: Emit): void {
    const slot = slots.findWhole(item, index)
    if (!slot.isDone) queue.finish(slot, item, emit)
  }

  /** Where a delta belongs, or undefined where its item is done already. */
  function openSlot(event: { index: number | undefined; itemId: string | undefined }, kind: ItemKind) {
    const slot = slots.claim(event.index, event.itemId, kind)
    return slot.isDone ? undefined : slot
  }

  function onReasoningDelta(event: Delta & { type: string; part: number }, emit: Emit): void {
    const slot = openSlot(event, 'reasoning')
    const part = event.type === 'reasoning-delta' ? `r${event.part}` : `${event.part}`
    if (slot) addReasoning(slot, part, event.delta, emit)
  }

  /** Items that only the last event tells: some backends send no `output_item.done`. */
  function addMissingItems(output: readonly CodexItem[], emit: Emit): void {
    queue.flush(emit)
    for (const [index, item] of output.entries()) {
      const known = slots.findDone(item, index)
      if (!known) items.finish(slots.findOpen(item, index), item, emit)
      else if (item.type === 'message') addSources(known, item.citations, emit)
    }
  }

  function closeAll(emit: Emit): void {
    items.hosted.flush(emit)
    for (const slot of slots.all()) items.close(slot, emit)
    isOver = true
  }

  function onTerminal(event: CodexEvent & { type: 'completed' | 'incomplete' }, emit: Emit): void {
    addMissingItems(event.output, emit)
    if (event.type === 'completed') for (const slot of slots.all()) items.finishToldCall(slot, emit)
    closeAll(emit)
    items.settleCommentary(slots.all(), emit)
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
    closeAll(emit)
    emit({ type: 'failure', failure })
  }

  /** What concerns one item; true where the event was such a thing. */
  function pushItemEvent(event: CodexEvent, emit: Emit): boolean {
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta': {
        const slot = openSlot(event, 'message')
        if (slot) items.addText(slot, event, emit)
        return true
      }
      case 'tool-input-delta': {
        const slot = openSlot(event, 'call')
        if (slot) items.calls.addDelta(slot, event.delta, emit)
        return true
      }
      case 'tool-input-done': {
        const slot = openSlot(event, 'call')
        if (slot) items.calls.addWhole(slot, event.input, emit)
        return true
      }
      case 'summary-delta':
      case 'reasoning-delta':
        onReasoningDelta(event, emit)
        return true
      case 'citation':
        addSources(slots.findCiting(event.index, event.itemId), [event.citation], emit)
        return true
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
        created ??= event.response
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
