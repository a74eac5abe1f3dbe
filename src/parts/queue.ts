import type { CodexItem } from '../events/event.ts'
import type { Emit, Slot, Slots } from './slots.ts'

type Finish = (slot: Slot, item: CodexItem, emit: Emit) => void

/** Finishes whole items in the order of their places; those that have said something already are not held up. */
export function createQueue(slots: Slots, finish: Finish) {
  /** Whole items that came before an earlier item was done: they wait for their turn. */
  const held = new Map<number, CodexItem>()
  let nextIndex = 0

  /** Lets out the held items whose turn has come. */
  function advance(emit: Emit): void {
    while (true) {
      const item = held.get(nextIndex)
      if (item) {
        held.delete(nextIndex)
        finish(slots.at(nextIndex), item, emit)
      } else if (!slots.isDone(nextIndex)) {
        return
      }
      nextIndex += 1
    }
  }

  return {
    finish(slot: Slot, item: CodexItem, emit: Emit): void {
      const isSilent = slot.said.length === slot.held.length && slot.reasoning.size === 0 && !slot.input
      if (isSilent && slot.index > nextIndex) {
        held.set(slot.index, item)
        return
      }
      finish(slot, item, emit)
      advance(emit)
    },
    /** The items before them never came. */
    flush(emit: Emit): void {
      const byIndex = (a: [number, CodexItem], b: [number, CodexItem]) => a[0] - b[0]
      for (const [index, item] of [...held].sort(byIndex)) finish(slots.at(index), item, emit)
      held.clear()
    },
  }
}
