import type { Citation, CitedRange, CodexSource } from '../events/event.ts'
import type { Emit, ItemState } from './item-states.ts'

const NOWHERE: CitedRange = { startIndex: undefined, endIndex: undefined }

/** Emits the places that an answer cites or found, each once, with the position of its first citation. */
export function createSources() {
  const emitted = new Set<string>()
  const found = new Map<string, { state: ItemState; source: CodexSource }>()

  function add(state: ItemState, source: CodexSource, range: CitedRange, emit: Emit): void {
    const place = placeOf(source)
    if (emitted.has(place)) return
    emitted.add(place)
    found.delete(place)
    emit({ type: 'source', item: state.index, itemId: state.itemId, source, range })
  }

  return {
    /** Emits the citations of a message, whether they came as events of their own or with the item. */
    cite(state: ItemState, citations: readonly Citation[], emit: Emit): void {
      for (const { source, range } of citations) add(state, source, range, emit)
    },
    /** Keeps a place that a call found until it is known whether the answer cites it, and where. */
    find(state: ItemState, sources: readonly CodexSource[]): void {
      for (const source of sources) {
        const place = placeOf(source)
        if (!emitted.has(place) && !found.has(place)) found.set(place, { state, source })
      }
    },
    /** Emits the places that were found and not cited. */
    flush(emit: Emit): void {
      for (const { state, source } of [...found.values()]) add(state, source, NOWHERE, emit)
    },
  }
}

const placeOf = (source: CodexSource): string =>
  source.type === 'url' ? `url ${withoutTag(source.url)}` : `file ${source.fileId}`

/** Citations have a tag in their addresses that the sources of a search lack. */
const withoutTag = (url: string): string =>
  url.replace(/([?&])utm_source=openai(?:(&)|(?=#|$))/, (_, lead, more) => (more === undefined ? '' : lead))
