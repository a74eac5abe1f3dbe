import type { JsonObject } from '../lib/json.ts'
import type { CodexUsage } from './part.ts'

const count = (holder: unknown, key: string): number | undefined => {
  const value = (holder as JsonObject | null | undefined)?.[key]
  return typeof value === 'number' && value >= 0 ? value : undefined
}

/** Converts the `usage` of a response; unknown counts stay undefined, never 0. */
export function toUsage(usage: JsonObject | undefined): CodexUsage {
  const inputTokens = count(usage, 'input_tokens')
  const outputTokens = count(usage, 'output_tokens')
  const sum = inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens
  return {
    inputTokens,
    cachedInputTokens: count(usage?.input_tokens_details, 'cached_tokens'),
    cacheWriteTokens: count(usage?.input_tokens_details, 'cache_write_tokens'),
    outputTokens,
    reasoningTokens: count(usage?.output_tokens_details, 'reasoning_tokens'),
    totalTokens: count(usage, 'total_tokens') ?? sum,
    raw: usage,
  }
}

/** Sums two counts; undefined only where neither is known. */
export const sumCounts = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : a + (b ?? 0)

/** Adds the usage of two responses; `raw` is that of the second one. */
export const addUsage = (a: CodexUsage, b: CodexUsage): CodexUsage => ({
  inputTokens: sumCounts(a.inputTokens, b.inputTokens),
  cachedInputTokens: sumCounts(a.cachedInputTokens, b.cachedInputTokens),
  cacheWriteTokens: sumCounts(a.cacheWriteTokens, b.cacheWriteTokens),
  outputTokens: sumCounts(a.outputTokens, b.outputTokens),
  reasoningTokens: sumCounts(a.reasoningTokens, b.reasoningTokens),
  totalTokens: sumCounts(a.totalTokens, b.totalTokens),
  raw: b.raw,
})
