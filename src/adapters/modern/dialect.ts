import type { JsonObject, JsonValue } from '../../lib/json.ts'
import type { CodexFinishReason, CodexUsage } from '../../parts/part.ts'
import type { CodexWarning } from '../../request/call.ts'

/** What we tell of a part or a call, under our name. */
export type Metadata = { codex: Record<string, JsonValue> }

/** What the versions say each in their own way, in the words of one of them. */
export interface Dialect<Usage, FinishReason, Warning, OwnPart> {
  toUsage(usage: CodexUsage): Usage
  toFinishReason(reason: CodexFinishReason, raw: string | undefined): FinishReason
  toWarning(warning: CodexWarning): Warning
  toFile(file: GivenFile): OwnPart
  /** A call that the backend ran, and its result; nothing where the version has no way to tell them. */
  toHostedCall(call: HostedCall): readonly OwnPart[]
}

/** A file that the model made. */
export interface GivenFile {
  mediaType: string
  /** Base64. */
  data: string
  providerMetadata?: Metadata
}

export interface HostedCall {
  toolCallId: string
  toolName: string
  /** JSON text. */
  input: string
  result: JsonObject
  /** Did the caller give a tool of that name? */
  isDeclared: boolean
  providerMetadata: Metadata
}

/** The usage of an answer that did not tell it. */
export const UNKNOWN_USAGE: CodexUsage = {
  inputTokens: undefined,
  cachedInputTokens: undefined,
  cacheWriteTokens: undefined,
  outputTokens: undefined,
  reasoningTokens: undefined,
  totalTokens: undefined,
  raw: undefined,
}

/** Parts of a stream that all versions from V2 on have in the same dialect. */
export type CommonStreamPart =
  | { type: 'response-metadata'; id?: string; timestamp?: Date; modelId?: string }
  | { type: 'text-start'; id: string; providerMetadata?: Metadata }
  | { type: 'text-delta'; id: string; delta: string }
  | { type: 'text-end'; id: string; providerMetadata?: Metadata }
  | { type: 'reasoning-start'; id: string; providerMetadata?: Metadata }
  | { type: 'reasoning-delta'; id: string; delta: string }
  | { type: 'reasoning-end'; id: string; providerMetadata?: Metadata }
  | { type: 'tool-input-start'; id: string; toolName: string }
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

/** The end of an answer. */
export interface Finish<Usage, FinishReason> {
  type: 'finish'
  usage: Usage
  finishReason: FinishReason
  providerMetadata?: Metadata
}

/** All parts of a version's stream. */
export type StreamPart<Usage, FinishReason, Warning, OwnPart> =
  | CommonStreamPart
  | OwnPart
  | StreamStart<Warning>
  | Finish<Usage, FinishReason>
