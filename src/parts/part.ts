import type { BackendFailure, CodexSource, ResponseInfo } from '../events/event.ts'
import type { CodexRateLimits } from '../events/rate-limits.ts'
import type { JsonObject } from '../lib/json.ts'

/**
 * What an answer is made of, in no AI SDK version's words. Blocks of text and reasoning have ids, and a start and an end
 * that match. `item` is the place of the backend's item that a part belongs to, from 0 on.
 */
export type CodexPart =
  /** An event as it came, before what it says; only where the call asked for it. */
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
    }
  /** What an item's text is in truth, where other text of it is out: for readers that can still take that back. */
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
  /** A place that the answer cites. */
  | {
      readonly type: 'source'
      readonly item: number
      readonly itemId: string | undefined
      readonly source: CodexSource
    }
  /** A file that the model made, such as an image. */
  | {
      readonly type: 'file'
      readonly item: number
      readonly itemId: string | undefined
      readonly mediaType: string
      /** Base64. */
      readonly data: string
    }
  /** A call of a tool that the backend ran by itself, with what is known of its result. */
  | {
      readonly type: 'hosted-call'
      readonly item: number
      readonly itemId: string | undefined
      /** The name under which the caller gave the tool, else the backend's, such as `web_search`. */
      readonly name: string
      readonly input: JsonObject
      readonly result: JsonObject
    }
  | {
      readonly type: 'finish'
      readonly reason: CodexFinishReason
      /** The backend's own word, where it had one. */
      readonly rawReason: string | undefined
      readonly usage: CodexUsage
      readonly info: ResponseInfo
      /** What the events of the stream told; the last word counts. */
      readonly rateLimits: CodexRateLimits | undefined
      /** False where the model meant to go on, though it called no tool. */
      readonly endTurn: boolean | undefined
    }
  /** The answer failed; nothing follows. */
  | { readonly type: 'failure'; readonly failure: BackendFailure }

export type CodexFinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other'

/** In tokens; undefined where the backend did not say. */
export interface CodexUsage {
  readonly inputTokens: number | undefined
  readonly cachedInputTokens: number | undefined
  /** Those that the backend put into its cache. */
  readonly cacheWriteTokens: number | undefined
  readonly outputTokens: number | undefined
  readonly reasoningTokens: number | undefined
  readonly totalTokens: number | undefined
  /** As the backend wrote it. */
  readonly raw: JsonObject | undefined
}

/** Parts that a user sees: after one of them a call can't be started again without showing it twice. */
const OUTPUT_PARTS: ReadonlySet<CodexPart['type']> = new Set([
  'text-delta',
  'reasoning-delta',
  'tool-input-delta',
  'tool-call',
  'source',
  'file',
])

export const isOutput = (part: CodexPart): boolean => OUTPUT_PARTS.has(part.type)
