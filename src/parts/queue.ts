import type { CodexItem } from '../events/event.ts'
import type { Emit, ItemState, ItemStates } from './item-states.ts'

type Finish = (state: ItemState, item: CodexItem, emit: Emit) => void

/** Finishes whole items in the order of their indexes; an item that has emitted something is not held up. */
export function createQueue(states: ItemStates, finish: Finish) {
  /** Whole items that came before an earlier item was done. */
  const held = new Map<number, CodexItem>()
  let nextIndex = 0

  /** Finishes the held items whose turn has come. */
  function advance(emit: Emit): void {
    while (true) {
      const item = held.get(nextIndex)
      if (item) {
        held.delete(nextIndex)
        finish(states.at(nextIndex), item, emit)
      } else if (!states.isDone(nextIndex)) {
        return
      }
      nextIndex += 1
    }
  }

  return {
    finish(state: ItemState, item: CodexItem, emit: Emit): void {
      const isSilent =
        state.received.length === state.pending.length &&
        state.reasoning.size === 0 &&
        !state.input &&
        !state.hosted
      if (isSilent && state.index > nextIndex) {
        held.set(state.index, item)
        return
      }
      finish(state, item, emit)
      advance(emit)
    },
    /** Finishes the held items: the items before them never came. */
    flush(emit: Emit): void {
      const byIndex = (a: [number, CodexItem], b: [number, CodexItem]) => a[0] - b[0]
      for (const [index, item] of [...held].sort(byIndex)) finish(states.at(index), item, emit)
      held.clear()
    },
  }
}
