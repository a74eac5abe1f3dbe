/** What a test asks of `ai`, and what it sees of the answer, in the words of no major of `ai`. */

import type { CodexAuth } from '../../../src/auth/tokens.ts'
import type { ChatGPTProviderSettings, CodexProviderSettings } from '../../../src/core/settings.ts'
import type { CodexProvider as V1Provider } from '../../../src/index.ts'
import type { JsonObject } from '../../../src/testing/types.ts'

/** `providerOptions`, by provider name. */
export type Options = Readonly<Record<string, JsonObject>>

export type AskPart = { readonly providerOptions?: Options } & (
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly data: Uint8Array | string | URL; readonly mediaType?: string }
  | {
      readonly type: 'file'
      readonly data: Uint8Array | string | URL
      readonly mediaType: string
      readonly filename?: string
    }
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly input: unknown }
  | {
      readonly type: 'tool-result'
      readonly id: string
      readonly name: string
      readonly output: unknown
      readonly isError?: boolean
    }
)

export type AskMessage =
  | { readonly role: 'system'; readonly content: string }
  | {
      readonly role: 'user' | 'assistant' | 'tool'
      readonly content: readonly AskPart[]
      readonly providerOptions?: Options
    }
  /** Messages that the same major of `ai` gave back before. */
  | { readonly role: 'given'; readonly messages: readonly unknown[] }

/** A tool: of the caller, or one of `codex.tools`, as it came. */
export type AskTool =
  | {
      readonly description?: string
      /** A JSON schema. */
      readonly schema: JsonObject
      /** `ai` 4 gives a model none of them. */
      readonly providerOptions?: Options
      /** From `ai` 6 on: a person must agree first. */
      readonly needsApproval?: boolean
      readonly execute?: (input: unknown, options: { abortSignal?: AbortSignal | undefined }) => unknown
      /** What of the result the model gets, where it is more than JSON. */
      readonly toModel?: (
        output: unknown,
      ) => ReadonlyArray<{ type: 'text'; text: string } | { type: 'image'; data: string; mediaType: string }>
    }
  | { readonly hosted: unknown }

export interface Ask {
  /** A model of the driver's provider, or one that `ai` made of it. */
  readonly model: unknown
  readonly prompt?: string
  readonly system?: string
  readonly messages?: readonly AskMessage[]
  readonly tools?: Readonly<Record<string, AskTool>>
  readonly toolChoice?: 'auto' | 'none' | 'required' | { readonly toolName: string }
  /** Default 1. */
  readonly maxSteps?: number
  /** Settings by the names that all majors have. */
  readonly settings?: Readonly<Record<string, unknown>>
  readonly maxOutputTokens?: number
  readonly providerOptions?: Options
  readonly headers?: Readonly<Record<string, string>>
  readonly abortSignal?: AbortSignal
  /** Default 0: the tests of retries say so. */
  readonly maxRetries?: number
  /** Records the spans or events of telemetry. */
  readonly telemetry?: Telemetry
  /** Called with each piece of text as it comes, by streams. */
  readonly onText?: (text: string) => void
  /** Called with each piece of a tool's input as it comes, by streams. */
  readonly onInput?: (piece: string) => void
  /** Called with what `includeRawChunks` gives, by streams of `ai` 5 and up. */
  readonly onRaw?: (value: unknown) => void
}

export interface Telemetry {
  readonly names: string[]
  /** All that was told, as JSON. */
  readonly told: string[]
}

export interface SeenStep {
  readonly text: string
  readonly reasoning: ReadonlyArray<{ text: string; isSealed: boolean }>
  readonly calls: ReadonlyArray<{ id: string; name: string; input: unknown; isHosted: boolean }>
  readonly results: ReadonlyArray<{ name: string; output: unknown; isHosted: boolean }>
  readonly sources: ReadonlyArray<{ type: string; url?: string; title?: string; filename?: string }>
  readonly files: ReadonlyArray<{ mediaType: string; base64: string }>
  /** Undefined where it is not known. */
  readonly usage: SeenUsage
  readonly finishReason: string
  /** The backend's own word, where `ai` tells it. */
  readonly rawFinishReason: string | undefined
  /** Ids of what a person is asked to agree to. */
  readonly approvals: readonly string[]
  /** One text a warning, which holds all that it says. */
  readonly warnings: readonly string[]
  /** `providerMetadata.codex` */
  readonly metadata: JsonObject
  readonly response: {
    readonly id: unknown
    readonly modelId: unknown
    readonly timestamp: unknown
    readonly headers: Readonly<Record<string, string>>
  }
  /** The body that was sent, as `ai` tells it. */
  readonly requestBody: JsonObject
}

