// A longer timer of the runtimes goes off at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Runs with a signal that aborts as the caller's does, and with `lateReason()` after `timeoutMs` (0: never). Nothing of
 * it is left when `run` has settled.
 */
export async function withDeadline<T>(
  signal: AbortSignal | undefined,
  timeoutMs: number,
  lateReason: () => Error,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const onAbort = () => controller.abort(signal?.reason)
  const onLate = () => controller.abort(lateReason())
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = timeoutMs > 0 ? setTimeout(onLate, Math.min(timeoutMs, LONGEST_TIMER_MS)) : undefined
  try {
    return await run(controller.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}
