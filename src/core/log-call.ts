import { APICallError } from '@ai-sdk/provider'
import type { Log } from '../lib/log.ts'
import type { CodexFinishReason, CodexPart, CodexUsage } from '../parts/part.ts'
import type { SentBy } from '../transport/transport.ts'
import type { Compaction } from './compact.ts'
import type { CodexAnswer } from './send-call.ts'

/** Tells a log how a call ends: by its last part, by an error, or by the caller's abort. */
export async function logCall(
  log: Log,
  model: string,
  signal: AbortSignal | undefined,
  start: () => Promise<CodexAnswer>,
): Promise<CodexAnswer> {
  const { durationMs, finish, fail } = startCall(log, model, signal)
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
      end(() => finish({ reason, responseId: info.id, usage, sent: answer.sent }))
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

/** Tells a log how a compaction ends, as it does of other calls. */
export async function logCompaction(
  log: Log,
  model: string,
  signal: AbortSignal | undefined,
  start: () => Promise<Compaction>,
): Promise<Compaction> {
  const { finish, fail } = startCall(log, model, signal)
  try {
    const compaction = await start()
    const { info, sent } = compaction
    finish({ reason: 'stop', responseId: info.responseId, usage: info.usage, sent })
    return compaction
  } catch (error) {
    fail(error)
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

/** What is told of an answer that is whole. */
interface Finished {
  readonly reason: CodexFinishReason
  readonly responseId: string | undefined
  readonly usage: CodexUsage
  readonly sent: SentBy | undefined
}

/** A call that has begun: its time so far, and what to tell of its end. */
function startCall(log: Log, model: string, signal: AbortSignal | undefined) {
  const startedAt = performance.now()
  const durationMs = () => Math.round(performance.now() - startedAt)
  return {
    durationMs,
    finish({ reason, responseId, usage, sent }: Finished) {
      log('call.finish', {
        model,
        finishReason: reason,
        responseId,
        inputTokens: usage.inputTokens,
        cachedInputTokens: usage.cachedInputTokens,
        outputTokens: usage.outputTokens,
        reasoningTokens: usage.reasoningTokens,
        transport: sent?.transport ?? 'http',
        durationMs: durationMs(),
      })
    },
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
