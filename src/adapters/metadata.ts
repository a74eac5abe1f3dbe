import type { CodexRateLimits } from '../events/rate-limits.ts'

/** Contents of `providerMetadata.codex`. Fields that the backend did not send are absent. */
export interface CodexProviderMetadata {
  /** The backend's id of the response. */
  responseId?: string
  /** The value of the session headers. */
  sessionId?: string
  /** The model that answered. The backend may route a call to another model than the one requested. */
  model?: string
  /** The tier that served the call. */
  serviceTier?: string
  /** The plan that was billed, such as `plus`. */
  planType?: string
  /** What is left of the plan, from the headers and events of this answer. The newest answer has the newest values. */
  rateLimits?: AsJson<CodexRateLimits>
  /** Input tokens read from the prompt cache. */
  cachedInputTokens?: number
  /** Output tokens spent on reasoning. */
  reasoningTokens?: number
  /** False when the model ended this answer but not its turn: call again with the answer in the messages. */
  endTurn?: boolean
  /** The transport that was used, where the setting `transport` is not `http`. */
  transport?: 'http' | 'websocket'
  /** Bytes of the request on that transport, before any compression. */
  sentBytes?: number
}

/** The value after a round trip through JSON: a `Date` becomes an ISO 8601 string. */
type AsJson<Value> = Value extends Date
  ? string
  : Value extends object
    ? { [Name in keyof Value]: AsJson<Value[Name]> }
    : Value
