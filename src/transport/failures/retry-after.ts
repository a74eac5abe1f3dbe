/** As the Codex CLI reads it in the words of a `rate_limit_exceeded` (codex-wire.md 4). */
const TRY_AGAIN_IN = /try again in\s*(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s|seconds?)\b/i

/** What is longer is no matter of a moment, and no retry waits for it. */
const MAX_DELAY_MS = 3_600_000

/** Milliseconds, seconds, or a date. */
const isReadable = (delay: string | undefined): boolean =>
  delay !== undefined && (Number.isFinite(Number.parseFloat(delay)) || Number.isFinite(Date.parse(delay)))

/**
 * The headers with the delay that the words name, as the AI SDK's retry reads it. Headers that tell a delay themselves
 * stay as they came.
 */
export function withRetryDelay(
  headers: Readonly<Record<string, string>>,
  words: string,
): Readonly<Record<string, string>> {
  if (isReadable(headers['retry-after-ms']) || isReadable(headers['retry-after'])) return headers
  const [, count, unit] = TRY_AGAIN_IN.exec(words) ?? []
  if (count === undefined) return headers
  const ms = Math.ceil(Number(count) * (unit?.toLowerCase() === 'ms' ? 1 : 1000))
  return ms > MAX_DELAY_MS ? headers : { ...headers, 'retry-after-ms': String(ms) }
}
