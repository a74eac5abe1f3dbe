import { createServer, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

/** Bytes of an answer, from its status line on. */
export type Bytes = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/** What a connection gets: these bytes, and then its end: a FIN, a RST, or silence. */
export interface Play {
  readonly bytes: Bytes
  readonly end: 'FIN' | 'RST' | 'stall'
}

/** A server that is told each byte, for the faults that no HTTP server makes. One request a connection. */
export interface SocketServer {
  readonly url: string
  /** The paths of all requests so far. */
  readonly asked: readonly string[]
  /** How many connections of a request are open. */
  readonly connections: number
  /** Settles with the next request whose path ends so. */
  nextRequest(pathEnd: string): Promise<void>
  /** Settles when none is. */
  allClosed(): Promise<void>
}

/** The path of the request that the connection brings, once all of it has come. */
function readRequest(socket: Socket): Promise<string> {
  let text = ''
  return new Promise((resolve) => {
    socket.on('data', (piece) => {
      text += piece
      const head = text.indexOf('\r\n\r\n')
      const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0)
      if (head >= 0 && text.length >= head + 4 + length) resolve(/ (\S+) /.exec(text)?.[1] ?? '')
    })
  })
}

const ENDINGS = { FIN: (socket: Socket) => socket.end(), RST: (socket: Socket) => socket.resetAndDestroy() }

/** Starts the server for one test: `playFor` says what a request to a path gets. */
export async function startSocketServer(playFor: (path: string) => Play): Promise<SocketServer> {
  const asked: string[] = []
  const all = new Set<Socket>()
  // After an abort, the `fetch` of Node 20 opens a connection more, which no request ever uses.
  const asking = new Set<Socket>()
  let waiting: Array<{ pathEnd: string; settle: () => void }> = []
  let whenClosed: Array<() => void> = []

  async function serve(socket: Socket): Promise<void> {
    const path = await readRequest(socket)
    asked.push(path)
    if (!socket.destroyed) asking.add(socket)
    for (const { pathEnd, settle } of waiting) if (path.endsWith(pathEnd)) settle()
    waiting = waiting.filter(({ pathEnd }) => !path.endsWith(pathEnd))
    const play = playFor(path)
    for await (const chunk of play.bytes) {
      if (socket.destroyed) return
      await new Promise((resolve) => socket.write(chunk, resolve))
      await setImmediate()
    }
    if (play.end !== 'stall') ENDINGS[play.end](socket)
  }

  // Half-open, as a server that has gone silent is: only the client, or the play, ends a connection.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    all.add(socket)
    socket.setEncoding('latin1')
    socket.on('error', () => {})
    socket.on('end', () => socket.end())
    socket.on('close', () => {
      all.delete(socket)
      asking.delete(socket)
      if (asking.size > 0) return
      for (const settle of whenClosed) settle()
      whenClosed = []
    })
    serve(socket).catch(() => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of all) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    get connections() {
      return asking.size
    },
    nextRequest: (pathEnd) => new Promise((settle) => waiting.push({ pathEnd, settle })),
    allClosed: () =>
      asking.size === 0 ? Promise.resolve() : new Promise((settle) => void whenClosed.push(settle)),
  }
}
