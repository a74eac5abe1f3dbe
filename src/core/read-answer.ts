import type { APICallError } from '@ai-sdk/provider'
import type { BackendFailure, CodexEvent } from '../events/event.ts'
import { parseEvent, toEvent, toFailure } from '../events/parse.ts'
import { eventsOfResponse } from '../events/whole-response.ts'
import { onAbort, unref } from '../lib/abort.ts'
import { isObject, parseObject } from '../lib/json.ts'
import type { Log } from '../lib/log.ts'
import { createPartMachine } from '../parts/machine.ts'
import { type CodexPart, isOutput } from '../parts/part.ts'
import type { AnswerForm } from '../request/answer-form.ts'
import { type CallContext, streamError } from '../transport/failures/errors.ts'
import {
  ANSWER_TOO_LARGE,
  eventTooLarge,
  NO_OUTPUT,
  noEventStream,
  STREAM_CUT,
  streamIdle,
} from '../transport/failures/stream-failures.ts'
import { undecodedMessage } from '../transport/http/send.ts'
import { MAX_HEAD, MAX_MESSAGE_BYTES, MessageTooLargeError } from '../transport/message-limits.ts'
import type { OpenMessages } from '../transport/transport.ts'
import { createIdleTimer } from './idle-timer.ts'

/** The parts of an answer, pulled batch by batch. */
export interface AnswerReader {
  /**
   * Reads until the first part that a user would see, so that a call that fails before it can be rejected, and the AI SDK
   * can retry it. `next` then returns what was read.
   *
   * @returns the failure that came before any output.
   * @throws the reason of the caller's abort.
   */
  begin(): Promise<BackendFailure | undefined>
  /**
   * Reads the next parts, at least one. A `failure` part is the last one.
   *
   * @returns undefined at the end.
   * @throws the reason of the caller's abort.
   */
  next(): Promise<CodexPart[] | undefined>
  /** Stops reading and lets the connection go. */
  cancel(reason?: unknown): Promise<void>
  /** Returns the error of a `failure` part. */
  errorOf(failure: BackendFailure): APICallError
}

/** How long a body may go on after its last event before the connection is dropped, in milliseconds. */
const LINGER_MS = 250

/** Characters of messages before the first output, which are held until it is known whether the call can be retried. */
const MAX_BEFORE_OUTPUT = MAX_MESSAGE_BYTES

/** Characters of all messages of an answer: what the longest ones of models have is far below. */
const MAX_ANSWER = 256 * 1024 * 1024

/** Parts handed on at once: the queue of a stream takes quadratic time for many more. */
const MAX_BATCH = 1_000

/** Reads an answer: bytes → messages → events → parts. */
export function readAnswer(options: {
  open: OpenMessages
  context: CallContext
  /** Shape of the answer that the request asked for. */
  form: Partial<AnswerForm>
  /** Emits each event as it came, too. @default false */
  includeRaw?: boolean | undefined
  signal: AbortSignal | undefined
  /** Milliseconds without an event; 0 for no limit. */
  idleTimeoutMs: number
  /** Sees each part as it is read. */
  onPart?: ((part: CodexPart) => void) | undefined
  log: Log | undefined
}): AnswerReader {
  const { context, signal, idleTimeoutMs, includeRaw, onPart, log } = options
  const machine = createPartMachine(options.form)
  let batch: CodexPart[] = []
  let taken = 0
  let cause: unknown
  let hasEnded = false
  let isLingering = false
  let hasOutput = false
  let length = 0
  /** Head of the first message, until one is known as an event. */
  let unknownHead: string | undefined
  let hasEvent = false
  let hasMessage = false
  const emit = (part: CodexPart) => {
    batch.push(part)
    if (!hasOutput) hasOutput = isOutput(part)
    onPart?.(part)
  }
  const model = context.responseHeaders?.['openai-model']
  if (model) machine.push({ type: 'rerouted', model }, emit)
  // Cancelling ends the pending read.
  const idle = createIdleTimer(idleTimeoutMs, () => void messages.cancel().catch(ignore))
  const messages = options.open((data, name) => {
    hasMessage = true
    const event = parseEvent(data, name)
    log?.('stream.event', { type: event.type })
    if (!hasEvent) noteEvent(event, data)
    if (includeRaw && !machine.isOver) emit({ type: 'raw', value: rawOf(data) })
    machine.push(event, emit)
    length += data.length
    if (length <= MAX_BEFORE_OUTPUT) return
    if (!hasOutput) machine.fail(NO_OUTPUT, emit)
    else if (length > MAX_ANSWER) machine.fail(ANSWER_TOO_LARGE, emit)
  })

  function noteEvent(event: CodexEvent, data: string): void {
    hasEvent = event.type !== 'ignored'
    if (!hasEvent) unknownHead ??= data.slice(0, MAX_HEAD)
  }

  // Ends the pending read, even where a custom `fetch` ignores its signal.
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
      machine.fail(streamIdle(idleTimeoutMs), emit)
      return
    }
    const foreign = messages.foreignText()
    for (const event of eventsOfResponse(foreign ?? '') ?? []) machine.push(toEvent(event), emit)
    machine.fail(endOf(foreign, hasEvent ? undefined : unknownHead, context), emit)
  }

  function onError(error: unknown): void {
    if (signal?.aborted) {
      end()
      throw signal.reason
    }
    cause = error
    machine.fail(error instanceof MessageTooLargeError ? eventTooLarge(error.message) : STREAM_CUT, emit)
  }

  /** Reads on after the last event: a good server ends the body at once, and the connection can be used again. */
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

  function takeBatch(): CodexPart[] {
    const parts = batch.length <= MAX_BATCH ? batch : batch.slice(taken, taken + MAX_BATCH)
    taken += parts.length
    if (taken === batch.length) {
      batch = []
      taken = 0
    }
    return parts
  }

  const isEnough = (needsOutput: boolean): boolean =>
    machine.isOver || (needsOutput ? hasOutput : batch.length > 0)

  /** Reads until there is a part, or one that a user would see. */
  async function read(needsOutput: boolean): Promise<void> {
    idle.waiting(true)
    try {
      while (!isEnough(needsOutput)) {
        hasMessage = false
        if (!(await messages.read())) onEnd()
        // The messages of one read came together.
        if (hasMessage) idle.alive()
      }
    } catch (error) {
      onError(error)
    } finally {
      idle.waiting(false)
    }
    if (machine.isOver && !hasEnded && !isLingering) {
      isLingering = true
      idle.stop()
      void linger()
    }
  }

  return {
    async begin() {
      await read(true)
      const last = batch.at(-1)
      return !hasOutput && last?.type === 'failure' ? last.failure : undefined
    },
    async next() {
      if (!isEnough(false)) await read(false)
      const parts = takeBatch()
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

/** Returns an event as parsed JSON, or as text where it is not JSON. */
function rawOf(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}

/** Returns the failure of a body that ended without a terminal event: a cut stream, or no stream of the Responses API. */
function endOf(
  foreign: string | undefined,
  unknownHead: string | undefined,
  context: CallContext,
): BackendFailure {
  if (foreign === undefined) {
    return unknownHead === undefined
      ? STREAM_CUT
      : noEventStream(unknownHead, 'The stream has no event of the Responses API. It begins: ')
  }
  const json = parseObject(foreign)
  if (isObject(json?.error)) return toFailure(json)
  const head = foreign.slice(0, MAX_HEAD)
  const undecoded = undecodedMessage(context, head)
  return undecoded === undefined
    ? noEventStream(head, 'The answer is not an event stream. It begins: ')
    : { ...noEventStream(head, ''), message: undecoded }
}
