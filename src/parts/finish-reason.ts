import type { CodexFinishReason } from './part.ts'

/** Why the answer ended, from how the response ended and what was in it. */
export function toFinishReason(ended: {
  isIncomplete: boolean
  /** The backend's `incomplete_details.reason`. */
  reason: string | undefined
  hasToolCalls: boolean
  hasRefusal: boolean
}): CodexFinishReason {
  if (ended.isIncomplete) {
    switch (ended.reason) {
      case 'max_output_tokens':
        return 'length'
      case 'content_filter':
        return 'content-filter'
      default:
        return 'other'
    }
  }
  if (ended.hasToolCalls) return 'tool-calls'
  return ended.hasRefusal ? 'content-filter' : 'stop'
}
