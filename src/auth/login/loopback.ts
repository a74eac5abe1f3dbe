import type { NodeModules } from '../../lib/runtime.ts'

type Http = NodeModules['node:http']
export type ServerResponse = InstanceType<Http['ServerResponse']>
export type IncomingMessage = InstanceType<Http['IncomingMessage']>

/** HTTP server on 127.0.0.1. */
export interface LoopbackServer {
  readonly port: number
  /** Closes all connections and frees the port. */
  close(): Promise<void>
}

/**
 * Starts an HTTP server on 127.0.0.1, on a free port for 0.
 *
 * @throws the system error when the port can't be opened.
 */
export async function listenOnLoopback(
  http: Http,
  port: number,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<LoopbackServer> {
  const server = http.createServer(answer)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    // A string is the path of a pipe, which is never opened here.
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export const LOOPBACK_HEADERS = {
  'cache-control': 'no-store',
  connection: 'close',
  'x-content-type-options': 'nosniff',
}

/** Answers with an error in plain text. */
export function refuse(response: ServerResponse, status: number, text: string): void {
  const allow = status === 405 ? { allow: 'GET' } : {}
  response
    .writeHead(status, { ...LOOPBACK_HEADERS, ...allow, 'content-type': 'text/plain; charset=utf-8' })
    .end(text)
}
