import { randomInt, randomUUID } from 'node:crypto'
import { type Exchange, send } from '../exchange.ts'
import { asText } from '../json.ts'
import type { ServerState } from '../state.ts'
import { CLIENT_ID, pkceChallenge, randomSecret } from '../tokens.ts'

const QUARTER_HOUR = 900_000
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'

function makeUserCode(): string {
  const letters = Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  return `${letters}-${randomInt(10_000, 100_000)}`
}

/** `POST /api/accounts/deviceauth/usercode`. */
export function startDevice(state: ServerState, exchange: Exchange): void {
  if (exchange.record.json?.client_id !== CLIENT_ID) {
    send(exchange, 400, { error: { message: 'Unknown client_id', code: 'invalid_client' } })
    return
  }
  const userCode = makeUserCode()
  const device = { deviceAuthId: `deviceauth_${randomUUID()}`, expiresAt: state.now() + QUARTER_HOUR }
  state.devices.set(userCode, device)
  send(exchange, 200, {
    device_auth_id: device.deviceAuthId,
    user_code: userCode,
    // Text, as the real server sends it.
    interval: String(state.deviceInterval),
    expires_at: new Date(device.expiresAt).toISOString(),
  })
}

/** `POST /api/accounts/deviceauth/token`: 403 until the code is approved, then an authorization code. */
export function pollDevice(state: ServerState, exchange: Exchange, issuer: string): void {
  const { device_auth_id: id, user_code: code } = exchange.record.json ?? {}
  const userCode = asText(code)
  const device = state.devices.get(userCode)
  if (!device || device.deviceAuthId !== id || device.expiresAt <= state.now()) {
    send(exchange, 400, {
      error: { message: 'The device login is unknown or over', code: 'deviceauth_invalid' },
    })
    return
  }
  if (!device.approved) {
    send(exchange, 403, { error: { message: 'pending', code: 'deviceauth_authorization_unknown' } })
    return
  }
  state.devices.delete(userCode)
  const verifier = randomSecret()
  const challenge = pkceChallenge(verifier)
  const authorizationCode = `ac_${randomSecret()}`
  const redirectUri = `${issuer}/deviceauth/callback`
  state.codes.set(authorizationCode, { challenge, redirectUri, login: device.approved })
  send(exchange, 200, {
    authorization_code: authorizationCode,
    code_challenge: challenge,
    code_verifier: verifier,
  })
}
