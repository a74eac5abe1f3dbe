import { onAbort, startTimer } from '../../lib/abort.ts'
import { asObject, type JsonObject, parseObject } from '../../lib/json.ts'
import { MAX_MESSAGE_BYTES, MessageTooLargeError } from '../message-limits.ts'
import type { MessageReader } from '../transport.ts'
import { createResponseNote, type WrittenRequest } from './continuation.ts'
import type { Connection } from './pool.ts'

/** How a socket ended before its response did. */
export class SocketClosedError extends Error {
  readonly closeCode: number

  constructor(closeCode: number) {
    super(`The WebSocket closed with code ${closeCode}.`)
    this.name = 'SocketClosedError'
    this.closeCode = closeCode
  }
}

/** A response that runs on a socket. */
export interface SocketResponse {
  /** Headers that messages bring, added as they come. */
  readonly headers: Record<string, string>
  /**
   * Waits for the first message that says something of the response.
   *
   * @returns its JSON; undefined where the socket closed, or nothing came in time.
   * @throws the reason of the abort.
   */
  begin(signal: AbortSignal | undefined, timeoutMs: number): Promise<JsonObject | undefined>
  /** True after `begin` where nothing came in time. */
  readonly isLate: boolean
  /** Undefined while the socket is open. */
  readonly closeCode: number | undefined
  read(onMessage: (json: string) => void): MessageReader
}

const LAST_EVENTS = ['response.completed', 'response.done', 'response.failed', 'response.incomplete', 'error']

/** Messages that may come before a response has begun. */
const PREAMBLE = ['codex.rate_limits', 'response.metadata', 'codex.response.metadata', 'keepalive', 'ping']

/** More of them in one message are ignored. */
const MAX_HEADERS = 100

/** More of them in a row count as the beginning. */
const MAX_PREAMBLE = 100

/** Reads the messages of one response; the socket goes back to its pool with the last one. */
export function readResponse(connection: Connection, written: WrittenRequest): SocketResponse {
  const note = createResponseNote(written)
  const headers: Record<string, string> = {}
  const queue: string[] = []
  let first: JsonObject | undefined
  let preambles = 0
  let hasEnded = false
  let closeCode: number | undefined
  let failure: Error | undefined
  let isLate = false
  let wake: () => void = () => {}

  function onMessage(text: string): void {
    if (hasEnded) return
    if (text.length > MAX_MESSAGE_BYTES) {
      end(new MessageTooLargeError())
      return
    }
    queue.push(text)
    if (first === undefined || isNoted(text)) see(parseObject(text) ?? {})
    wake()
  }

  function see(message: JsonObject): void {
    const type = String(message.type)
    const isPreamble = PREAMBLE.includes(type) && preambles++ < MAX_PREAMBLE
    if (!isPreamble) first ??= message
    if (type === 'response.metadata' || type === 'codex.response.metadata') keepHeaders(message)
    note.see(message)
    if (!LAST_EVENTS.includes(type)) return
    hasEnded = true
    const last = note.last()
    // After a failure the backend has forgotten the conversation.
    if (last) connection.release(last)
    else connection.drop()
  }

  /** Keeps what stands in the headers of an answer over HTTP. */
  function keepHeaders(message: JsonObject): void {
    for (const [name, value] of Object.entries(asObject(message.headers)).slice(0, MAX_HEADERS)) {
      if (typeof value !== 'object') headers[name.toLowerCase()] = String(value)
    }
  }

  function end(error?: Error): void {
    failure = error
    hasEnded = true
    connection.drop()
    wake()
  }

  connection.socket.listen({
    onMessage,
    onClose(code) {
      closeCode = code
      if (hasEnded) return
      end(new SocketClosedError(code))
    },
  })

  const change = () =>
    new Promise<void>((resolve) => {
      wake = resolve
    })

  return {
    headers,
    get isLate() {
      return isLate
    },
    get closeCode() {
      return closeCode
    },
    async begin(signal, timeoutMs) {
      const stopTimer = startTimer(timeoutMs, () => {
        isLate = true
        end()
      })
      const stopListening = onAbort(signal, () => end())
      try {
        while (first === undefined && !hasEnded) await change()
      } finally {
        stopTimer()
        stopListening()
      }
      signal?.throwIfAborted()
      return first
    },
    read: (deliver) => ({
      async read() {
        while (queue.length === 0 && !hasEnded) await change()
        if (queue.length === 0 && failure) throw failure
        const hasMore = queue.length > 0
        for (const text of queue.splice(0)) deliver(text)
        return hasMore
      },
      foreignText: () => undefined,
      async cancel() {
        if (!hasEnded) end()
      },
    }),
  }
}

/** True for messages that must be looked into; most are deltas. */
const isNoted = (text: string): boolean =>
  text.includes('"response.output_item.done"') ||
  text.includes('response.metadata"') ||
  LAST_EVENTS.some((type) => text.includes(`"${type}"`))
