import { APICallError } from '@ai-sdk/provider'
import type { Log } from '../lib/log.ts'
import type { CodexPart } from '../parts/part.ts'
import type { CodexAnswer } from './send-call.ts'

/** Tells a log how a call ends: by its last part, by an error, or by the caller's abort. */
export async function logCall(
  log: Log,
  model: string,
  signal: AbortSignal | undefined,
  start: () => Promise<CodexAnswer>,
): Promise<CodexAnswer> {
  const { durationMs, fail } = startCall(log, model, signal)
  /** Ends the call's entries once, however it ends. */
  let hasEnded = false
  const end = (tell: () => void) => {
    if (hasEnded) return
    hasEnded = true
    tell()
  }
  try {
    const answer = await start()
    const see = (part: CodexPart) => {
      if (part.type === 'failure') end(() => fail(answer.errorOf(part.failure)))
      if (part.type !== 'finish') return
      const { usage, reason, info } = part
      end(() =>
        log('call.finish', {
          model,
          finishReason: reason,
          responseId: info.id,
          inputTokens: usage.inputTokens,
          cachedInputTokens: usage.cachedInputTokens,
          outputTokens: usage.outputTokens,
          reasoningTokens: usage.reasoningTokens,
          transport: answer.sent?.transport ?? 'http',
          durationMs: durationMs(),
        }),
      )
    }
    return {
      ...answer,
      async next() {
        try {
          const parts = await answer.next()
          parts?.forEach(see)
          return parts
        } catch (error) {
          end(() => fail(error))
          throw error
        }
      },
      cancel(reason) {
        end(() => log('call.abort', { model, durationMs: durationMs() }))
        return answer.cancel(reason)
      },
    }
  } catch (error) {
    end(() => fail(error))
    throw error
  }
}

/** Tells a log how a call for images ends. */
export async function logImages<Result extends { readonly images: readonly unknown[] }>(
  log: Log,
  model: string,
  signal: AbortSignal | undefined,
  start: () => Promise<Result>,
): Promise<Result> {
  const { durationMs, fail } = startCall(log, model, signal)
  try {
    const result = await start()
    log('image.finish', { model, images: result.images.length, durationMs: durationMs() })
    return result
  } catch (error) {
    fail(error)
    throw error
  }
}

/** A call that has begun: its time so far, and what to tell where it fails. */
function startCall(log: Log, model: string, signal: AbortSignal | undefined) {
  const startedAt = performance.now()
  const durationMs = () => Math.round(performance.now() - startedAt)
  return {
    durationMs,
    fail(error: unknown) {
      if (signal?.aborted) log('call.abort', { model, durationMs: durationMs() })
      else log('call.error', { model, ...fieldsOf(error), durationMs: durationMs() })
    },
  }
}

/** What may be told of an error: its message is redacted where it quotes a server. */
function fieldsOf(error: unknown) {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  return APICallError.isInstance(error)
    ? { error: name, message, statusCode: error.statusCode, isRetryable: error.isRetryable }
    : { error: name, message }
}
