import { within } from '../../lib/abort.ts'
import type { NodeModules } from '../../lib/runtime.ts'
import type { LoginCallback } from './callback.ts'
import {
  type IncomingMessage,
  LOOPBACK_HEADERS,
  listenOnLoopback,
  refuse,
  type ServerResponse,
} from './loopback.ts'
import type { LoginPage } from './pages.ts'

type Http = NodeModules['node:http']
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
export async function startCallbackServer(
  http: Http,
  port: number,
  read: (query: URLSearchParams) => LoginCallback,
): Promise<CallbackServer> {
  const waiting = new Set<ServerResponse>()
  let resolveCallback: (callback: OwnCallback) => void = () => {}
  const callback = new Promise<OwnCallback>((resolve) => {
    resolveCallback = resolve
  })

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const [path, query] = (request.url ?? '').split('?', 2)
    if (path !== CALLBACK_PATH) return refuse(response, 404, 'Not found')
    if (request.method !== 'GET') return refuse(response, 405, 'Method not allowed')
    const received = read(new URLSearchParams(query))
    if (received.type === 'mismatch') return refuse(response, 400, 'State mismatch')
    // The page shows how the login ends, so it has to wait. A repeated request waits for the same page.
    waiting.add(response)
    response.once('close', () => waiting.delete(response))
    resolveCallback(received)
  }

  const server = await listenOnLoopback(http, port, answer)
  return {
    port: server.port,
    callback,
    async close(page) {
      // A pipelined request has no socket until the one before it is answered, which closes the connection.
      const sendable = [...waiting].filter((response) => response.socket !== null)
      await within(SEND_TIMEOUT_MS, Promise.all(sendable.map((response) => sendPage(response, page))))
      await server.close()
    },
  }
}

/** Time for browsers to take the page, in milliseconds. */
const SEND_TIMEOUT_MS = 1000

function sendPage(response: ServerResponse, { status, html }: LoginPage): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve)
    response
      .writeHead(status, {
        ...LOOPBACK_HEADERS,
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
        // The page's address contains the authorization code.
        'referrer-policy': 'no-referrer',
      })
      .end(html, () => resolve())
  })
}
