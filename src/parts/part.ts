import type { BackendFailure, CitedRange, CodexSource, ResponseInfo } from '../events/event.ts'
import type { CodexRateLimits } from '../events/rate-limits.ts'
import type { JsonObject } from '../lib/json.ts'

/**
 * Part of an answer, independent of the AI SDK's version. Blocks of text and reasoning have an id, a start and an end.
 * `item` is the index of the backend's item that a part belongs to.
 */
export type CodexPart =
  /** An event as it came, before its own parts; only where the call asks for it. */
  | { readonly type: 'raw'; readonly value: unknown }
  | { readonly type: 'response'; readonly info: ResponseInfo }
  | {
      readonly type: 'text-start'
      readonly id: string
      readonly item: number
      readonly phase: string | undefined
    }
  | { readonly type: 'text-delta'; readonly id: string; readonly item: number; readonly delta: string }
  | {
      readonly type: 'text-end'
      readonly id: string
      readonly item: number
      readonly itemId: string | undefined
      readonly phase: string | undefined
      /** Annotations of the text, as the backend sent them. */
      readonly annotations: readonly JsonObject[]
    }
  /** The true text of an item whose deltas differed, for consumers that can still replace it. */
  | { readonly type: 'text-correction'; readonly item: number; readonly text: string }
  | { readonly type: 'reasoning-start'; readonly id: string; readonly item: number }
  | { readonly type: 'reasoning-delta'; readonly id: string; readonly item: number; readonly delta: string }
  | {
      readonly type: 'reasoning-end'
      readonly id: string
      readonly item: number
      readonly itemId: string | undefined
      readonly encryptedContent: string | undefined
    }
  | {
      readonly type: 'tool-input-start'
      readonly callId: string
      readonly item: number
      readonly name: string
    }
  | {
      readonly type: 'tool-input-delta'
      readonly callId: string
      readonly item: number
      readonly name: string
      readonly delta: string
    }
  | { readonly type: 'tool-input-end'; readonly callId: string; readonly item: number }
  | {
      readonly type: 'tool-call'
      readonly callId: string
      readonly item: number
      readonly itemId: string | undefined
      readonly name: string
      /** JSON text. */
      readonly input: string
      readonly namespace: string | undefined
    }
  /** A place that the answer cites, or that a search found. */
  | {
      readonly type: 'source'
      readonly item: number
      readonly itemId: string | undefined
      readonly source: CodexSource
      /** Where the text cites it first. */
      readonly range: CitedRange
    }
  /** Generated file, such as an image. */
  | {
      readonly type: 'file'
      readonly item: number
      readonly itemId: string | undefined
      readonly mediaType: string
      /** Base64. */
      readonly data: string
    }
  /** A call of a tool that the backend runs starts; its input follows. */
  | {
      readonly type: 'hosted-input-start'
      readonly callId: string
      readonly item: number
      /** The name under which the caller passed the tool, or the backend's own, such as `web_search`. */
      readonly name: string
    }
  | {
      readonly type: 'hosted-input-delta'
      readonly callId: string
      readonly item: number
      readonly delta: string
    }
  | { readonly type: 'hosted-input-end'; readonly callId: string; readonly item: number }
  | {
      readonly type: 'hosted-call'
      readonly callId: string
      readonly item: number
      readonly itemId: string | undefined
      readonly name: string
      /** Serialized JSON. */
      readonly input: string
    }
  | {
      readonly type: 'hosted-result'
      readonly callId: string
      readonly item: number
      readonly itemId: string | undefined
      readonly name: string
      readonly result: JsonObject
      readonly isError: boolean
      /** True for a result that another one replaces. */
      readonly isPreliminary: boolean
      /** Facts that the result has no field for. */
      readonly details: JsonObject
    }
  /** An item that only the backend reads, and that must go back as it came. */
  | { readonly type: 'opaque'; readonly item: number; readonly data: JsonObject }
  /** The context is so large that the next call should compact it first. */
  | { readonly type: 'context-usage'; readonly totalTokens: number }
  | {
      readonly type: 'finish'
      readonly reason: CodexFinishReason
      /** Reason as the backend reports it. */
      readonly rawReason: string | undefined
      readonly usage: CodexUsage
      readonly info: ResponseInfo
      /** Limits that the events reported; later values count. */
      readonly rateLimits: CodexRateLimits | undefined
      /** False where the model means to go on, though it called no tool. */
      readonly endTurn: boolean | undefined
    }
  /** The answer failed; nothing follows. */
  | { readonly type: 'failure'; readonly failure: BackendFailure }

export type CodexFinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other'

/** Usage in tokens; undefined where the backend does not report it. */
export interface CodexUsage {
  readonly inputTokens: number | undefined
  readonly cachedInputTokens: number | undefined
  /** Tokens that the backend added to its cache. */
  readonly cacheWriteTokens: number | undefined
  readonly outputTokens: number | undefined
  readonly reasoningTokens: number | undefined
  readonly totalTokens: number | undefined
  /** As the backend wrote it. */
  readonly raw: JsonObject | undefined
}

/** Parts that a user sees: after one of them, a retry would show them twice. */
const OUTPUT_PARTS: ReadonlySet<CodexPart['type']> = new Set([
  'text-delta',
  'reasoning-delta',
  'tool-input-delta',
  'tool-call',
  'hosted-input-start',
  'hosted-call',
  'source',
  'file',
])

export const isOutput = (part: CodexPart): boolean => OUTPUT_PARTS.has(part.type)
