/**
 * Puts an entry last, as the one that was used last; beyond `limit` entries, the one that was not used for longest is
 * forgotten.
 */
export function keepRecent<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, limit: number): void {
  // Deleted first, since a map keeps a known key in its old place.
  map.delete(key)
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= limit) return
    map.delete(oldest)
  }
}
