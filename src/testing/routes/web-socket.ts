import { type Exchange, send } from '../exchange.ts'
import type { ServerState } from '../state.ts'
import { admit } from './access.ts'

/** `GET …/responses`: the answer that sends a client from a WebSocket to HTTP for the rest of its session. */
export function refuseWebSocket(state: ServerState, exchange: Exchange): void {
  if (exchange.record.headers.upgrade?.toLowerCase() !== 'websocket') {
    send(exchange, 405, { detail: 'Method Not Allowed' })
    return
  }
  if (admit(state, exchange)) send(exchange, 426, '')
}
