import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { messageFault, type Turn, toHttpRequest, turnOf } from '../conversation.ts'
import { type Exchange, flatHeaders, send } from '../exchange.ts'
import { gatherFacts } from '../facts.ts'
import { asArray, asObject, parseObject } from '../json.ts'
import { ACCESS_REFUSALS, findRefusal } from '../refusals.ts'
import type { ServerState } from '../state.ts'
import type { Chunks } from '../stream.ts'
import type { JsonObject, RecordedRequest, RecordedSocket, StreamShape } from '../types.ts'
import { admit } from './access.ts'
import { type PlannedAnswer, planAnswer } from './responses.ts'

/** The backend's own limit of a message, in bytes. */
const MAX_MESSAGE = 16 * 1024 * 1024
const BETA = 'responses_websockets=2026-02-06'
const TERMINAL = ['response.completed', 'response.done', 'response.failed', 'response.incomplete', 'error']

/** `GET …/responses` without a WebSocket: 426 sends a client to HTTP for the rest of its session. */
export function refuseWebSocket(state: ServerState, exchange: Exchange): void {
  if (exchange.record.headers.upgrade?.toLowerCase() !== 'websocket') {
    send(exchange, 405, { detail: 'Method Not Allowed' })
    return
  }
  if (admit(state, exchange)) send(exchange, 426, '')
}

/** The package `ws`, where it is installed. */
const loadWs = () => import('ws').catch(() => undefined)

type MutableSocket = { -readonly [Key in keyof RecordedSocket]: RecordedSocket[Key] }

