import type { CodexRateLimits } from '../events/rate-limits.ts'

/** What `providerMetadata.codex` holds; a field that the backend did not tell is absent. */
export interface CodexProviderMetadata {
  /** The backend's id of the response. */
  responseId?: string
  /** The value of the session headers. */
  sessionId?: string
  /** The model that answered, by the backend's word: it may send a call to another one than was asked for. */
  model?: string
  /** The tier that served the call. */
  serviceTier?: string
  /** The plan that was billed, such as `plus`. */
  planType?: string
  /** What is left of the plan, by the answer's headers and events: those of the last call are the newest. */
  rateLimits?: AsJson<CodexRateLimits>
  /** Input tokens that came from the prompt cache. */
  cachedInputTokens?: number
  /** Output tokens that were spent on reasoning. */
  reasoningTokens?: number
  /** False where the model ended its answer, yet meant to go on with its turn: call again with the answer in the messages. */
  endTurn?: boolean
}

/** The same as JSON says it: a `Date` is its text in ISO form, such as `2026-11-25T12:00:00.000Z`, which `new Date()` reads. */
type AsJson<Value> = Value extends Date
  ? string
  : Value extends object
    ? { [Name in keyof Value]: AsJson<Value[Name]> }
    : Value
