import type { JsonObject } from '../json.ts'

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
  | { readonly type: 'rate-limits'; readonly value: JsonObject }
  | {
      readonly type: 'completed' | 'incomplete'
      readonly response: ResponseInfo
      readonly output: readonly CodexItem[]
      readonly usage: JsonObject | undefined
      /** Why the answer is incomplete. */
      readonly reason: string | undefined
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
    }
  | {
      readonly type: 'reasoning'
      readonly id: string | undefined
      readonly summary: readonly string[]
      /** Raw reasoning, which the backend seldom shows. */
      readonly content: readonly string[]
      readonly encryptedContent: string | undefined
    }
  | {
      readonly type: 'function-call'
      readonly id: string | undefined
      readonly callId: string
      readonly name: string
      readonly arguments: string
      readonly namespace: string | undefined
      /** Half a call, which must not be run. */
      readonly isIncomplete: boolean
    }
  | { readonly type: 'other'; readonly id: string | undefined }

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
