import type { WarningCollector } from './warnings.ts'

/** What a caller asks for, in no AI SDK version's words. It holds what Codex can use, and no more. */
export interface CodexCall {
  /** Collects what is left out or changed on the way to the backend. */
  readonly warnings: WarningCollector
  readonly messages: readonly CodexMessage[]
  readonly tools: readonly CodexTool[]
  readonly toolChoice: CodexToolChoice
  readonly output: CodexOutput
  /** Settings that the caller gave and the backend can't take, by the name that the caller knows them by. */
  readonly unsupportedSettings: readonly string[]
  /** `providerOptions`, by provider name. */
  readonly providerOptions: Readonly<Record<string, unknown>> | undefined
  readonly headers: Readonly<Record<string, string | undefined>> | undefined
  readonly signal: AbortSignal | undefined
  /** Are the backend's events wanted as they came? Default: no. */
  readonly includeRaw?: boolean | undefined
}

export type CodexMessage =
  | { readonly role: 'system'; readonly text: string }
  | { readonly role: 'user'; readonly content: readonly CodexUserPart[] }
  | { readonly role: 'assistant'; readonly content: readonly CodexAssistantPart[] }
  | { readonly role: 'tool'; readonly content: readonly CodexToolResultPart[] }

export interface CodexTextPart {
  readonly type: 'text'
  readonly text: string
  /** What an assistant's text was: `commentary` or `final_answer`. */
  readonly phase?: string | undefined
}

/** An image or another file: bytes, base64 text, or a URL. */
export interface CodexFilePart {
  readonly type: 'image' | 'file'
  readonly data: ArrayBufferView | ArrayBuffer | string | URL
  readonly mediaType?: string | undefined
  readonly filename?: string | undefined
  /** How closely an image is looked at, as the caller said it: `auto`, `low`, `high` or `original`. */
  readonly detail?: unknown
}

export type CodexUserPart = CodexTextPart | CodexFilePart

export interface CodexReasoningPart {
  readonly type: 'reasoning'
  /** The texts of the summary, one for each part of it. */
  readonly summary: readonly string[]
  /** What the backend reads; a part without it can't be sent. */
  readonly encryptedContent: string | undefined
}

export interface CodexToolCallPart {
  readonly type: 'tool-call'
  readonly callId: string
  readonly name: string
  readonly input: unknown
  readonly namespace?: string | undefined
}

export type CodexAssistantPart = CodexTextPart | CodexFilePart | CodexReasoningPart | CodexToolCallPart

export interface CodexToolResultPart {
  readonly callId: string
  /** Did the tool fail? The backend has no flag for it: the text says so. */
  readonly isError?: boolean | undefined
  /** A string is sent as it is, parts as parts, and anything else as JSON. */
  readonly output:
    | { readonly type: 'value'; readonly value: unknown }
    | { readonly type: 'parts'; readonly parts: readonly CodexUserPart[] }
}

export type CodexTool =
  | {
      readonly type: 'function'
      readonly name: string
      readonly description?: string | undefined
      readonly schema: unknown
      /** Strict mode for this tool; wins over every other option. */
      readonly strict?: boolean | undefined
      /** `providerOptions` of the tool, by provider name. */
      readonly providerOptions?: Readonly<Record<string, unknown>> | undefined
    }
  | CodexProviderTool

export interface CodexProviderTool {
  readonly type: 'provider-defined'
  /** Such as `codex.web_search`. */
  readonly id: string
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

export type CodexToolChoice =
  | { readonly type: 'auto' | 'none' | 'required' }
  | { readonly type: 'tool'; readonly name: string }

export type CodexOutput =
  | { readonly type: 'text' }
  | {
      readonly type: 'json'
      readonly schema?: unknown
      readonly name?: string | undefined
      readonly description?: string | undefined
    }

/** Something that the caller asked for and does not get, or gets otherwise. */
export type CodexWarning =
  | { readonly type: 'setting'; readonly setting: string; readonly details: string }
  | { readonly type: 'tool'; readonly tool: CodexProviderTool; readonly details: string }
  | { readonly type: 'other'; readonly message: string }
