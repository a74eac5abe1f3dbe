import type { JsonObject } from '../lib/json.ts'
import type { CodexRateLimits } from './rate-limits.ts'

/**
 * What the backend says, as far as it matters here (codex-wire.md 3.5). Read leniently: what is missing or of the wrong
 * kind is undefined, and events and items of other types are `ignored`.
 */
export type CodexEvent =
  | { readonly type: 'created'; readonly response: ResponseInfo }
  | { readonly type: 'item-added'; readonly index: number | undefined; readonly item: CodexItem }
  | { readonly type: 'item-done'; readonly index: number | undefined; readonly item: CodexItem }
  | (Delta & { readonly type: 'text-delta' | 'refusal-delta' | 'tool-input-delta' })
  | (Delta & { readonly type: 'summary-delta' | 'reasoning-delta'; readonly part: number })
  /** All of a call's input, before its item is done. */
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
  /** The model that answers, where the backend took another one than was asked for. */
  | { readonly type: 'rerouted'; readonly model: string }
  /** Undefined where it tells none. */
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

/** A piece of an item; ids can rotate within an item, so the index goes before the id. */
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
      /** All its text, refusals included; undefined while it is not told. */
      readonly text: string | undefined
      readonly hasRefusal: boolean
      readonly phase: string | undefined
      readonly citations: readonly Citation[]
    }
  | {
      readonly type: 'reasoning'
      readonly id: string | undefined
      readonly summary: readonly string[]
      /** Raw reasoning, which the backend seldom shows. */
      readonly content: readonly string[]
      readonly encryptedContent: string | undefined
    }
  | CallItem
  | HostedCallItem
  /** What came of a hosted call, where that is an item of its own. */
  | {
      readonly type: 'hosted-output'
      readonly id: string | undefined
      readonly key: string
      readonly result: JsonObject
    }
  | { readonly type: 'other'; readonly id: string | undefined }

/** A call that the caller must run. */
export interface CallItem {
  readonly type: 'call'
  readonly id: string | undefined
  readonly callId: string
  /** The tool's name, or for a built-in tool the backend's type of it, such as `local_shell`. */
  readonly name: string
  readonly kind: 'function' | 'custom' | 'hosted'
  /** JSON text; of a custom (free-form) tool any text. */
  readonly input: string
  readonly namespace: string | undefined
  /** Half a call, which must not be run. */
  readonly isIncomplete: boolean
}

/** A call that the backend ran by itself. */
export interface HostedCallItem {
  readonly type: 'hosted-call'
  readonly id: string | undefined
  /** The backend's type of the tool, such as `web_search`. */
  readonly tool: string
  /** The name of one of several tools of that type. */
  readonly name: string | undefined
  readonly input: JsonObject
  readonly result: JsonObject
  /** The key of the `hosted-output` item that tells the result. */
  readonly outputKey: string | undefined
  /** An image that it made. */
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

/** What went wrong, in the backend's own words. */
export interface BackendFailure {
  readonly message: string | undefined
  readonly code: string | undefined
  readonly type: string | undefined
  /** Some error events name the HTTP status that they stand for. */
  readonly statusCode: number | undefined
  /** The object that said so, whole. */
  readonly data: JsonObject
}
