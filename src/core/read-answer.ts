import type { APICallError } from '@ai-sdk/provider'
import type { BackendFailure } from '../events/event.ts'
import { parseEvent, toEvent, toFailure } from '../events/parse.ts'
import { eventsOfResponse } from '../events/whole-response.ts'
import { onAbort, unref } from '../lib/abort.ts'
import type { Debug } from '../lib/debug.ts'
import { isObject, parseObject } from '../lib/json.ts'
import { createPartMachine } from '../parts/machine.ts'
import { type CodexPart, isOutput } from '../parts/part.ts'
import type { AnswerForm } from '../request/answer-form.ts'
import { type CallContext, streamError } from '../transport/failures/errors.ts'
import { STREAM_CUT } from '../transport/failures/stream-failures.ts'
import { undecodedWords } from '../transport/http/send.ts'
import { EventTooLargeError, MAX_HEAD } from '../transport/http/sse.ts'
import type { OpenMessages } from '../transport/transport.ts'

/** The parts of an answer, pulled batch by batch. */
export interface AnswerReader {
  /**
   * The next parts, at least one; undefined at the end. A `failure` part is the last one.
   * Rejects with the reason of the caller's abort.
   */
  next(): Promise<CodexPart[] | undefined>
  /** Stops reading and lets the connection go. */
  cancel(reason?: unknown): Promise<void>
  /** The error of a `failure` part. */
  errorOf(failure: BackendFailure): APICallError
}

/** How long a body may go on after its last event before the connection is dropped, in milliseconds. */
const LINGER_MS = 250

/** Joins the rooms on the way back: bytes → messages → events → parts. */
export function readAnswer(options: {
  open: OpenMessages
  context: CallContext
  /** How the request shapes its answer. */
  form: Partial<AnswerForm>
  /** Are the events wanted as they came, too? */
  includeRaw?: boolean | undefined
  signal: AbortSignal | undefined
  /** Milliseconds without an event; 0 for never. */
  idleTimeoutMs: number
  debug: Debug | undefined
}): AnswerReader {
  const { context, signal, idleTimeoutMs, debug } = options
  const machine = createPartMachine(options.form)
  let batch: CodexPart[] = []
  let cause: unknown
  let hasEnded = false
  const emit = (part: CodexPart) => {
    batch.push(part)
  }
  const model = context.responseHeaders?.['openai-model']
  if (model) machine.push({ type: 'rerouted', model }, emit)
  // Cancelling ends the read that waits.
  const idle = createIdleTimer(idleTimeoutMs, () => void messages.cancel().catch(ignore))
  const messages = options.open((data) => {
    idle.alive()
    const event = parseEvent(data)
    debug?.(`event ${event.type}`)
    if (options.includeRaw && !machine.isOver) emit({ type: 'raw', value: rawOf(data) })
    machine.push(event, emit)
  })

  // It ends the read that waits, also where a `fetch` of the caller's own hears no signal.
  const stopListening = onAbort(signal, () => void messages.cancel(signal?.reason).catch(ignore))

  function end(): void {
    if (hasEnded) return
    hasEnded = true
    idle.stop()
    stopListening()
  }

  function onEnd(): void {
    signal?.throwIfAborted()
    if (idle.hasRunOut()) {
      machine.fail(idleFailure(idleTimeoutMs), emit)
      return
    }
    const foreign = messages.foreignText()
    for (const event of eventsOfResponse(foreign ?? '') ?? []) machine.push(toEvent(event), emit)
    machine.fail(endOf(foreign, context), emit)
  }

  function onError(error: unknown): void {
    if (signal?.aborted) {
      end()
      throw signal.reason
    }
    cause = error
    machine.fail(error instanceof EventTooLargeError ? tooLarge(error) : STREAM_CUT, emit)
  }

  /** After the last event a good server ends the body at once, and the connection can be used again. */
  async function linger(): Promise<void> {
    const timer = setTimeout(() => void messages.cancel().catch(ignore), LINGER_MS)
    unref(timer)
    try {
      while (await messages.read());
    } catch {
      // Whatever the connection does now, the answer is whole.
    } finally {
      clearTimeout(timer)
      end()
    }
  }

  return {
    async next() {
      idle.alive()
      idle.waiting(true)
      try {
        while (batch.length === 0 && !machine.isOver) if (!(await messages.read())) onEnd()
      } catch (error) {
        onError(error)
      } finally {
        idle.waiting(false)
      }
      const parts = batch
      batch = []
      if (machine.isOver && !hasEnded && parts.length > 0) {
        idle.stop()
        void linger()
      }
      return parts.length === 0 ? undefined : parts
    },
    async cancel(reason) {
      end()
      await messages.cancel(reason).catch(ignore)
    },
    errorOf: (failure) => streamError(failure, context, cause),
  }
}

const ignore = (): void => {}

/** The event as JSON says it, or as text where it is no JSON. */
function rawOf(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}

/** A body that ended without a terminal event: a stream that was cut, or no stream at all. */
function endOf(foreign: string | undefined, context: CallContext): BackendFailure {
  if (foreign === undefined) return STREAM_CUT
  const json = parseObject(foreign)
  if (isObject(json?.error)) return toFailure(json)
  const head = foreign.slice(0, MAX_HEAD)
  return {
    ...STREAM_CUT,
    code: 'no_event_stream',
    message: undecodedWords(context, head) ?? `The answer is no event stream. It begins: ${head}`,
    data: { body: head },
  }
}

const tooLarge = ({ message }: EventTooLargeError): BackendFailure => ({
  ...STREAM_CUT,
  code: 'event_too_large',
  message,
})

const idleFailure = (idleTimeoutMs: number): BackendFailure => ({
  ...STREAM_CUT,
  code: 'stream_idle',
  message: `The stream was cut: no event came for ${idleTimeoutMs} ms (timeouts.idle).`,
})

/**
 * One timer for a whole stream, which looks at the time of the last event when it runs out. Only waiting counts: a
 * consumer that takes its time does not make a stream idle.
 */
function createIdleTimer(idleTimeoutMs: number, onIdle: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastLife = 0
  let isWaiting = false
  let isStopped = idleTimeoutMs === 0
  let hasRunOut = false

  function arm(ms: number): void {
    timer = setTimeout(onTimer, ms)
    unref(timer)
  }

  function onTimer(): void {
    timer = undefined
    // No timer outlives a consumer that went away.
    if (!isWaiting) return
    const rest = lastLife + idleTimeoutMs - performance.now()
    hasRunOut = rest < 1
    if (hasRunOut) onIdle()
    else arm(rest)
  }

  return {
    alive(): void {
      lastLife = performance.now()
    },
    waiting(is: boolean): void {
      isWaiting = is
      if (is && !isStopped && timer === undefined) arm(idleTimeoutMs)
    },
    hasRunOut: () => hasRunOut,
    stop(): void {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

/**
 * Reads until the first part that a user would see, so that a call that fails before it can still be rejected, and the
 * AI SDK's retry can start it again.
 */
export async function readUntilOutput(
  answer: AnswerReader,
): Promise<{ parts: CodexPart[]; failure: BackendFailure | undefined }> {
  const parts: CodexPart[] = []
  while (true) {
    const batch = await answer.next()
    if (batch === undefined) return { parts, failure: undefined }
    parts.push(...batch)
    if (batch.some(isOutput)) return { parts, failure: undefined }
    const last = batch.at(-1)
    if (last?.type === 'failure') return { parts, failure: last.failure }
  }
}
