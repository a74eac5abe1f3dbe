/** What a rule found wrong with a request. */
export interface Finding {
  message: string
  /** The place in the body, such as `input[2].id`. */
  param?: string
  code?: string
}

/** The first finding of a check over many things. */
export function firstOf<T>(
  things: Iterable<T>,
  check: (thing: T) => Finding | undefined,
): Finding | undefined {
  for (const thing of things) {
    const found = check(thing)
    if (found) return found
  }
  return undefined
}
