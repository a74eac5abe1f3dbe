import type { BackendFailure, CodexEvent, CodexItem, Delta, ResponseInfo } from '../events/event.ts'
import type { JsonObject } from '../json.ts'
import { toFinishReason } from './finish-reason.ts'
import {
  addInput,
  addReasoning,
  addText,
  closeReasoning,
  closeText,
  createSlots,
  type Emit,
  type ItemKind,
  phaseOf,
  reasoningBlock,
  type Slot,
  sameAsOf,
  startInput,
} from './slots.ts'
import { toUsage } from './usage.ts'

type Item<Type extends CodexItem['type']> = CodexItem & { type: Type }

/** Turns the events of one answer into parts, in the order of the backend's items. */
export interface PartMachine {
  push(event: CodexEvent, emit: Emit): void
  /** The answer failed on the way: open blocks are closed, and the failure is told once. */
  fail(failure: BackendFailure, emit: Emit): void
  /** True once `finish` or `failure` is out: nothing more comes. */
  readonly isOver: boolean
}

/** The failure of a stream that ends without a terminal event (codex-wire.md 1.9). */
export const STREAM_CUT: BackendFailure = {
  message: 'The stream was cut: it ended before the answer was complete.',
  code: 'stream_cut',
  type: undefined,
  statusCode: undefined,
  data: {},
}

/**
 * A state machine over the events of one answer: no I/O, no clock. `output_item.done` is the truth about an item: it
 * adds what the deltas left out, and never repeats what they said.
 *
 * @param options.jsonOutput text of the `commentary` phase is left out, since it would break the JSON
 */
