import { onAbort, startTimer } from './abort.ts'

/** Limits of {@link readText}. */
export interface ReadLimits {
  maxCharacters: number
  /** For the whole body, in milliseconds. @default 0, no limit */
  timeoutMs?: number | undefined
  signal: AbortSignal | undefined
}

/** A body as far as it arrived. */
export interface BodyText {
  text: string
  /** False where the server or a limit cut it. */
  isWhole: boolean
  /** True where the time limit cut it. */
  isLate: boolean
  /** The error that cut it, where there was one. */
  cause?: unknown
}

/**
 * Reads a body as text, as far as it arrives and the limits allow, and lets the connection go.
 *
 * @throws the reason of the caller's abort.
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
  const stopTimer = startTimer(timeoutMs, () => {
    isLate = true
    stop()
  })
  const stopListening = onAbort(signal, stop)
  let text = ''
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      text += decoder.decode(next.value, { stream: true })
      if (text.length > maxCharacters) stop(new Error(`The body is longer than ${maxCharacters} characters.`))
    }
  } catch (error) {
    stop(error)
  } finally {
    stopTimer()
    stopListening()
  }
  signal?.throwIfAborted()
  return { text, isWhole, isLate, cause }
}
