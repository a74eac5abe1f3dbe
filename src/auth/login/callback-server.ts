import type { NodeModules } from '../../lib/runtime.ts'
import { type LoginCallback, readCallback } from './callback.ts'
import type { LoginPage } from './pages.ts'

type Http = NodeModules['node:http']
type ServerResponse = InstanceType<Http['ServerResponse']>
type IncomingMessage = InstanceType<Http['IncomingMessage']>
type Answered = Exclude<LoginCallback, { type: 'mismatch' }>

/** The path that the login server sends the browser to (codex-wire.md 5.3). */
export const CALLBACK_PATH = '/auth/callback'

/** A server on loopback that waits for the browser. */
export interface CallbackServer {
  readonly port: number
  /** Settles with the first callback of this login. */
  readonly callback: Promise<Answered>
  /** Shows the page to the browser, if it waits for one, drops all connections, and frees the port. */
  close(page: LoginPage): Promise<void>
}

/**
 * Waits on a port of 127.0.0.1 for the browser to come back with this `state`; anything else is refused.
 *
 * @throws whatever the system says where the port can't be opened.
 */
export async function startCallbackServer(http: Http, port: number, state: string): Promise<CallbackServer> {
  const waiting = new Set<ServerResponse>()
  let settle: (callback: Answered) => void = () => {}
  const callback = new Promise<Answered>((resolve) => {
    settle = resolve
  })

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const [path, query] = (request.url ?? '').split('?', 2)
    if (path !== CALLBACK_PATH) return refuse(response, 404, 'Not found')
    if (request.method !== 'GET') return refuse(response, 405, 'Method not allowed')
    const found = readCallback(new URLSearchParams(query), state)
    if (found.type === 'mismatch') return refuse(response, 400, 'State mismatch')
    // The page tells how the login ended, so it is not known yet; a browser that asks twice gets it twice.
    waiting.add(response)
    response.once('close', () => waiting.delete(response))
    settle(found)
  }

  const server = http.createServer(answer)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    // Only a server on a pipe has a text here.
    port: typeof address === 'object' && address ? address.port : port,
    callback,
    async close(page) {
      await Promise.all([...waiting].map((response) => show(response, page)))
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

const HEADERS = {
  'cache-control': 'no-store',
  connection: 'close',
  'x-content-type-options': 'nosniff',
}

function refuse(response: ServerResponse, status: number, text: string): void {
  const allow = status === 405 ? { allow: 'GET' } : {}
  response.writeHead(status, { ...HEADERS, ...allow, 'content-type': 'text/plain; charset=utf-8' }).end(text)
}

function show(response: ServerResponse, { status, html }: LoginPage): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve)
    response
      .writeHead(status, {
        ...HEADERS,
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
        // The address of the page holds the code.
        'referrer-policy': 'no-referrer',
      })
      .end(html, () => resolve())
  })
}
