import type { CodexItem } from '../events/event.ts'
import type { CodexPart } from './part.ts'

export type Emit = (part: CodexPart) => void

/** A run of text that goes out as one block. */
export interface Block {
  readonly id: string
  text: string
}

/** What has been said so far of one of the backend's items. */
export interface Slot {
  readonly index: number
  itemId: string | undefined
  /** From `output_item.added`: what kind of item it is, and its name, phase or call id. */
  added: CodexItem | undefined
  text: Block | undefined
  /** Blocks of reasoning by part: `0`, `1` … of the summary, `r0` … of the raw text. */
  readonly reasoning: Map<string, Block>
  /** Tool input so far; undefined until it has started. */
  input: string | undefined
  /** Known from the first event that says it. */
  kind: ItemKind | undefined
  /** What the item was in the end, to know it again by: ids can change. */
  sameAs: string | undefined
  isDone: boolean
}

export type ItemKind = CodexItem['type']

/** The items of one answer by their place. */
export function createSlots() {
  const slots = new Map<number, Slot>()

  function at(index: number): Slot {
    const known = slots.get(index)
    if (known) return known
    const slot: Slot = {
      index,
      itemId: undefined,
      added: undefined,
      text: undefined,
      reasoning: new Map(),
      input: undefined,
      kind: undefined,
      sameAs: undefined,
      isDone: false,
    }
    slots.set(index, slot)
    return slot
  }

  return {
    at,
    next: (): Slot => at(Math.max(-1, ...slots.keys()) + 1),
    byId: (itemId: string | undefined): Slot | undefined =>
      itemId === undefined ? undefined : [...slots.values()].find((slot) => slot.itemId === itemId),
    /** The last item of that kind that is not done. */
    lastOpen: (kind: ItemKind): Slot | undefined =>
      [...slots.values()].findLast((slot) => slot.kind === kind && !slot.isDone),
    isDone: (index: number): boolean => slots.get(index)?.isDone === true,
    all: (): Slot[] => [...slots.values()],
  }
}

/** What an item is in the end, whatever its id. */
export function sameAsOf(item: CodexItem): string | undefined {
  switch (item.type) {
    case 'message':
      return item.text
    case 'reasoning':
      return item.encryptedContent ?? item.summary.join('\n')
    case 'function-call':
      return item.callId
    case 'other':
      return item.id
    default:
      return item satisfies never
  }
}

const nameOf = (slot: Slot): string => slot.itemId ?? `item_${slot.index}`

/** The phase that `output_item.added` told. */
export const phaseOf = (slot: Slot): string | undefined =>
  slot.added?.type === 'message' ? slot.added.phase : undefined

export function addText(slot: Slot, delta: string, emit: Emit): void {
  if (delta === '') return
  if (!slot.text) {
    slot.text = { id: nameOf(slot), text: '' }
    emit({ type: 'text-start', id: slot.text.id, item: slot.index, phase: phaseOf(slot) })
  }
  slot.text.text += delta
  emit({ type: 'text-delta', id: slot.text.id, item: slot.index, delta })
}

export function closeText(slot: Slot, phase: string | undefined, emit: Emit): void {
  if (!slot.text) return
  emit({ type: 'text-end', id: slot.text.id, item: slot.index, itemId: slot.itemId, phase })
  slot.text = undefined
}

/** The block of a part of the reasoning, started if it is new. */
export function reasoningBlock(slot: Slot, part: string, emit: Emit): Block {
  const known = slot.reasoning.get(part)
  if (known) return known
  const block = { id: `${nameOf(slot)}:${part}`, text: '' }
  slot.reasoning.set(part, block)
  emit({ type: 'reasoning-start', id: block.id, item: slot.index })
  return block
}

export function addReasoning(slot: Slot, part: string, delta: string, emit: Emit): void {
  if (delta === '') return
  const block = reasoningBlock(slot, part, emit)
  block.text += delta
  emit({ type: 'reasoning-delta', id: block.id, item: slot.index, delta })
}

export function closeReasoning(slot: Slot, encryptedContent: string | undefined, emit: Emit): void {
  for (const { id } of slot.reasoning.values()) {
    emit({ type: 'reasoning-end', id, item: slot.index, itemId: slot.itemId, encryptedContent })
  }
  slot.reasoning.clear()
}

export function startInput(slot: Slot, emit: Emit): void {
  const call = slot.added
  if (call?.type !== 'function-call' || slot.input !== undefined) return
  slot.input = ''
  emit({ type: 'tool-input-start', callId: call.callId, item: slot.index, name: call.name })
}

export function addInput(slot: Slot, delta: string, emit: Emit): void {
  const call = slot.added
  // Without `output_item.added` nobody knows which tool it is for: the call comes whole with `output_item.done`.
  if (call?.type !== 'function-call' || delta === '') return
  slot.input = (slot.input ?? '') + delta
  emit({ type: 'tool-input-delta', callId: call.callId, item: slot.index, name: call.name, delta })
}
