/** As the Codex CLI reads it in the words of a `rate_limit_exceeded` (codex-wire.md 4). */
const TRY_AGAIN_IN = /try again in\s*(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s|seconds?)\b/i

/** What is longer is no matter of a moment, and no retry waits for it. */
const MAX_DELAY_MS = 3_600_000

/**
 * The headers with the delay that the words name, as the AI SDK's retry reads it. Headers that tell a delay themselves
 * stay as they came.
 */
export function withRetryDelay(
  headers: Readonly<Record<string, string>>,
  words: string,
): Readonly<Record<string, string>> {
  if (headers['retry-after-ms'] !== undefined || headers['retry-after'] !== undefined) return headers
  const [, count, unit] = TRY_AGAIN_IN.exec(words) ?? []
  if (count === undefined) return headers
  const ms = Math.ceil(Number(count) * (unit?.toLowerCase() === 'ms' ? 1 : 1000))
  return ms > MAX_DELAY_MS ? headers : { ...headers, 'retry-after-ms': String(ms) }
}
