import type { JsonObject } from '../lib/json.ts'
import type { CodexRateLimits } from './rate-limits.ts'

/**
 * Event of the backend, as far as it matters here; see "Answers" in docs/wire.md. Read leniently: what is missing or of the wrong
 * kind is undefined, and events and items of other types are `ignored`.
 */
export type CodexEvent =
  | { readonly type: 'created'; readonly response: ResponseInfo }
  | { readonly type: 'item-added'; readonly index: number | undefined; readonly item: CodexItem }
  | { readonly type: 'item-done'; readonly index: number | undefined; readonly item: CodexItem }
  | (Delta & { readonly type: 'text-delta' | 'refusal-delta' | 'tool-input-delta' })
  | (Delta & { readonly type: 'summary-delta' | 'reasoning-delta'; readonly part: number })
  /** Complete input of a call, before its item is done. */
  | {
      readonly type: 'tool-input-done'
      readonly index: number | undefined
      readonly itemId: string | undefined
      readonly input: string | undefined
    }
  /** Part of the input of a hosted call: of its code, or of its JSON. */
  | (Delta & { readonly type: 'hosted-input-delta' })
  /** The complete input of a hosted call, as its deltas would be. */
  | {
      readonly type: 'hosted-input-done'
      readonly index: number | undefined
      readonly itemId: string | undefined
      readonly input: string | undefined
    }
  /** An unfinished image. */
  | {
      readonly type: 'image-preview'
      readonly index: number | undefined
      readonly itemId: string | undefined
      readonly image: GeneratedImage
    }
  | {
      readonly type: 'citation'
      readonly index: number | undefined
      readonly itemId: string | undefined
      readonly citation: Citation
    }
  /** The backend answers with another model than the request asked for. */
  | { readonly type: 'rerouted'; readonly model: string }
  /** Undefined where the event reports no limits. */
  | { readonly type: 'rate-limits'; readonly limits: CodexRateLimits | undefined }
  | {
      readonly type: 'completed' | 'incomplete'
      readonly response: ResponseInfo
      readonly output: readonly CodexItem[]
      readonly usage: JsonObject | undefined
      /** Why the answer is incomplete. */
      readonly reason: string | undefined
      /** False where the model meant to go on. */
      readonly endTurn: boolean | undefined
    }
  | { readonly type: 'failed'; readonly failure: BackendFailure }
  | { readonly type: 'ignored' }

/** Piece of an item. Ids can rotate within an item, so the index decides where there is one. */
export interface Delta {
  readonly index: number | undefined
  readonly itemId: string | undefined
  readonly delta: string
}

export interface ResponseInfo {
  readonly id: string | undefined
  readonly createdAt: Date | undefined
  readonly model: string | undefined
  readonly serviceTier: string | undefined
}

export type CodexItem =
  | {
      readonly type: 'message'
      readonly id: string | undefined
      /** All its text, including refusals; undefined while it is unknown. */
      readonly text: string | undefined
      readonly hasRefusal: boolean
      readonly phase: string | undefined
      readonly citations: readonly Citation[]
    }
  | {
      readonly type: 'reasoning'
      readonly id: string | undefined
      readonly summary: readonly string[]
      /** Raw reasoning, which the backend rarely shows. */
      readonly content: readonly string[]
      readonly encryptedContent: string | undefined
    }
  | CallItem
  | HostedCallItem
  /** Result of a hosted call, where it is an item of its own. */
  | {
      readonly type: 'hosted-output'
      readonly id: string | undefined
      readonly key: string
      readonly result: JsonObject
    }
  /** An item that only the backend reads, and that goes back as it came. */
  | { readonly type: 'opaque'; readonly id: string | undefined; readonly item: JsonObject }
  | { readonly type: 'other'; readonly id: string | undefined }

/** Call that the caller must run. */
export interface CallItem {
  readonly type: 'call'
  readonly id: string | undefined
  readonly callId: string
  /** Name of the tool; for a built-in tool the backend's type, such as `local_shell`. */
  readonly name: string
  readonly kind: 'function' | 'custom' | 'hosted'
  /** JSON text; for a custom (free-form) tool any text. */
  readonly input: string
  readonly namespace: string | undefined
  /** The call was cut, and must not be run. */
  readonly isIncomplete: boolean
}

/** A call of a tool that the backend runs. */
export interface HostedCallItem {
  readonly type: 'hosted-call'
  readonly id: string | undefined
  readonly callId: string | undefined
  /** The backend's type of the tool, such as `web_search`. */
  readonly tool: string
  /** Name of the tool, where one type has several. */
  readonly name: string | undefined
  /** Serialized JSON, as far as it is known. */
  readonly input: string
  /** True if the input is always the same, and so known before the call is done. */
  readonly hasFixedInput: boolean
  /** Input that streams as text; undefined if it comes whole. */
  readonly stream: StreamedInput | undefined
  /** Undefined if the backend makes none. */
  readonly result: JsonObject | undefined
  readonly isError: boolean
  /** Facts of the call that its result has no field for. */
  readonly details: JsonObject
  /** Key of the `hosted-output` item with the result. */
  readonly outputKey: string | undefined
  readonly image: GeneratedImage | undefined
  /** Places that the call found, cited or not. */
  readonly sources: readonly CodexSource[]
}

/** Input of a hosted call that streams. */
export interface StreamedInput {
  /** All of it, as far as it is known. */
  readonly text: string
  /** What stands around the quoted text in the JSON; undefined if the text is JSON itself. */
  readonly frame: { readonly head: string; readonly tail: string } | undefined
}

export interface GeneratedImage {
  readonly mediaType: string
  /** Base64. */
  readonly data: string
}

/** Place that a message cites. */
export interface Citation {
  readonly source: CodexSource
  /** Position in the text, in UTF-16 units. */
  readonly range: CitedRange
  /** The annotation as it came. */
  readonly annotation: JsonObject
}

export interface CitedRange {
  readonly startIndex: number | undefined
  readonly endIndex: number | undefined
}

export type CodexSource =
  | { readonly type: 'url'; readonly url: string; readonly title: string | undefined }
  | {
      readonly type: 'document'
      readonly fileId: string
      readonly filename: string | undefined
      readonly title: string | undefined
    }

/** Failure as the backend reports it. */
export interface BackendFailure {
  readonly message: string | undefined
  readonly code: string | undefined
  readonly type: string | undefined
  /** HTTP status that an event carries. */
  readonly statusCode: number | undefined
  /** The whole object that reports the failure. */
  readonly data: JsonObject
}
