import type { CodexFinishReason } from './part.ts'

/** Finish reason of an answer that ended with `response.incomplete`, by the backend's reason. */
export const INCOMPLETE_REASONS: ReadonlyMap<string, CodexFinishReason> = new Map([
  ['max_output_tokens', 'length'],
  ['content_filter', 'content-filter'],
])

/** Why the answer ended, from how the response ended and what was in it. */
export function toFinishReason(ended: {
  isIncomplete: boolean
  /** The backend's `incomplete_details.reason`. */
  reason: string | undefined
  hasToolCalls: boolean
  hasRefusal: boolean
}): CodexFinishReason {
  if (ended.isIncomplete) return INCOMPLETE_REASONS.get(ended.reason ?? '') ?? 'other'
  if (ended.hasToolCalls) return 'tool-calls'
  return ended.hasRefusal ? 'content-filter' : 'stop'
}
