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

/** Call that the backend ran by itself. */
export interface HostedCallItem {
  readonly type: 'hosted-call'
  readonly id: string | undefined
  /** Backend's type of the tool, such as `web_search`. */
  readonly tool: string
  /** Name of the tool, where one type has several. */
  readonly name: string | undefined
  readonly input: JsonObject
  readonly result: JsonObject
  /** Key of the `hosted-output` item that holds the result. */
  readonly outputKey: string | undefined
  /** Generated image. */
  readonly image: { readonly mediaType: string; readonly data: string } | undefined
}

/** Place that a message cites. */
export interface Citation {
  readonly source: CodexSource
  /** Equal for citations of the same place. */
  readonly place: string
  /** Position in the text: equal for the same citation of a place, however often an event brings it. */
  readonly key: string
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
