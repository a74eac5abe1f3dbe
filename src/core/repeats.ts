/** Why the provider itself sends a request again. What else fails is left to the AI SDK's retry. */
export type RepeatReason = 'unauthorized' | 'connection' | 'reasoning' | 'field'

/** Requests of one call in all, the first one included. */
const MAX_REQUESTS = 3

/** How often the request of one call was sent again, and why. */
export interface Repeats {
  /** May the request be sent again? Each reason counts once, and only as long as requests are left; a yes is used up. */
  take(reason: RepeatReason): boolean
}

export function createRepeats(): Repeats {
  const taken = new Set<RepeatReason>()
  return {
    take(reason) {
      if (taken.has(reason) || taken.size === MAX_REQUESTS - 1) return false
      taken.add(reason)
      return true
    },
  }
}
