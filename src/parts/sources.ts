import type { Citation } from '../events/event.ts'
import type { CitedPlace, Emit, ItemState } from './item-states.ts'

/** Emits a citation that came as an event of its own, unless the finished item has brought its place. */
export function addSource(state: ItemState, citation: Citation, emit: Emit): void {
  const place = placeOf(state, citation)
  if (state.isDone && place.emitted > 0) return
  addNew(state, place, citation, 1, emit)
}

/**
 * Emits the citations of a finished item that no event brought. The two may differ in the position that they name, so an
 * item only adds as many of one place as it has more than the events.
 */
export function addSources(state: ItemState, citations: readonly Citation[], emit: Emit): void {
  const keysByPlace = new Map<string, Set<string>>()
  for (const { place, key } of citations) {
    keysByPlace.set(place, (keysByPlace.get(place) ?? new Set()).add(key))
  }
  for (const citation of citations) {
    const place = placeOf(state, citation)
    const total = keysByPlace.get(citation.place)?.size ?? 0
    addNew(state, place, citation, total - place.emitted, emit)
  }
}

function placeOf(state: ItemState, { place }: Citation): CitedPlace {
  const known = state.cited.get(place) ?? { keys: new Set(), emitted: 0 }
  state.cited.set(place, known)
  return known
}

function addNew(
  state: ItemState,
  place: CitedPlace,
  { key, source }: Citation,
  room: number,
  emit: Emit,
): void {
  if (place.keys.has(key)) return
  place.keys.add(key)
  if (room <= 0) return
  place.emitted += 1
  emit({ type: 'source', item: state.index, itemId: state.itemId, source })
}