/** Answers the opening of a WebSocket at `…/responses`, and plays the backend on it. */
export async function upgrade(
  state: ServerState,
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
  take: (record: RecordedRequest) => void,
): Promise<void> {
  stream.on('error', () => stream.destroy())
  const headers = flatHeaders(request)
  const messages: Array<JsonObject | undefined> = []
  let settle: (code: number) => void = () => {}
  const socket: MutableSocket = {
    headers,
    status: undefined,
    refusedBy: undefined,
    messages,
    bytes: 0,
    closed: new Promise((resolve) => {
      settle = resolve
    }),
  }
  state.sockets.push(socket)
  const onCut = () => settle(1006)
  stream.once('close', onCut)

  const refuse = (status: number, body: JsonObject | string, more: Record<string, string> = {}) => {
    socket.status = status
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const type = typeof body === 'string' ? 'text/plain' : 'application/json'
    const fields = {
      'content-type': type,
      'content-length': `${Buffer.byteLength(text)}`,
      ...more,
      connection: 'close',
    }
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
    stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${text}`)
  }

  const scripted = state.upgradeAnswers.shift()
  if (scripted?.type === 'hang') return
  if (scripted?.type === 'reset') return void stream.destroy()
  if (scripted) return refuse(scripted.status, scripted.body, scripted.headers)

  const access = state.logins.checkAccess(headers.authorization)
  const facts = gatherFacts(
    { headers, text: '' },
    { access, models: state.models, issued: state.issuedContents },
  )
  const refusal = findRefusal(facts, ACCESS_REFUSALS)
  if (refusal) {
    socket.refusedBy = refusal.id
    return refuse(refusal.status, refusal.body)
  }
  const ws = state.speaksWebSocket ? await loadWs() : undefined
  if (!ws) return refuse(426, '')
  const fault = openingFault(headers)
  if (fault) {
    socket.refusedBy = 'opening'
    return refuse(400, { detail: fault })
  }
  if (stream.destroyed) return
  const server = new ws.WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: { threshold: 0 },
  })
  server.handleUpgrade(request, stream, head, (open) => {
    socket.status = 101
    stream.off('close', onCut)
    const close = (code: number) => open.close(code)
    state.openSockets.add(close)
    open.on('error', () => open.terminate())
    open.once('close', (code) => {
      state.openSockets.delete(close)
      settle(code)
    })
    converse(
      state,
      open,
      headers,
      (text, message) => {
        messages.push(message)
        socket.bytes += Buffer.byteLength(text)
      },
      take,
    )
  })
}

/** What a client of this protocol never sends when it opens a socket, or always does. */
function openingFault(headers: Record<string, string>): string | undefined {
  if (!headers['openai-beta']?.includes(BETA)) return `Missing header openai-beta: ${BETA}`
  const stray = ['x-openai-internal-codex-responses-lite', 'x-codex-turn-state', 'content-type'].find(
    (name) => headers[name] !== undefined,
  )
  return stray && `Unexpected header ${stray}`
}

/** Plays one conversation at a time on a socket. */
function converse(
  state: ServerState,
  socket: WebSocket,
  opening: Record<string, string>,
  note: (text: string, message: JsonObject | undefined) => void,
  take: (record: RecordedRequest) => void,
): void {
  let last: Turn | undefined
  let isBusy = false
  /** Settles `closed` of the request that is being answered; a second time does nothing. */
  let settle: (how: 'finished' | 'aborted') => void = () => {}
  // One listener for all requests of the socket: one for each would be a leak.
  socket.once('close', () => settle('aborted'))
  const say = (event: JsonObject) =>
    new Promise<void>((resolve) => socket.send(JSON.stringify(event), () => resolve()))

  async function answer(text: string): Promise<void> {
    const message = parseObject(text)
    note(text, message)
    const fault = isBusy
      ? {
          type: 'error',
          status: 400,
          error: { code: 'response_in_progress', message: 'One response at a time.' },
        }
      : messageFault(message, last)
    if (fault || !message) {
      if (!isBusy) last = undefined
      await say(fault ?? {})
      return
    }
    const { headers, body } = toHttpRequest(message, last, opening)
    const closed: RecordedRequest['closed'] = new Promise((resolve) => {
      settle = resolve
    })
    const record = recordOf(closed, headers, text, body)
    take(record)
    isBusy = true
    last = await respond(message, body, record)
    isBusy = false
  }

  async function respond(
    message: JsonObject,
    body: JsonObject,
    record: RecordedRequest,
  ): Promise<Turn | undefined> {
    if (message.generate === false) {
      record.status = 200
      return play(message, body, {
        events: warmUpEvents(`resp_warm_up_${state.turns++}`),
        shape: {},
      })
    }
    const planned = planAnswer(state, { headers: record.headers, text: JSON.stringify(body) })
    if ('refusal' in planned) {
      const { id, status, body: refused } = planned.refusal
      record.refusedBy = id
      record.status = status
      await say(errorEvent(status, refused))
      settle('finished')
      return undefined
    }
    const { answer } = planned
    switch (answer.type) {
      case 'hang':
        return undefined
      case 'reset':
        socket.terminate()
        return undefined
      case 'close':
        socket.close(answer.code, answer.reason)
        return undefined
      case 'error':
        record.status = answer.status
        await say(errorEvent(answer.status, answer.body, answer.headers))
        settle('finished')
        return undefined
      case 'raw':
        record.status = answer.status ?? 200
        await say(metadataEvent({ ...planned.headers, ...answer.headers }))
        await playRaw(answer)
        return undefined
      default:
        record.status = 200
        return play(message, body, answer, planned)
    }
  }

  async function play(
    message: JsonObject,
    body: JsonObject,
    { events, shape }: { events: readonly JsonObject[]; shape: StreamShape },
    planned?: PlannedAnswer,
  ): Promise<Turn | undefined> {
    const sent = events.slice(0, shape.stopAfter)
    if (planned) await say(metadataEvent({ ...planned.headers, ...shape.headers }))
    for (const event of sent) {
      if (socket.readyState !== socket.OPEN) return undefined
      await say(event)
    }
    endLike(shape.end, sent)
    return turnOf(message, asArray(body.input), sent)
  }

  /** Sends the messages that stand in bytes of an event stream. */
  async function playRaw({ chunks, end }: { chunks: Chunks; end?: StreamShape['end'] }): Promise<void> {
    const decoder = new TextDecoder()
    const sent: JsonObject[] = []
    let rest = ''
    for await (const chunk of chunks) {
      if (socket.readyState !== socket.OPEN) return
      rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
      const messages = rest.split(/\r\n\r\n|\n\n|\r\r/)
      rest = messages.pop() ?? ''
      for (const message of messages) {
        const data = message
          .split(/\r\n|\n|\r/)
          .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []))
        const text = data.join('\n')
        if (text === '' || text === '[DONE]') continue
        sent.push(asObject(parseObject(text)))
        await new Promise<void>((resolve) => socket.send(text, () => resolve()))
      }
    }
    endLike(end, sent)
  }

  /** Ends as a body would: a stream that stops before its last event closes the socket. */
  function endLike(end: StreamShape['end'], sent: readonly JsonObject[]): void {
    if (end === 'reset') socket.terminate()
    else if (end === 'hang') return
    else if (TERMINAL.includes(String(sent.at(-1)?.type))) settle('finished')
    else socket.close(1011)
  }

  socket.on('message', (data, isBinary) => {
    if (isBinary) socket.close(1003)
    // A socket that closes meanwhile has nobody to answer.
    else answer(String(data)).catch(() => socket.terminate())
  })
}

function recordOf(
  closed: RecordedRequest['closed'],
  headers: Record<string, string>,
  text: string,
  json: JsonObject,
): RecordedRequest {
  return {
    transport: 'websocket',
    method: 'POST',
    path: '/backend-api/codex/responses',
    headers,
    text,
    json,
    status: undefined,
    refusedBy: undefined,
    closed,
  }
}

/** An error as a message says it. */
function errorEvent(status: number, body: JsonObject | string, headers?: Record<string, string>): JsonObject {
  const fields = typeof body === 'string' ? { error: { message: body } } : body
  const { status: _, ...said } = asObject(fields)
  return { type: 'error', status, ...said, ...(headers === undefined ? {} : { headers }) }
}

/** What an answer over HTTP says in its headers. */
function metadataEvent(headers: Record<string, string>): JsonObject {
  const { 'content-type': _, ...given } = headers
  return {
    type: 'response.metadata',
    headers: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
  }
}

const warmUpEvents = (id: string): JsonObject[] => [
  { type: 'response.created', response: { id, status: 'in_progress', output: [] } },
  { type: 'response.completed', response: { id, status: 'completed', output: [], usage: null } },
]
