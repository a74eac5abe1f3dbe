import type { Citation } from '../events/event.ts'
import { createGrownText, type GrownText } from './grown-text.ts'
import type { Block, Emit, Slot } from './slots.ts'

/** Keeps what the backend says until it is known whether it may be shown. */
export function holdText(slot: Slot, delta: string): void {
  slot.said.add(delta)
  slot.held += delta
  slot.firstChar ??= /\S/.exec(delta)?.[0]
}

export function showText(slot: Slot, emit: Emit): void {
  const text = slot.held
  slot.held = ''
  say(slot, slot.textFilter ? slot.textFilter.push(text) : text, emit)
}

function say(slot: Slot, delta: string, emit: Emit): void {
  if (delta === '') return
  if (slot.textId === undefined) {
    slot.textId = slot.name()
    emit({ type: 'text-start', id: slot.textId, item: slot.index, phase: slot.phase })
  }
  emit({ type: 'text-delta', id: slot.textId, item: slot.index, delta })
}

export function closeText(slot: Slot, emit: Emit): void {
  showText(slot, emit)
  if (slot.textFilter) say(slot, slot.textFilter.end(), emit)
  if (slot.textId === undefined) return
  emit({ type: 'text-end', id: slot.textId, item: slot.index, itemId: slot.itemId, phase: slot.phase })
  slot.textId = undefined
}

/** Each citation once, whoever tells it: the annotation's own event, the item, or the last event. */
export function addSources(slot: Slot, citations: readonly Citation[], emit: Emit): void {
  for (const { source, key } of citations) {
    if (slot.cited.has(key)) continue
    slot.cited.add(key)
    emit({ type: 'source', item: slot.index, itemId: slot.itemId, source })
  }
}

/** The block of a part of the reasoning, started if it is new. */
export function reasoningBlock(slot: Slot, part: string, emit: Emit): Block {
  const known = slot.reasoning.get(part)
  if (known) return known
  const block = { id: `${slot.name()}:${part}`, said: createGrownText() }
  slot.reasoning.set(part, block)
  emit({ type: 'reasoning-start', id: block.id, item: slot.index })
  return block
}

export function addReasoning(slot: Slot, part: string, delta: string, emit: Emit): void {
  if (delta === '') return
  const block = reasoningBlock(slot, part, emit)
  block.said.add(delta)
  emit({ type: 'reasoning-delta', id: block.id, item: slot.index, delta })
}

export function closeReasoning(slot: Slot, encryptedContent: string | undefined, emit: Emit): void {
  for (const { id } of slot.reasoning.values()) {
    emit({ type: 'reasoning-end', id, item: slot.index, itemId: slot.itemId, encryptedContent })
  }
  slot.reasoning.clear()
}

/** What the whole text has beyond what was said; nothing where the two differ, since what is out can't be taken back. */
export function remainder(said: GrownText | undefined, whole: string | undefined): string {
  if (whole === undefined || said === undefined || said.length === 0) return whole ?? ''
  return whole.startsWith(said.text()) ? whole.slice(said.length) : ''
}
