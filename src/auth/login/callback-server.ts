import type { NodeModules } from '../../lib/runtime.ts'
import { type LoginCallback, readCallback } from './callback.ts'
import type { LoginPage } from './pages.ts'

type Http = NodeModules['node:http']
type ServerResponse = InstanceType<Http['ServerResponse']>
type IncomingMessage = InstanceType<Http['IncomingMessage']>
type OwnCallback = Exclude<LoginCallback, { type: 'mismatch' }>

/** Path of the redirect address that is registered for the Codex CLI's client id. */
export const CALLBACK_PATH = '/auth/callback'

/**
 * Server on loopback that receives the redirect of the browser.
 *
 * @see RFC 8252, section 7.3
 */
export interface CallbackServer {
  readonly port: number
  /** Resolves with the first callback that has this login's `state`. */
  readonly callback: Promise<OwnCallback>
  /** Answers waiting browsers with the page, closes all connections and frees the port. */
  close(page: LoginPage): Promise<void>
}

/**
 * Starts the server on a port of 127.0.0.1. Requests without this login's `state` are refused.
 *
 * @throws the system error when the port can't be opened.
 */
export async function startCallbackServer(http: Http, port: number, state: string): Promise<CallbackServer> {
  const waiting = new Set<ServerResponse>()
  let resolveCallback: (callback: OwnCallback) => void = () => {}
  const callback = new Promise<OwnCallback>((resolve) => {
    resolveCallback = resolve
  })

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const [path, query] = (request.url ?? '').split('?', 2)
    if (path !== CALLBACK_PATH) return refuse(response, 404, 'Not found')
    if (request.method !== 'GET') return refuse(response, 405, 'Method not allowed')
    const received = readCallback(new URLSearchParams(query), state)
    if (received.type === 'mismatch') return refuse(response, 400, 'State mismatch')
    // The page shows how the login ends, so it has to wait. A repeated request waits for the same page.
    waiting.add(response)
    response.once('close', () => waiting.delete(response))
    resolveCallback(received)
  }

  const server = http.createServer(answer)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    // A string is the path of a pipe, which is never opened here.
    port: typeof address === 'object' && address ? address.port : port,
    callback,
    async close(page) {
      await Promise.all([...waiting].map((response) => sendPage(response, page)))
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

function sendPage(response: ServerResponse, { status, html }: LoginPage): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve)
    response
      .writeHead(status, {
        ...HEADERS,
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
        // The page's address contains the authorization code.
        'referrer-policy': 'no-referrer',
      })
      .end(html, () => resolve())
  })
}
