import type { CodexFinishReason } from './part.ts'

/** Finish reason of an answer that ended with `response.incomplete`, by the backend's reason. */
export const INCOMPLETE_REASONS: ReadonlyMap<string, CodexFinishReason> = new Map([
  ['max_output_tokens', 'length'],
  ['content_filter', 'content-filter'],
])

/** Returns why the answer ended, from how the response ended and what it contained. */
export function toFinishReason(ended: {
  isIncomplete: boolean
  /** `incomplete_details.reason` of the response. */
  reason: string | undefined
  hasToolCalls: boolean
  hasRefusal: boolean
}): CodexFinishReason {
  if (ended.isIncomplete) return INCOMPLETE_REASONS.get(ended.reason ?? '') ?? 'other'
  if (ended.hasToolCalls) return 'tool-calls'
  return ended.hasRefusal ? 'content-filter' : 'stop'
}
