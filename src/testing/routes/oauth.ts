import { type Exchange, playHttp, send } from '../exchange.ts'
import { asText } from '../json.ts'
import type { ServerState } from '../state.ts'
import { accountOf, CLIENT_ID, pkceChallenge, randomSecret, type TokenSet } from '../tokens.ts'
import type { JsonObject } from '../types.ts'

const REFRESH_REASONS = ['unauthorized_recovery', 'proactive_expiry', 'scheduled', 'forced']
const SCOPE = 'openid profile email offline_access'

export const invalid = (error: string, why: string): JsonObject => ({ error, error_description: why })

const refreshError = (code: string, message: string): JsonObject => ({
  error: { message, type: 'invalid_request_error', param: null, code },
})

export const REFRESH_REFUSALS = {
  used: {
    status: 401,
    body: refreshError(
      'refresh_token_reused',
      'Your refresh token has already been used to generate a new access token. Please try signing in again.',
    ),
  },
  revoked: {
    status: 401,
    body: refreshError(
      'refresh_token_invalidated',
      'Your refresh token has been revoked. Please try signing in again.',
    ),
  },
  unknown: { status: 400, body: invalid('invalid_grant', 'Unknown refresh token') },
  early: { status: 400, body: invalid('invalid_grant', 'The refresh token may not be used yet') },
}

export type Fields = Record<string, string>

interface Grant {
  type: 'refresh' | 'code'
  fields: Fields
}

/** Reads the grant, or says what is wrong with its form: JSON to refresh, a form for a code. */
function readGrant({ record }: Exchange): Grant | { fault: JsonObject } {
  const contentType = (record.headers['content-type'] ?? '').split(';')[0]
  const fields: Fields =
    contentType === 'application/json'
      ? Object.fromEntries(Object.entries(record.json ?? {}).map(([name, value]) => [name, asText(value)]))
      : Object.fromEntries(new URLSearchParams(record.text))
  if (fields.client_id !== CLIENT_ID) return { fault: invalid('invalid_client', 'Unknown client_id') }
  if (fields.grant_type === 'refresh_token') {
    if (contentType !== 'application/json')
      return { fault: invalid('invalid_request', 'A refresh is sent as JSON') }
    const reason = fields.refresh_reason
    if (reason !== undefined && !REFRESH_REASONS.includes(reason)) {
      return { fault: invalid('invalid_request', 'Unknown refresh_reason') }
    }
    return { type: 'refresh', fields }
  }
  if (fields.grant_type === 'authorization_code') {
    return contentType === 'application/x-www-form-urlencoded'
      ? { type: 'code', fields }
      : { fault: invalid('invalid_request', 'A code is sent as a form') }
  }
  return { fault: invalid('unsupported_grant_type', 'Unknown grant_type') }
}

function sendTokens(
  exchange: Exchange,
  tokens: TokenSet,
  expiresIn: number,
  omit: readonly string[] = [],
): void {
  const all: JsonObject = {
    id_token: tokens.idToken,
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken,
    token_type: 'Bearer',
    expires_in: expiresIn,
    scope: SCOPE,
  }
  send(exchange, 200, Object.fromEntries(Object.entries(all).filter(([name]) => !omit.includes(name))))
}

function refresh(state: ServerState, exchange: Exchange, fields: Fields, omit: readonly string[]): void {
  const token = fields.refresh_token ?? ''
  const check = state.logins.checkRefresh(token)
  if (check.state !== 'valid') {
    const refusal = REFRESH_REFUSALS[check.state]
    send(exchange, refusal.status, refusal.body)
    return
  }
  // Who is given no new refresh token keeps the old one.
  if (!omit.includes('refresh_token')) state.logins.spend(token)
  sendTokens(exchange, state.logins.renew(check.account), accountOf({}).expiresInSeconds, omit)
}

function exchangeCode(state: ServerState, exchange: Exchange, fields: Fields, omit: readonly string[]): void {
  const code = fields.code ?? ''
  const pending = state.codes.get(code)
  state.codes.delete(code)
  const fits =
    pending !== undefined &&
    pending.redirectUri === fields.redirect_uri &&
    pending.challenge === pkceChallenge(fields.code_verifier ?? '')
  if (!fits) {
    send(exchange, 400, invalid('invalid_grant', 'The code, its verifier or its redirect_uri is wrong'))
    return
  }
  const { expiresInSeconds } = accountOf(pending.login)
  sendTokens(exchange, state.logins.issue(accountOf(pending.login)), expiresInSeconds, omit)
}

/** `POST /oauth/token`: the form of the grant first, then the next answer in line, then the token itself. */
export async function issueTokens(state: ServerState, exchange: Exchange): Promise<void> {
  const grant = readGrant(exchange)
  if ('fault' in grant) {
    exchange.record.refusedBy = 'grant'
    send(exchange, 400, grant.fault)
    return
  }
  const answer = state.tokenAnswers.shift()
  if (answer && answer.type !== 'ok') {
    await playHttp(exchange, answer, { 'content-type': 'application/json' })
    return
  }
  const omit = answer?.omit ?? []
  const run = grant.type === 'refresh' ? refresh : exchangeCode
  run(state, exchange, grant.fields, omit)
}

/** `POST /oauth/revoke`: ends a refresh token; an unknown one is no fault (RFC 7009). */
export function revokeToken(state: ServerState, exchange: Exchange): void {
  const { json } = exchange.record
  if (!json || json.client_id !== CLIENT_ID || typeof json.token !== 'string') {
    send(exchange, 400, invalid('invalid_request', 'token and client_id are needed, as JSON'))
    return
  }
  state.logins.revokeRefresh(json.token)
  send(exchange, 200, {})
}

const AUTHORIZE_CHECKS: ReadonlyArray<[name: string, fits: (value: string) => boolean]> = [
  ['response_type', (value) => value === 'code'],
  ['client_id', (value) => value === CLIENT_ID],
  ['redirect_uri', (value) => /^http:\/\/(?:127\.0\.0\.1|localhost):\d+\/auth\/callback$/.test(value)],
  ['scope', (value) => ['openid', 'offline_access'].every((scope) => value.split(' ').includes(scope))],
  ['code_challenge', (value) => /^[\w-]{43}$/.test(value)],
  ['code_challenge_method', (value) => value === 'S256'],
  ['state', (value) => value !== ''],
]

/** `GET /oauth/authorize`: a user who says yes at once; sends the browser back with a code. */
export function authorize(state: ServerState, exchange: Exchange): void {
  const query = exchange.url.searchParams
  const fault = AUTHORIZE_CHECKS.find(([name, fits]) => !fits(query.get(name) ?? ''))
  if (fault) {
    send(exchange, 400, invalid('invalid_request', `${fault[0]} is missing or wrong`))
    return
  }
  const redirectUri = query.get('redirect_uri') ?? ''
  const code = `ac_${randomSecret()}`
  state.codes.set(code, { challenge: query.get('code_challenge') ?? '', redirectUri, login: {} })
  const back = new URL(redirectUri)
  back.searchParams.set('code', code)
  back.searchParams.set('scope', SCOPE)
  back.searchParams.set('state', query.get('state') ?? '')
  exchange.response.writeHead(302, { location: back.href }).end()
}
