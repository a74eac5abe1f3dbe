/** Which body, how long and how far to read. */
export interface ReadLimits {
  maxCharacters: number
  /** For the whole body, in milliseconds. Default 0: no limit. */
  timeoutMs?: number | undefined
  signal: AbortSignal | undefined
}

/** A body as far as it came. */
export interface BodyText {
  text: string
  /** False where it was cut: by the server, or by a limit. */
  isWhole: boolean
  /** True where the time limit cut it. */
  isLate: boolean
  /** What cut it, where that is known. */
  cause?: unknown
}

/**
 * Reads a body as text, as far as it comes and the limits allow; the connection of the rest is let go. Throws the reason
 * of the caller's abort.
 */
export async function readText(
  { body }: Response,
  { timeoutMs = 0, maxCharacters, signal }: ReadLimits,
): Promise<BodyText> {
  if (!body) return { text: '', isWhole: true, isLate: false }
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let isWhole = true
  let isLate = false
  let cause: unknown
  const stop = (reason?: unknown) => {
    isWhole = false
    cause ??= reason
    reader.cancel().catch(() => {})
  }
  const onAbort = () => stop()
  const onTimeout = () => {
    isLate = true
    stop()
  }
  const timer = timeoutMs > 0 ? setTimeout(onTimeout, timeoutMs) : undefined
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) stop()
  let text = ''
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      text += decoder.decode(next.value, { stream: true })
      if (text.length > maxCharacters) stop(new Error(`The body is longer than ${maxCharacters} characters.`))
    }
  } catch (error) {
    stop(error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
  signal?.throwIfAborted()
  return { text, isWhole, isLate, cause }
}
