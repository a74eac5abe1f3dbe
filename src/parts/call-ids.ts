/** Ids of the calls of one answer, each for one call: some backends send none, or one for several calls. */
export interface CallIds {
  /** Takes the id of a call that the caller runs. All items with that id are one call, unless it is a hosted call's. */
  forCaller(callId: string, index: number): string
  /** Takes the id of a call that the backend runs; another one if it is missing or taken. */
  forHosted(callId: string | undefined, index: number): string
}

export function createCallIds(responseId: () => string | undefined): CallIds {
  const callers = new Set<string>()
  const hosted = new Set<string>()
  return {
    forCaller(callId, index) {
      const id = hosted.has(callId) && !callers.has(callId) ? `${callId}:${index}` : callId
      callers.add(id)
      return id
    },
    forHosted(callId, index) {
      const isFree = callId !== undefined && !hosted.has(callId) && !callers.has(callId)
      const id = isFree ? callId : `${responseId() ?? 'response'}:call-${index}`
      hosted.add(id)
      return id
    },
  }
}
