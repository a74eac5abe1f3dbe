/**
 * Call options of LanguageModelV2 and later, as far as they are read here. Each version's own type is assignable to
 * this one. It includes the forms of all versions, since newer majors of `ai` pass theirs to older models.
 */
export interface ModernCallOptions {
  readonly prompt: readonly ModernMessage[]
  readonly maxOutputTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly stopSequences?: readonly string[] | undefined
  readonly topP?: number | undefined
  readonly topK?: number | undefined
  readonly presencePenalty?: number | undefined
  readonly frequencyPenalty?: number | undefined
  readonly seed?: number | undefined
  readonly responseFormat?:
    | { readonly type: 'text' }
    | {
        readonly type: 'json'
        readonly schema?: unknown
        readonly name?: string | undefined
        readonly description?: string | undefined
      }
    | undefined
  readonly tools?: readonly ModernTool[] | undefined
  readonly toolChoice?:
    | { readonly type: 'auto' | 'none' | 'required' }
    | { readonly type: 'tool'; readonly toolName: string }
    | undefined
  readonly includeRawChunks?: boolean | undefined
  /** Since V4; `ai` 7 passes it to older models too. */
  readonly reasoning?: string | undefined
  readonly abortSignal?: AbortSignal | undefined
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined
  readonly providerOptions?: ProviderOptions | undefined
}

/** Options by provider name. */
export type ProviderOptions = Readonly<Record<string, unknown>>

interface WithOptions {
  readonly providerOptions?: ProviderOptions | undefined
}

export type ModernTool =
  | (WithOptions & {
      readonly type: 'function'
      readonly name: string
      readonly description?: string | undefined
      readonly inputSchema: unknown
      readonly inputExamples?: readonly unknown[] | undefined
      readonly strict?: boolean | undefined
    })
  | {
      /** `provider-defined` in V2. */
      readonly type: 'provider' | 'provider-defined'
      readonly id: string
      readonly name: string
      readonly args: Readonly<Record<string, unknown>>
    }

export type ModernMessage = WithOptions &
  (
    | { readonly role: 'system'; readonly content: string }
    | { readonly role: 'user'; readonly content: ReadonlyArray<TextPart | FilePart> }
    | { readonly role: 'assistant'; readonly content: readonly AssistantPart[] }
    | { readonly role: 'tool'; readonly content: ReadonlyArray<ToolResultPart | ApprovalPart> }
  )

export type AssistantPart =
  | TextPart
  | FilePart
  | ReasoningPart
  | ToolCallPart
  | ToolResultPart
  | (WithOptions & { readonly type: 'reasoning-file' })
  | (WithOptions & { readonly type: 'custom'; readonly kind: string })

interface TextPart extends WithOptions {
  readonly type: 'text'
  readonly text: string
}

export interface ReasoningPart extends WithOptions {
  readonly type: 'reasoning'
  readonly text: string
}

export interface FilePart extends WithOptions {
  readonly type: 'file'
  readonly data: FileData
  readonly mediaType: string
  readonly filename?: string | undefined
}

/** Base64, bytes or a URL; in V4 a tagged object. */
export type FileData =
  | Uint8Array
  | string
  | URL
  | { readonly type: 'data'; readonly data: Uint8Array | string }
  | { readonly type: 'url'; readonly url: URL }
  | { readonly type: 'reference'; readonly reference: object }
  | { readonly type: 'text'; readonly text: string }

export interface ToolCallPart extends WithOptions {
  readonly type: 'tool-call'
  readonly toolCallId: string
  readonly toolName: string
  readonly input: unknown
  readonly providerExecuted?: boolean | undefined
}

export interface ToolResultPart extends WithOptions {
  readonly type: 'tool-result'
  readonly toolCallId: string
  readonly toolName: string
  readonly output: ToolOutput
}

interface ApprovalPart {
  readonly type: 'tool-approval-response'
}

export type ToolOutput = WithOptions &
  (
    | { readonly type: 'text' | 'error-text'; readonly value: string }
    | { readonly type: 'json' | 'error-json'; readonly value: unknown }
    | { readonly type: 'execution-denied'; readonly reason?: string | undefined }
    | { readonly type: 'content'; readonly value: readonly ContentItem[] }
  )

export type ContentItem = WithOptions &
  (
    | { readonly type: 'text'; readonly text: string }
    | {
        readonly type: 'media' | 'file-data' | 'image-data'
        readonly data: string
        readonly mediaType: string
        readonly filename?: string | undefined
      }
    | {
        readonly type: 'file-url' | 'image-url'
        readonly url: string
        readonly mediaType?: string | undefined
      }
    | {
        readonly type: 'file'
        readonly data: FileData
        readonly mediaType: string
        readonly filename?: string | undefined
      }
    | { readonly type: 'file-id' | 'image-file-id' | 'custom' }
  )
