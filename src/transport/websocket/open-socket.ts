import { InvalidArgumentError } from '@ai-sdk/provider'
import { readEnv } from '../../lib/runtime.ts'
import { createOpenSocket, type OpenSocket, type WebSocketConstructor } from './socket.ts'

/** Why a call can't use a WebSocket here. */
export interface NoSocket {
  readonly reason: string
}

/** Environment variables of platforms that freeze a process between requests, and its sockets with it. */
const SERVERLESS = ['AWS_LAMBDA_FUNCTION_NAME', 'VERCEL', 'NETLIFY', 'FUNCTIONS_WORKER_RUNTIME', 'K_SERVICE']

/**
 * Finds a constructor of WebSockets that takes headers: the caller's own, the package `ws`, or the runtime's.
 *
 * @returns how to open a socket, or why none can be opened.
 */
export async function findOpenSocket(
  own: WebSocketConstructor | undefined,
  hasOwnFetch: boolean,
): Promise<OpenSocket | NoSocket> {
  if (own) return createOpenSocket(own)
  if (hasOwnFetch) return { reason: 'a custom `fetch` is set and no `webSocket`' }
  const platform = SERVERLESS.find((name) => readEnv(name) !== undefined)
  if (platform !== undefined) return { reason: `this is a serverless platform (${platform})` }
  if (!hasNode()) return { reason: 'this runtime has no WebSocket that takes headers' }
  const found = (await loadWs()) ?? runtimeWebSocket()
  return found
    ? createOpenSocket(found)
    : { reason: 'this runtime has no WebSocket that takes headers; install `ws`' }
}

const hasNode = (): boolean => typeof process !== 'undefined' && typeof process.versions?.node === 'string'

/** The package `ws` where the app has installed it: it compresses, shows the status of a refusal and can be unref'ed. */
async function loadWs(): Promise<WebSocketConstructor | undefined> {
  // A name that a bundler can't trace, since the package is optional.
  const name: string = 'ws'
  try {
    const { WebSocket } = (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as {
      WebSocket?: WebSocketConstructor
    }
    return WebSocket
  } catch {
    return undefined
  }
}

/** The global constructor, where it is one that takes headers: that of Node 22, Bun and Deno. */
const runtimeWebSocket = (): WebSocketConstructor | undefined => globalThis.WebSocket

export const noSocketError = (reason: string): InvalidArgumentError =>
  new InvalidArgumentError({
    argument: 'transport',
    message: `The setting transport is 'websocket', but ${reason}. Use 'auto' to fall back to HTTP.`,
  })
