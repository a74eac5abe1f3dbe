import type { Emit, ItemState, ReasoningBlock } from './item-states.ts'
import { createTextBuffer, type TextBuffer } from './text-buffer.ts'

/** Holds text back until it is known whether it may be shown. */
export function holdText(state: ItemState, delta: string): void {
  state.received.append(delta)
  state.pending += delta
  state.firstCharacter ??= /\S/.exec(delta)?.[0]
}

/** Emits the text that is held back. */
export function releaseText(state: ItemState, emit: Emit): void {
  const text = state.pending
  state.pending = ''
  emitText(state, state.textFilter ? state.textFilter.push(text) : text, emit)
}

function emitText(state: ItemState, delta: string, emit: Emit): void {
  if (delta === '') return
  if (state.textId === undefined) {
    state.textId = state.blockName()
    emit({ type: 'text-start', id: state.textId, item: state.index, phase: state.phase })
  }
  emit({ type: 'text-delta', id: state.textId, item: state.index, delta })
}

export function closeText(state: ItemState, emit: Emit): void {
  releaseText(state, emit)
  if (state.textFilter) emitText(state, state.textFilter.end(), emit)
  if (state.textId === undefined) return
  const { textId: id, index: item, itemId, phase, annotations } = state
  emit({ type: 'text-end', id, item, itemId, phase, annotations })
  state.textId = undefined
}

/** Returns the block of a part of the reasoning, and starts a new one. */
export function reasoningBlock(state: ItemState, part: string, emit: Emit): ReasoningBlock {
  const known = state.reasoning.get(part)
  if (known) return known
  const block = { id: `${state.blockName()}:${part}`, received: createTextBuffer() }
  state.reasoning.set(part, block)
  emit({ type: 'reasoning-start', id: block.id, item: state.index })
  return block
}

export function addReasoning(state: ItemState, part: string, delta: string, emit: Emit): void {
  if (delta === '') return
  const block = reasoningBlock(state, part, emit)
  block.received.append(delta)
  emit({ type: 'reasoning-delta', id: block.id, item: state.index, delta })
}

export function closeReasoning(state: ItemState, encryptedContent: string | undefined, emit: Emit): void {
  for (const { id } of state.reasoning.values()) {
    emit({ type: 'reasoning-end', id, item: state.index, itemId: state.itemId, encryptedContent })
  }
  state.reasoning.clear()
}

/** Returns what the whole text adds to what was received; nothing where the two differ, since no delta can be taken back. */
export function remainder(received: TextBuffer | undefined, whole: string | undefined): string {
  if (whole === undefined || received === undefined || received.length === 0) return whole ?? ''
  // Joining the pieces for a text that is too short would make many such texts quadratic.
  if (whole.length <= received.length) return ''
  return whole.startsWith(received.text()) ? whole.slice(received.length) : ''
}
