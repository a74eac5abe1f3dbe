/** Delay in the message of a `rate_limit_exceeded`, as the Codex CLI reads it. See "Failures" in docs/wire.md. */
const TRY_AGAIN_IN = /try again in\s*(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s|seconds?)\b/i

/** Longest delay that a retry waits for. */
const MAX_DELAY_MS = 3_600_000

/** True for milliseconds, seconds or a date. */
const isReadable = (delay: string | undefined): boolean =>
  delay !== undefined && (Number.isFinite(Number.parseFloat(delay)) || Number.isFinite(Date.parse(delay)))

/** Adds the delay that the message names to the headers, where the AI SDK's retry reads it, unless they have one. */
export function withRetryDelay(
  headers: Readonly<Record<string, string>>,
  message: string,
): Readonly<Record<string, string>> {
  if (isReadable(headers['retry-after-ms']) || isReadable(headers['retry-after'])) return headers
  const [, count, unit] = TRY_AGAIN_IN.exec(message) ?? []
  if (count === undefined) return headers
  const ms = Math.ceil(Number(count) * (unit?.toLowerCase() === 'ms' ? 1 : 1000))
  return ms > MAX_DELAY_MS ? headers : { ...headers, 'retry-after-ms': String(ms) }
}
