import type { JsonObject } from '../lib/json.ts'
import type { ReasoningEffort } from '../models/efforts.ts'
import type { WarningCollector } from './warnings.ts'

/** A call in a form of its own, the same for all versions of the AI SDK. It holds only what the backend can use. */
export interface CodexCall {
  /** Collects what is left out or changed on the way to the backend. */
  readonly warnings: WarningCollector
  readonly messages: readonly CodexMessage[]
  readonly tools: readonly CodexTool[]
  readonly toolChoice: CodexToolChoice
  readonly output: CodexOutput
  /** Names of settings that the caller set and the backend does not take. */
  readonly unsupportedSettings: readonly string[]
  /** `providerOptions`, by provider. */
  readonly providerOptions: Readonly<Record<string, unknown>> | undefined
  readonly headers: Readonly<Record<string, string | undefined>> | undefined
  readonly signal: AbortSignal | undefined
  /** True to pass on the backend's events as they came. @default false */
  readonly includeRaw?: boolean | undefined
}

export type CodexMessage =
  | { readonly role: 'system'; readonly text: string }
  | { readonly role: 'user'; readonly content: readonly CodexUserPart[] }
  | {
      readonly role: 'assistant'
      readonly content: readonly CodexAssistantPart[]
      /** The effort of an answer of ours: a level, or `default` where it names none. Undefined where nothing is known. */
      readonly effort?: string | undefined
    }
  /** A change of the effort from here on. Only the request adds it. */
  | { readonly role: 'configuration'; readonly effort: ReasoningEffort }
  | { readonly role: 'tool'; readonly content: readonly CodexToolResultPart[] }

export interface CodexTextPart {
  readonly type: 'text'
  readonly text: string
  /** The kind of an assistant's text: `commentary` or `final_answer`. */
  readonly phase?: string | undefined
}

/** An image or another file. */
export interface CodexFilePart {
  readonly type: 'image' | 'file'
  /** Bytes, a base64 string, a data URL or a remote URL. */
  readonly data: ArrayBufferView | ArrayBuffer | string | URL
  readonly mediaType?: string | undefined
  readonly filename?: string | undefined
  /** How closely the model looks at an image, as the caller gave it: `auto`, `low`, `high` or `original`. */
  readonly detail?: unknown
}

export type CodexUserPart = CodexTextPart | CodexFilePart

export interface CodexReasoningPart {
  readonly type: 'reasoning'
  /** The parts of the summary. */
  readonly summary: readonly string[]
  /** The reasoning itself, which only the backend can read; a part without it can't be sent. */
  readonly encryptedContent: string | undefined
}

export interface CodexToolCallPart {
  readonly type: 'tool-call'
  readonly callId: string
  readonly name: string
  readonly input: unknown
  readonly namespace?: string | undefined
}

/** A search for tools that ran on our side, with its result. */
export interface CodexToolSearchPart {
  readonly type: 'tool-search'
  readonly callId: string
  /** As the model wrote them. */
  readonly arguments: unknown
  /** The tools that it found, by the caller's names. */
  readonly found: readonly string[]
}

/** An item that only the backend reads, as it sent it. */
export interface CodexOpaquePart {
  readonly type: 'opaque'
  readonly item: JsonObject
  /** Of a compaction: the models with this hash can read it. */
  readonly compHash?: string | undefined
}

/** The size of the context after an answer. It is not sent. */
export interface CodexContextUsagePart {
  readonly type: 'context-usage'
  readonly totalTokens: number
}

export type CodexAssistantPart =
  | CodexTextPart
  | CodexFilePart
  | CodexReasoningPart
  | CodexToolCallPart
  | CodexToolSearchPart
  | CodexOpaquePart
  | CodexContextUsagePart

export interface CodexToolResultPart {
  readonly callId: string
  /** True where the tool failed. The backend has no flag for it, so the text says so. */
  readonly isError?: boolean | undefined
  /** Parts are sent as parts, a string as it is, any other value as JSON. */
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

/** Something that the caller asked for and does not get, or gets in another way. */
export type CodexWarning =
  | { readonly type: 'setting'; readonly setting: string; readonly details: string }
  | { readonly type: 'tool'; readonly tool: CodexProviderTool; readonly details: string }
  | { readonly type: 'other'; readonly message: string }
