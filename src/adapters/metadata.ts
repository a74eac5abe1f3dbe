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
  /** The compaction that went before this answer, by `autoCompact`; its tokens are not part of the answer's usage. */
  compaction?: CodexCompactionMetadata
  /** The transport that was used, where the setting `transport` is not `http`. */
  transport?: 'http' | 'websocket'
  /** Bytes of the request on that transport, before any compression. */
  sentBytes?: number
}

/** A compaction of the history: `providerMetadata.codex.compaction`, or of the message that `compact()` made. */
export interface CodexCompactionMetadata {
  /** The model that made it. */
  model?: string
  /** The backend's id of its response. */
  responseId?: string
  /** Tokens that it read. */
  inputTokens?: number
  /** Of them, those read from the prompt cache. */
  cachedInputTokens?: number
  /** Tokens that it wrote. */
  outputTokens?: number
  /** Input and output together. */
  totalTokens?: number
  /** What was left out or changed on the way to the backend. From `compact()` only; `autoCompact` has the call's warnings. */
  warnings?: string[]
}

/** The value after a round trip through JSON: a `Date` becomes an ISO 8601 string. */
type AsJson<Value> = Value extends Date
  ? string
  : Value extends object
    ? { [Name in keyof Value]: AsJson<Value[Name]> }
    : Value
