import { asObject } from '../../lib/json.ts'

const RESET_CODES = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ConnectionClosed']
const RESET_WORDS = /other side closed|socket hang up|connection (?:was )?(?:reset|closed)/i
const HANDSHAKE = /before secure TLS connection/i

/**
 * True where an established connection broke before the response's headers. The server has probably closed an idle
 * connection while the request was on its way. `fetch` does not say whether a connection was new, so any such break
 * counts; a connection that was never made (refused, unknown host, TLS, proxy) does not.
 *
 * @param error Error that `send` throws.
 */
export function isConnectionReset(error: unknown): boolean {
  for (let at = asObject(error), depth = 0; depth < 4; at = asObject(at.cause), depth++) {
    const { code, syscall, message } = at
    if (syscall === 'connect' || HANDSHAKE.test(String(message))) return false
    // Undici's "fetch failed" and our own error wrap the one that knows.
    if (RESET_CODES.includes(String(code))) return true
    if (at.cause === undefined) return RESET_WORDS.test(String(message))
  }
  return false
}
