import type { Log } from '../lib/log.ts'
import type { Transport } from '../transport/transport.ts'
import type { CodexProviderSettings } from './settings.ts'

/** The sockets of one provider. */
export interface Sockets {
  /** Returns the transport that uses them, and falls back to this one. */
  over(
    http: Transport,
    settings: CodexProviderSettings,
    mode: 'websocket' | 'auto',
    log: Log | undefined,
  ): Transport
}

/** Keeps the sockets of a provider from call to call. Their code is loaded with the first call that needs it. */
export function createSockets(): Sockets {
  let loading: ReturnType<typeof load> | undefined
  return {
    over: (http, settings, mode, log) => ({
      async send(request) {
        loading ??= load(settings)
        const { create, openSocket, state } = await loading
        return create({ http, openSocket, mode, state, log }).send(request)
      },
    }),
  }
}

async function load({ webSocket, fetch }: CodexProviderSettings) {
  const [{ createSocketState, createWebSocketTransport }, { findOpenSocket }] = await Promise.all([
    import('../transport/websocket/transport.ts'),
    import('../transport/websocket/open-socket.ts'),
  ])
  const openSocket = await findOpenSocket(webSocket, fetch !== undefined)
  return { create: createWebSocketTransport, openSocket, state: createSocketState() }
}
