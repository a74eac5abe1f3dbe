import { INCOMPLETE_REASONS } from '../transport/failures/table.ts'
import type { CodexFinishReason } from './part.ts'

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
