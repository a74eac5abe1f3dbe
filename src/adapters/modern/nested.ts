import type { JsonValue } from '../../lib/json.ts'
import type { CodexFinishReason, CodexUsage } from '../../parts/part.ts'
import type { CodexWarning } from '../../request/call.ts'
import type { HostedCall } from './dialect.ts'

// What V3 and the versions after it say in the same dialect.

/** Usage by what it was spent on; undefined where the backend did not say. */
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
  // It came as JSON.
  ...(usage.raw ? { raw: usage.raw as { [key: string]: JsonValue } } : {}),
})

const difference = (whole: number | undefined, part: number | undefined): number | undefined =>
  whole === undefined || part === undefined ? undefined : Math.max(0, whole - part)

/** The finish reason, and the backend's own word where it had one. */
export const toFinish = (unified: CodexFinishReason, raw: string | undefined) => ({ unified, raw })

type Warning = { type: 'unsupported'; feature: string; details: string } | { type: 'other'; message: string }

/** A warning that names the feature. */
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

/** The call and its result; dynamic where the caller gave no such tool. */
export function toHostedParts(call: HostedCall) {
  const { toolCallId, toolName, input, isDeclared, providerMetadata } = call
  const shared = { toolCallId, toolName, ...(isDeclared ? {} : { dynamic: true }), providerMetadata }
  // It came as JSON.
  const result = call.result as { [key: string]: JsonValue }
  return [
    { type: 'tool-call' as const, ...shared, providerExecuted: true, input },
    { type: 'tool-result' as const, ...shared, result },
  ]
}
