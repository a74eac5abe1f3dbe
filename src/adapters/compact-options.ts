import type { CodexModelId } from '../models/ids.ts'

/** Options of `compact()`. Those of the conversation's calls: the prompt cache is hit as far as they are the same. */
export interface CodexCompactOptions<Model> {
  /** The id of the model that reads the messages, or a model of this provider. */
  model: CodexModelId | Model
  /** The tools of the calls, as `generateText` takes them. They are not called. */
  tools?: Readonly<Record<string, unknown>> | undefined
  /** The system prompt of the calls. */
  system?: string | undefined
  /** The same, by its name in `ai` 7. */
  instructions?: string | undefined
  /** Options of the calls, by provider. */
  providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined
  /** Headers of the request. */
  headers?: Readonly<Record<string, string | undefined>> | undefined
  /** Ends the wait. */
  abortSignal?: AbortSignal | undefined
}
