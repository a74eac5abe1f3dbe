import type { JsonValue } from '../../lib/json.ts'
import type { CodexUsage } from '../../parts/part.ts'
import type { CodexWarning } from '../../request/call.ts'
import type { HostedPart, OpaqueItem } from './dialect.ts'

// Forms that V3 and later versions share.

/** Usage by what it was spent on; undefined where the backend did not report it. */
export const toNestedUsage = (usage: CodexUsage) => ({
  inputTokens: {
    total: usage.inputTokens,
    noCache: difference(difference(usage.inputTokens, usage.cachedInputTokens), usage.cacheWriteTokens ?? 0),
    cacheRead: usage.cachedInputTokens,
    cacheWrite: usage.cacheWriteTokens,
  },
  outputTokens: {
    total: usage.outputTokens,
    text: difference(usage.outputTokens, usage.reasoningTokens),
    reasoning: usage.reasoningTokens,
  },
  // It was parsed from JSON.
  ...(usage.raw ? { raw: usage.raw as { [key: string]: JsonValue } } : {}),
})

const difference = (whole: number | undefined, part: number | undefined): number | undefined =>
  whole === undefined || part === undefined ? undefined : Math.max(0, whole - part)

/** The finish reason, with the backend's own value if it sent one. */
export const toFinish = <Reason extends string>(unified: Reason, raw: string | undefined) => ({
  unified,
  raw,
})

type Warning = { type: 'unsupported'; feature: string; details: string } | { type: 'other'; message: string }

/** Translates a warning; it names the feature. */
export function toFeatureWarning(warning: CodexWarning): Warning {
  switch (warning.type) {
    case 'setting':
      return { type: 'unsupported', feature: warning.setting, details: warning.details }
    case 'tool':
      return { type: 'unsupported', feature: `tool ${warning.tool.name}`, details: warning.details }
    case 'other':
      return { type: 'other', message: warning.message }
    default:
      return warning satisfies never
  }
}

/** A hosted call or its result; dynamic if the caller passed no such tool. */
export function toHostedPart(part: HostedPart) {
  const { callId: toolCallId, name: toolName, isDeclared, providerMetadata } = part
  const shared = { toolCallId, toolName, ...(isDeclared ? {} : { dynamic: true }), providerMetadata }
  if (part.type === 'hosted-call') {
    return [{ type: 'tool-call' as const, ...shared, providerExecuted: true, input: part.input }]
  }
  // It was parsed from JSON.
  const result = part.result as { [key: string]: JsonValue }
  const error = part.isError ? { isError: true } : {}
  const preliminary = part.isPreliminary ? { preliminary: true } : {}
  return [{ type: 'tool-result' as const, ...shared, result, ...error, ...preliminary }]
}

/** A reasoning part without text: the part of V2 and V3 whose metadata comes back in the next prompt. */
export const toEmptyReasoning = ({ id, providerMetadata }: OpaqueItem) => [
  { type: 'reasoning-start' as const, id },
  { type: 'reasoning-end' as const, id, providerMetadata },
]