export function createPartMachine(options: { jsonOutput?: boolean } = {}): PartMachine {
  const slots = createSlots()
  /** Whole items that came before an earlier item was done: they wait for their turn. */
  const held = new Map<number, CodexItem>()
  let nextIndex = 0
  /** The calls that are out: an item that is told twice is one call. */
  const calls = new Set<string>()
  let hasRefusal = false
  let rateLimits: JsonObject | undefined
  let created: ResponseInfo | undefined
  let isOver = false

  /** Text of a phase that would break the JSON. */
  const isHidden = (phase: string | undefined): boolean =>
    options.jsonOutput === true && phase === 'commentary'

  /** By index, since ids can rotate; where the backend left it out, by id, else the last open item of that kind. */
  function slotOf(index: number | undefined, itemId: string | undefined, kind: ItemKind): Slot {
    if (index !== undefined) return slots.at(index)
    return slots.byId(itemId) ?? slots.lastOpen(kind) ?? slots.next()
  }

  /** Where a delta belongs, or undefined where its item is done already. */
  function openSlot(event: Delta, kind: ItemKind): Slot | undefined {
    const slot = slotOf(event.index, event.itemId, kind)
    slot.itemId ??= event.itemId
    slot.kind ??= kind
    return slot.isDone ? undefined : slot
  }

  function onDelta(event: Delta & { type: string }, emit: Emit): void {
    const isInput = event.type === 'tool-input-delta'
    const slot = openSlot(event, isInput ? 'function-call' : 'message')
    if (!slot) return
    if (isInput) addInput(slot, event.delta, emit)
    else if (!isHidden(phaseOf(slot))) addText(slot, event.delta, emit)
  }

  function onReasoningDelta(event: Delta & { type: string; part: number }, emit: Emit): void {
    const slot = openSlot(event, 'reasoning')
    const part = event.type === 'reasoning-delta' ? `r${event.part}` : `${event.part}`
    if (slot) addReasoning(slot, part, event.delta, emit)
  }

  function onItemAdded(index: number | undefined, item: CodexItem, emit: Emit): void {
    // Without an index, a new item is a new place, whatever is open.
    const slot = index === undefined ? (slots.byId(item.id) ?? slots.next()) : slots.at(index)
    if (slot.isDone) return
    slot.itemId ??= item.id
    slot.kind = item.type
    slot.added = item
    startInput(slot, emit)
  }

  function onItemDone(index: number | undefined, item: CodexItem, emit: Emit): void {
    const slot = slotOfDone(index, item)
    if (slot.isDone) return
    const isSilent = slot.text === undefined && slot.reasoning.size === 0 && !slot.input
    if (isSilent && slot.index > nextIndex) {
      held.set(slot.index, item)
      return
    }
    finishItem(slot, item, emit)
    advance(emit)
  }

  /** Where a whole item belongs; without an index, calls are known by their call id. */
  function slotOfDone(index: number | undefined, item: CodexItem): Slot {
    const byCall =
      index === undefined && item.type === 'function-call'
        ? slots.all().find(({ added }) => added?.type === 'function-call' && added.callId === item.callId)
        : undefined
    return byCall ?? slotOf(index, item.id, item.type)
  }

  /** Lets out the held items whose turn has come. */
  function advance(emit: Emit): void {
    while (true) {
      const item = held.get(nextIndex)
      if (item) {
        held.delete(nextIndex)
        finishItem(slots.at(nextIndex), item, emit)
      } else if (!slots.isDone(nextIndex)) {
        return
      }
      nextIndex += 1
    }
  }

  function finishItem(slot: Slot, item: CodexItem, emit: Emit): void {
    slot.itemId ??= item.id
    switch (item.type) {
      case 'message':
        finishMessage(slot, item, emit)
        break
      case 'reasoning':
        finishReasoning(slot, item, emit)
        break
      case 'function-call':
        finishCall(slot, item, emit)
        break
      case 'other':
        closeBlocks(slot, emit)
        break
      default:
        item satisfies never
    }
    slot.kind = item.type
    slot.sameAs = sameAsOf(item)
    slot.isDone = true
  }

  function finishMessage(slot: Slot, item: Item<'message'>, emit: Emit): void {
    hasRefusal ||= item.hasRefusal
    slot.added ??= item
    if (!isHidden(item.phase)) addText(slot, remainder(slot.text?.text, item.text), emit)
    closeText(slot, item.phase ?? phaseOf(slot), emit)
  }

  function finishReasoning(slot: Slot, item: Item<'reasoning'>, emit: Emit): void {
    for (const [part, text] of item.summary.entries()) {
      addReasoning(slot, `${part}`, remainder(slot.reasoning.get(`${part}`)?.text, text), emit)
    }
    for (const [part, text] of item.content.entries()) {
      addReasoning(slot, `r${part}`, remainder(slot.reasoning.get(`r${part}`)?.text, text), emit)
    }
    // An item that shows nothing still carries what the next request must send back.
    if (item.encryptedContent !== undefined && slot.reasoning.size === 0) reasoningBlock(slot, '0', emit)
    closeReasoning(slot, item.encryptedContent, emit)
  }

  function finishCall(slot: Slot, item: Item<'function-call'>, emit: Emit): void {
    const { callId, name, namespace } = item
    if (item.isIncomplete || calls.has(callId)) return
    calls.add(callId)
    const input = item.arguments.trim() === '' ? '{}' : item.arguments
    slot.added ??= item
    startInput(slot, emit)
    addInput(slot, remainder(slot.input, input), emit)
    emit({ type: 'tool-input-end', callId, item: slot.index })
    emit({ type: 'tool-call', callId, item: slot.index, itemId: item.id, name, input, namespace })
  }

  function closeBlocks(slot: Slot, emit: Emit): void {
    closeText(slot, phaseOf(slot), emit)
    closeReasoning(slot, undefined, emit)
  }

  /** Items that only the last event tells: some backends send no `output_item.done`. */
  function addMissingItems(output: readonly CodexItem[], emit: Emit): void {
    const byIndex = (a: [number, CodexItem], b: [number, CodexItem]) => a[0] - b[0]
    for (const [index, item] of [...held].sort(byIndex)) finishItem(slots.at(index), item, emit)
    held.clear()
    for (const [index, item] of output.entries()) {
      if (isKnown(item, index)) continue
      const slot = slots.at(index)
      finishItem(slot.isDone ? slots.next() : slot, item, emit)
    }
  }

  /** True for an item that is done: by its place and kind, its id, or what it says. */
  function isKnown(item: CodexItem, index: number): boolean {
    const same = sameAsOf(item)
    return slots
      .all()
      .some(
        (slot) =>
          slot.isDone &&
          slot.kind === item.type &&
          (slot.index === index ||
            (item.id !== undefined && slot.itemId === item.id) ||
            (same !== undefined && slot.sameAs === same)),
      )
  }

  function onTerminal(event: CodexEvent & { type: 'completed' | 'incomplete' }, emit: Emit): void {
    addMissingItems(event.output, emit)
    for (const slot of slots.all()) closeBlocks(slot, emit)
    isOver = true
    const { id, createdAt, model, serviceTier } = event.response
    emit({
      type: 'finish',
      reason: toFinishReason({
        isIncomplete: event.type === 'incomplete',
        reason: event.reason,
        hasToolCalls: calls.size > 0,
        hasRefusal,
      }),
      rawReason: event.reason,
      usage: toUsage(event.usage),
      info: {
        id: id ?? created?.id,
        createdAt: createdAt ?? created?.createdAt,
        model: model ?? created?.model,
        serviceTier: serviceTier ?? created?.serviceTier,
      },
      rateLimits,
    })
  }

  function fail(failure: BackendFailure, emit: Emit): void {
    if (isOver) return
    for (const slot of slots.all()) closeBlocks(slot, emit)
    isOver = true
    emit({ type: 'failure', failure })
  }

  function push(event: CodexEvent, emit: Emit): void {
    if (isOver) return
    switch (event.type) {
      case 'text-delta':
      case 'tool-input-delta':
        onDelta(event, emit)
        break
      case 'refusal-delta':
        hasRefusal = true
        onDelta(event, emit)
        break
      case 'summary-delta':
      case 'reasoning-delta':
        onReasoningDelta(event, emit)
        break
      case 'item-added':
        onItemAdded(event.index, event.item, emit)
        break
      case 'item-done':
        onItemDone(event.index, event.item, emit)
        break
      case 'created':
        created ??= event.response
        emit({ type: 'response', info: created })
        break
      case 'rate-limits':
        rateLimits = event.value
        break
      case 'completed':
      case 'incomplete':
        onTerminal(event, emit)
        break
      case 'failed':
        fail(event.failure, emit)
        break
      case 'ignored':
        break
      default:
        event satisfies never
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

/** What the whole text has beyond what was said; nothing where the two differ, since what is out can't be taken back. */
function remainder(said: string | undefined, whole: string | undefined): string {
  if (whole === undefined || said === undefined || said === '') return whole ?? ''
  return whole.startsWith(said) ? whole.slice(said.length) : ''
}
