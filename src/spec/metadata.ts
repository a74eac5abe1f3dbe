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
  /** Input tokens that came from the prompt cache. */
  cachedInputTokens?: number
  /** Output tokens that were spent on reasoning. */
  reasoningTokens?: number
  /** False where the model ended its answer, yet meant to go on with its turn: call again with the answer in the messages. */
  endTurn?: boolean
}
