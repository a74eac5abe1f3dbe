/** What `providerMetadata.codex` holds; a field that the backend did not tell is absent. */
export interface CodexProviderMetadata {
  responseId?: string
  /** The value of the session headers. */
  sessionId?: string
  /** The model that answered, by the backend's word. */
  model?: string
  serviceTier?: string
  planType?: string
  cachedInputTokens?: number
  reasoningTokens?: number
}
