import { isObject, type JsonObject } from '../../lib/json.ts'
import type { Log } from '../../lib/log.ts'
import { localError, responseError } from '../failures/errors.ts'
import type { SentBy, Transport, TransportAnswer, TransportRequest } from '../transport.ts'
import { continuationOf, writeRequest } from './continuation.ts'
import { openingHeaders, toFrame } from './frame.ts'
import { type NoSocket, noSocketError } from './open-socket.ts'
import { type Connection, createSocketPool, type SocketPool } from './pool.ts'
import { readResponse, type SocketResponse } from './response.ts'
import type { OpenSocket, RefusedUpgrade } from './socket.ts'

/** The backend takes no longer message, in bytes. */
const MAX_FRAME_BYTES = 16_777_000

/** Errors after which the same request succeeds in full on a new socket. */
const FORGOTTEN = ['previous_response_not_found', 'websocket_connection_limit_reached']

const MESSAGE_TOO_BIG = 1009

const MIN_PAUSE_MS = 1_000
const MAX_PAUSE_MS = 300_000

/** Sockets of a provider, and how long it does without them. */
export interface SocketState {
  readonly pool: SocketPool
  /** The time of `now()` until which requests go over HTTP. */
  pausedUntil: number
  pauseMs: number
}

export const createSocketState = (pool = createSocketPool()): SocketState => ({
  pool,
  pausedUntil: 0,
  pauseMs: MIN_PAUSE_MS,
})

/** Settings of {@link createWebSocketTransport}. */
export interface WebSocketTransportSettings {
  readonly http: Transport
  readonly openSocket: OpenSocket | NoSocket
  /** `websocket`: an error where there can be no socket, in place of HTTP. */
  readonly mode: 'auto' | 'websocket'
  readonly state: SocketState
  readonly log: Log | undefined
  /** Milliseconds of a clock that never goes back. @default performance.now */
  readonly now?: () => number
}

/**
 * The transport over WebSocket: one socket a conversation, on which only what is new is sent. What fails before the
 * first event of an answer goes over HTTP; what fails later is the caller's, as over HTTP.
 *
 * @see docs/wire.md, WebSocket
 */
