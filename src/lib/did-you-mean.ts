/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, swap))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}

/** Longer names are not compared, which would take the product of both lengths. */
const MAX_LENGTH = 100

/**
 * Returns the name that was probably meant, for "did you mean": one that holds what was given, else one that differs by
 * few letters; undefined where none is near. Case does not count.
 */
export function nearestName(given: string, allNames: readonly string[]): string | undefined {
  if (given.length > MAX_LENGTH) return undefined
  const names = allNames.filter(({ length }) => length <= MAX_LENGTH)
  const wanted = given.toLowerCase()
  const longer = wanted.length < 3 ? undefined : names.find((name) => name.toLowerCase().includes(wanted))
  if (longer !== undefined) return longer
  const [nearest] = names
    .map((name) => ({ name, distance: editDistance(wanted, name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  // Measured by its length, else each name is near a short one.
  return nearest && nearest.distance <= Math.min(3, wanted.length / 3) ? nearest.name : undefined
}

/** ` Did you mean <prefix><name>?` for the end of a message; empty where no name is near. */
export function didYouMean(given: string, names: readonly string[], prefix = ''): string {
  const nearest = nearestName(given, names)
  return nearest === undefined ? '' : ` Did you mean ${prefix}${nearest}?`
}