export interface SeenUsage {
  readonly input: number | undefined
  readonly output: number | undefined
  readonly cached: number | undefined
  readonly reasoning: number | undefined
}

/** What a call came to: the last step, and what is of all steps. */
export interface Seen extends SeenStep {
  readonly steps: readonly SeenStep[]
  /** The text of all steps. */
  readonly said: string
  /** What was thrown, or told as an error in the stream. */
  readonly errors: readonly unknown[]
  readonly isAborted: boolean
  /** The messages that `ai` made of it, for a later call. */
  readonly messages: readonly unknown[]
}

export interface AskObject extends Pick<Ask, 'model' | 'prompt' | 'providerOptions'> {
  /** A JSON schema or a zod object. */
  readonly schema: unknown
  readonly name?: string
}

export interface SeenObject {
  readonly object: unknown
  readonly usage: SeenUsage
  readonly finishReason: string
  readonly warnings: readonly string[]
}

export interface AskImages {
  readonly model: unknown
  /** With images and a mask from `ai` 6 on. */
  readonly prompt?: string | { text?: string; images: readonly unknown[]; mask?: unknown }
  readonly n?: number
  readonly size?: string
  readonly aspectRatio?: string
  readonly seed?: number
  readonly providerOptions?: Options
  readonly headers?: Readonly<Record<string, string>>
  readonly abortSignal?: AbortSignal
  /** Default 0. */
  readonly maxRetries?: number
}

export interface SeenImages {
  readonly images: ReadonlyArray<{ mediaType: string; base64: string }>
  readonly warnings: readonly string[]
  /** `providerMetadata.codex`; undefined in `ai` 4, which has none. */
  readonly metadata: unknown
  readonly responses: ReadonlyArray<{ timestamp: unknown; modelId: unknown; headers?: unknown }>
  /** From `ai` 6 on. */
  readonly usage: unknown
}

export interface Way {
  readonly way: 'generate' | 'stream'
  run(ask: Ask): Promise<Seen>
}

export interface ObjectWay {
  readonly way: string
  run(ask: AskObject): Promise<SeenObject>
}

/** What all entries' providers have. */
export type Codex = Pick<V1Provider, 'models' | 'usage'> & {
  withAuth(auth: CodexAuth): Codex
  imageModel(modelId: string): unknown
  (modelId: string, defaults?: JsonObject): unknown
  compact(messages: readonly unknown[], options: JsonObject): Promise<unknown[]>
  languageModel(modelId: string, defaults?: JsonObject): unknown
  readonly tools: {
    webSearch(options?: object): unknown
    imageGeneration(options?: object): unknown
    toolSearch(options?: object): unknown
    localShell(options?: object): unknown
    custom(options?: object): unknown
  }
}

/** One major of `ai` with the entry whose models it is given. */
export interface Driver {
  /** Such as `ai 6`, or `ai 6 with v2`. */
  readonly name: string
  readonly major: 4 | 5 | 6 | 7
  readonly specification: 'v1' | 'v2' | 'v3' | 'v4'
  createCodex(settings: CodexProviderSettings): Codex
  createChatGPT(settings: ChatGPTProviderSettings): Codex
  readonly ways: readonly Way[]
  readonly objectWays: readonly ObjectWay[]
  /** JSON without a schema. */
  anyObject(ask: Omit<AskObject, 'schema'>): Promise<SeenObject>
  /** By `generateImage`, or `experimental_generateImage` where that is its name. */
  images(ask: AskImages): Promise<SeenImages>
  /** The image model of this name, by `createProviderRegistry`; `ai` 4 has no such way to its own. */
  imageFromRegistry(codex: Codex, name: `codex:${string}`): unknown
  /** The language model of this name, by `createProviderRegistry`. */
  fromRegistry(codex: Codex, name: `codex:${string}`): unknown
  fromCustomProvider(codex: Codex, models: Readonly<Record<string, unknown>>, name: string): unknown
  /** The model, by `wrapLanguageModel` with a middleware that turns text into capitals. */
  inCapitals(model: unknown): unknown
  /** The model, by `defaultSettingsMiddleware` with these `providerOptions`. */
  withDefaults(model: unknown, options: Options): unknown
  /** Calls the provider for each kind of model that a plan has not. */
  readonly missingKinds: readonly string[]
  isNoSuchModel(error: unknown): boolean
  isAPICallError(error: unknown): boolean
  isRetryError(error: unknown): boolean
}