export function createWebSocketTransport({
  http,
  openSocket,
  mode,
  state,
  log,
  now = () => performance.now(),
}: WebSocketTransportSettings): Transport {
  const overHttp = async (request: TransportRequest, reason: string): Promise<TransportAnswer> => {
    log?.('websocket.unused', { reason })
    return { ...(await http.send(request)), sent: { transport: 'http', bytes: byteLength(request.body) } }
  }

  /** Goes over HTTP for a while, which grows with each failure. */
  function pause(): void {
    state.pausedUntil = now() + state.pauseMs
    state.pauseMs = Math.min(state.pauseMs * 2, MAX_PAUSE_MS)
  }

  async function send(request: TransportRequest): Promise<TransportAnswer> {
    if (typeof openSocket !== 'function') {
      if (mode === 'websocket') throw noSocketError(openSocket.reason)
      return overHttp(request, openSocket.reason)
    }
    if (byteLength(request.body) > MAX_FRAME_BYTES) {
      const reason = 'the request is longer than 16 MiB'
      if (mode === 'websocket') throw noSocketError(reason)
      return overHttp(request, reason)
    }
    if (now() < state.pausedUntil) return overHttp(request, 'it failed a short time ago')

    const headers = openingHeaders(request.headers)
    const key = JSON.stringify([request.url, headers, request.request.body.prompt_cache_key])
    const taken = state.pool.take(key)
    if (taken === 'busy' && mode === 'auto')
      return overHttp(request, 'the socket of this conversation is busy')
    const connection = typeof taken === 'object' ? taken : undefined
    if (connection) {
      const answer = await answerOn(connection, request)
      if (answer !== 'again') return answer ?? overHttp(request, 'the socket closed')
    }
    return onNewSocket(request, headers, taken === 'busy' ? undefined : key, openSocket)
  }

  /** Sends the whole input on a new socket. */
  async function onNewSocket(
    request: TransportRequest,
    headers: Record<string, string>,
    key: string | undefined,
    open: OpenSocket,
  ): Promise<TransportAnswer> {
    const opened = await open(request.url.replace(/^http/, 'ws'), headers, request.signal)
    if ('refused' in opened) {
      const { refused } = opened
      const { status } = refused
      // The login's and the plan's own words; what else is refused may be the socket alone.
      if (status === 401 || status === 429) return refusal(refused)
      pause()
      if (status === 426) state.pausedUntil = Number.POSITIVE_INFINITY
      return overHttp(request, `the upgrade failed (${status ?? 'no answer'})`)
    }
    log?.('websocket.opened', {})
    state.pauseMs = MIN_PAUSE_MS
    const connection = state.pool.add(key, opened.socket)
    const answer = await answerOn(connection, request)
    if (answer && answer !== 'again') return answer
    pause()
    return overHttp(request, 'the socket closed')
  }

  /**
   * Sends a request on a socket and waits for the first event.
   *
   * @returns undefined where the socket closed before it; `again` where a new socket takes the whole input.
   */
  async function answerOn(
    connection: Connection,
    { request: { body }, headers, url, signal, responseTimeoutMs }: TransportRequest,
  ): Promise<TransportAnswer | 'again' | undefined> {
    const written = writeRequest(body)
    const continuation = continuationOf(connection.last, body, written)
    const frame = toFrame(body, headers, continuation)
    const bytes = byteLength(frame)
    const allItems = body.input.length
    log?.('websocket.request', { items: continuation?.input.length ?? allItems, allItems, bytes })
    const isFirst = connection.last === undefined
    const response = readResponse(connection, written)
    connection.socket.send(frame)
    const first = await response.begin(signal, responseTimeoutMs)
    if (first === undefined) {
      if (response.isLate) {
        const words = `no event within ${responseTimeoutMs} ms (timeouts.response)`
        throw localError('no_response', words, { url, requestBodyValues: body })
      }
      // An idle socket that the server closed; a new one may do.
      return isFirst || response.closeCode === MESSAGE_TOO_BIG ? undefined : 'again'
    }
    // An error has cut the socket already.
    if (first.type === 'error' && FORGOTTEN.includes(codeOf(first))) return isFirst ? undefined : 'again'
    const all = Object.assign(response.headers, { ...connection.socket.headers, ...response.headers })
    const sent = { transport: 'websocket', bytes } as const
    const status = first.type === 'error' ? statusOf(first) : undefined
    return status === undefined ? started(response, all, sent) : failed(status, first, all, sent)
  }

  return { send }
}

const started = (
  response: SocketResponse,
  headers: Record<string, string>,
  sent: SentBy,
): TransportAnswer => ({
  status: 200,
  headers,
  sent,
  open: async () => response.read,
  readError: async (context) => responseError(200, '', context),
})

/** An answer that is an error with the status of HTTP. */
function failed(
  status: number,
  message: JsonObject,
  headers: Record<string, string>,
  sent: SentBy,
): TransportAnswer {
  const own = Object.entries(isObject(message.headers) ? message.headers : {})
  const all = {
    ...headers,
    ...Object.fromEntries(own.map(([name, value]) => [name.toLowerCase(), String(value)])),
  }
  const { type: _, status: __, status_code: ___, headers: ____, ...body } = message
  return errorAnswer(status, JSON.stringify(body), all, sent)
}

const refusal = ({ status = 0, headers, body }: RefusedUpgrade): TransportAnswer =>
  errorAnswer(status, body, headers, { transport: 'websocket', bytes: 0 })

function errorAnswer(
  status: number,
  body: string,
  headers: Record<string, string>,
  sent: SentBy,
): TransportAnswer {
  return {
    status,
    headers,
    sent,
    async open(context) {
      throw responseError(status, body, { ...context, responseHeaders: headers })
    },
    readError: async (context) => responseError(status, body, { ...context, responseHeaders: headers }),
  }
}

function codeOf({ error, code }: JsonObject): string {
  const own = isObject(error) ? error.code : code
  return typeof own === 'string' ? own : ''
}

function statusOf({ status, status_code }: JsonObject): number | undefined {
  const own = Number(status ?? status_code)
  return Number.isInteger(own) && own >= 400 && own < 600 ? own : undefined
}

const encoder = new TextEncoder()
const byteLength = (text: string): number => encoder.encode(text).length
