import type { JsonValue } from '../../lib/json.ts'
import type { CodexUsage } from '../../parts/part.ts'
import type { CodexWarning } from '../../request/call.ts'
import type { HostedCall } from './dialect.ts'

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

/** A hosted call and its result; dynamic if the caller passed no such tool. */
export function toHostedParts(call: HostedCall) {
  const { toolCallId, toolName, input, isDeclared, providerMetadata } = call
  const shared = { toolCallId, toolName, ...(isDeclared ? {} : { dynamic: true }), providerMetadata }
  // It was parsed from JSON.
  const result = call.result as { [key: string]: JsonValue }
  return [
    { type: 'tool-call' as const, ...shared, providerExecuted: true, input },
    { type: 'tool-result' as const, ...shared, result },
  ]
}
