import { asObject } from '../../lib/json.ts'

const RESET_CODES = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ConnectionClosed']
const RESET_WORDS = /other side closed|socket hang up|connection (?:was )?(?:reset|closed)/i
const HANDSHAKE = /before secure TLS connection/i

/**
 * Did a connection that stood break before the response's headers? The likely cause is that the server closed an idle
 * one while the request was on its way. `fetch` does not say whether a connection was new, so any such break counts.
 * A connection that was never made (refused, no such host, TLS, a proxy's no) is another matter.
 *
 * @param error what `send` throws
 */
export function isConnectionReset(error: unknown): boolean {
  for (let at = asObject(error), depth = 0; depth < 4; at = asObject(at.cause), depth++) {
    const { code, syscall, message } = at
    if (syscall === 'connect' || HANDSHAKE.test(String(message))) return false
    // Undici's "fetch failed" and our own words stand around the error that knows.
    if (RESET_CODES.includes(String(code))) return true
    if (at.cause === undefined) return RESET_WORDS.test(String(message))
  }
  return false
}
