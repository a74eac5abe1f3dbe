import type { JsonValue } from '../../lib/json.ts'
import type { CodexFinishReason, CodexPart, CodexUsage } from '../../parts/part.ts'
import type { CodexWarning } from '../../request/call.ts'

/** Our provider metadata of a part or a call, under our key. */
export type Metadata = Record<string, Record<string, JsonValue>>

/** One version's forms of everything that differs between V2, V3 and V4. */
export interface Dialect<Usage, FinishReason, Warning, OwnPart> {
  toUsage(usage: CodexUsage): Usage
  /** `interrupted`: the stream ended without a completion signal; an `error` for versions that lack it. */
  toFinishReason(reason: CodexFinishReason | 'interrupted', raw: string | undefined): FinishReason
  toWarning(warning: CodexWarning): Warning
  toFile(file: ModelFile): OwnPart
  /** False if `ai` throws on calls of tools that the caller did not pass. */
  hasDynamicTools: boolean
  /** A call that the backend runs, or its result; empty if the version can't represent it. */
  toHosted(part: HostedPart): readonly OwnPart[]
  /** An item that must go back as it came. */
  toOpaque(item: OpaqueItem): ReadonlyArray<OwnPart | CommonStreamPart>
}

/** A file that the model generated. */
export interface ModelFile {
  mediaType: string
  /** Base64. */
  data: string
  providerMetadata?: Metadata
}

/** A call that the backend runs, or its result. */
export type HostedPart = Extract<CodexPart, { type: 'hosted-call' | 'hosted-result' }> & {
  /** True if the caller passed a tool of that name. */
  readonly isDeclared: boolean
  readonly providerMetadata: Metadata
}

export interface OpaqueItem {
  /** Unique among the parts of the answer. */
  id: string
  /** Such as `codex.compaction`. */
  kind: `codex.${string}`
  providerMetadata: Metadata
}

/** Usage of an answer that did not report any. */
export const UNKNOWN_USAGE: CodexUsage = {
  inputTokens: undefined,
  cachedInputTokens: undefined,
  cacheWriteTokens: undefined,
  outputTokens: undefined,
  reasoningTokens: undefined,
  totalTokens: undefined,
  raw: undefined,
}

/** Stream parts that are the same in all versions from V2 on. */
export type CommonStreamPart =
  | { type: 'response-metadata'; id?: string; timestamp?: Date; modelId?: string }
  | { type: 'text-start'; id: string; providerMetadata?: Metadata }
  | { type: 'text-delta'; id: string; delta: string }
  | { type: 'text-end'; id: string; providerMetadata?: Metadata }
  | { type: 'reasoning-start'; id: string; providerMetadata?: Metadata }
  | { type: 'reasoning-delta'; id: string; delta: string }
  | { type: 'reasoning-end'; id: string; providerMetadata?: Metadata }
  | { type: 'tool-input-start'; id: string; toolName: string; providerExecuted?: boolean; dynamic?: boolean }
  | { type: 'tool-input-delta'; id: string; delta: string }
  | { type: 'tool-input-end'; id: string }
  | ToolCall
  | Source
  | { type: 'raw'; rawValue: unknown }
  | { type: 'error'; error: unknown }

export type ToolCall = {
  type: 'tool-call'
  toolCallId: string
  toolName: string
  input: string
  providerMetadata?: Metadata
}

export type Source =
  | {
      type: 'source'
      sourceType: 'url'
      id: string
      url: string
      title?: string
      providerMetadata?: Metadata
    }
  | {
      type: 'source'
      sourceType: 'document'
      id: string
      mediaType: string
      title: string
      filename?: string
      providerMetadata?: Metadata
    }

export interface StreamStart<Warning> {
  type: 'stream-start'
  warnings: Warning[]
}

/** The last part of an answer. */
export interface Finish<Usage, FinishReason> {
  type: 'finish'
  usage: Usage
  finishReason: FinishReason
  providerMetadata?: Metadata
}

/** Every part of a version's stream. */
export type StreamPart<Usage, FinishReason, Warning, OwnPart> =
  | CommonStreamPart
  | OwnPart
  | StreamStart<Warning>
  | Finish<Usage, FinishReason>
