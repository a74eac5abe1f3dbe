import { onAbort, startTimer } from '../../lib/abort.ts'
import { MAX_MESSAGE_BYTES } from '../message-limits.ts'

/** An open WebSocket. */
export interface Socket {
  /** Headers of the upgrade, with lower-case names; empty where the runtime does not show them. */
  readonly headers: Record<string, string>
  send(text: string): void
  /** Sets what hears messages and the end; nothing is lost before it is set. */
  listen(listener: SocketListener): void
  /** Cuts the connection. */
  drop(): void
  /** Whether the open connection keeps the process alive; false where the runtime can't let go of it. */
  keepAlive(isNeeded: boolean): boolean
}

export interface SocketListener {
  onMessage(text: string): void
  /** Called once, after the last message. */
  onClose(code: number): void
}

/** Why a socket was not opened. `status` is undefined where nothing was answered, or the runtime hides the answer. */
export interface RefusedUpgrade {
  readonly status: number | undefined
  readonly headers: Record<string, string>
  readonly body: string
  readonly cause?: unknown
}

/** Opens a socket, or says why there is none. Rejects with the reason of the abort. */
export type OpenSocket = (
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
) => Promise<{ readonly socket: Socket } | { readonly refused: RefusedUpgrade }>

/** A constructor of WebSockets that takes headers: that of `ws`, or the global one of Node 22, Bun and Deno. */
export type WebSocketConstructor = new (url: string, options: never) => object

/** The part of a WebSocket that is used. */
interface WebSocketLike {
  send(data: string): void
  close(code?: number): void
  addEventListener(type: string, listener: (event: never) => void): void
}

/** What `ws` has besides. */
interface NodeSocket extends WebSocketLike {
  on(event: string, listener: (...args: never[]) => void): void
  terminate(): void
}

interface UpgradeAnswer {
  statusCode?: number
  headers: Record<string, string | string[] | undefined>
  setEncoding(encoding: 'utf8'): void
  on(event: string, listener: (text: string) => void): void
}

/** How long to wait for the upgrade, in milliseconds. A middlebox that swallows it would cost every call more. */
const CONNECT_MS = 5_000

/** Enough of a refusal for its error. */
const MAX_REFUSAL = 100_000

const ABNORMAL = 1006

/** Opens sockets with this constructor. */
export function createOpenSocket(WebSocket: WebSocketConstructor, connectMs = CONNECT_MS): OpenSocket {
  return (url, headers, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const options = { headers, followRedirects: false, maxPayload: MAX_MESSAGE_BYTES }
      // No two packages agree on the type of the options.
      const raw = new WebSocket(url, options as never) as WebSocketLike
      const { socket, see } = wrap(raw)
      let cause: unknown
      const settle = (finish: () => void) => {
        stopTimer()
        stopListening()
        finish()
      }
      const refuse = (refused: Partial<RefusedUpgrade>) =>
        settle(() => resolve({ refused: { status: undefined, headers: {}, body: '', cause, ...refused } }))
      const stopTimer = startTimer(connectMs, () => {
        socket.drop()
        refuse({ cause: new Error(`No answer to the WebSocket upgrade within ${connectMs} ms`) })
      })
      const stopListening = onAbort(signal, () => {
        socket.drop()
        settle(() => reject(signal?.reason))
      })
      raw.addEventListener('error', (event: { error?: unknown; message?: unknown }) => {
        cause ??= event.error ?? event.message
      })
      raw.addEventListener('close', () => refuse({}))
      raw.addEventListener('open', () => settle(() => resolve({ socket })))
      if (!isNodeSocket(raw)) return
      raw.on('upgrade', (answer: UpgradeAnswer) => see(flatHeaders(answer)))
      raw.on('unexpected-response', (_request: never, answer: UpgradeAnswer) => {
        readRefusal(answer, (body) => {
          socket.drop()
          refuse({ status: answer.statusCode, headers: flatHeaders(answer), body })
        })
      })
    })
}

const isNodeSocket = (raw: WebSocketLike): raw is NodeSocket => 'terminate' in raw && 'on' in raw

function wrap(raw: WebSocketLike): { socket: Socket; see(headers: Record<string, string>): void } {
  const headers: Record<string, string> = {}
  let listener: SocketListener | undefined
  const early: string[] = []
  let closed: number | undefined
  const hear = (text: string) => {
    if (listener) listener.onMessage(text)
    else early.push(text)
  }
  const end = (code: number) => {
    if (closed !== undefined) return
    closed = code
    listener?.onClose(code)
  }
  raw.addEventListener('message', ({ data }: { data: unknown }) => {
    if (typeof data === 'string') hear(data)
    else {
      // The protocol has no binary messages.
      drop()
      end(1003)
    }
  })
  raw.addEventListener('close', ({ code }: { code?: number }) => end(code ?? ABNORMAL))
  // An error without a listener would end the process.
  raw.addEventListener('error', () => {})

  function drop(): void {
    if (isNodeSocket(raw)) raw.terminate()
    else raw.close()
  }

  return {
    see: (seen) => void Object.assign(headers, seen),
    socket: {
      headers,
      send: (text) => raw.send(text),
      listen(given) {
        listener = given
        for (const text of early.splice(0)) given.onMessage(text)
        if (closed !== undefined) given.onClose(closed)
      },
      drop,
      keepAlive(isNeeded) {
        const connection = '_socket' in raw ? raw._socket : undefined
        if (typeof connection !== 'object' || connection === null) return false
        const name = isNeeded ? 'ref' : 'unref'
        const change = (connection as Record<string, unknown>)[name]
        if (typeof change !== 'function') return false
        change.call(connection)
        return true
      },
    },
  }
}

function flatHeaders({ headers }: Pick<UpgradeAnswer, 'headers'>): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => name !== 'set-cookie')
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}

/** Reads the body of a refusal, as far as it comes and is of use. */
function readRefusal(answer: UpgradeAnswer, done: (body: string) => void): void {
  let body = ''
  let isDone = false
  const finish = () => {
    if (isDone) return
    isDone = true
    done(body.slice(0, MAX_REFUSAL))
  }
  answer.setEncoding('utf8')
  answer.on('data', (text) => {
    body += text
    if (body.length > MAX_REFUSAL) finish()
  })
  answer.on('end', finish)
  answer.on('close', finish)
  answer.on('error', finish)
}
