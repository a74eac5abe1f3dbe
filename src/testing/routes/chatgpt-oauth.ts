import { type Exchange, playHttp, send } from '../exchange.ts'
import {
  makeClientId,
  PLAN_RESOURCE,
  PLAN_SCOPES,
  PLAN_TOKEN_SECONDS,
  type PlanGrant,
} from '../plan-tokens.ts'
import { publishedKeys } from '../signing.ts'
import type { ServerState } from '../state.ts'
import { type Account, accountOf, pkceChallenge, randomSecret, type TokenSet } from '../tokens.ts'
import type { JsonObject, LoginOptions, TokenAnswer } from '../types.ts'
import { type Fields, invalid, REFRESH_REFUSALS } from './oauth.ts'

/** The client id of a first sign-in, which registers the app. */
const NEW_CLIENT = 'dynamic_agent_client'

const HOST_ID =
  /^urn:(?:uuid:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|ietf:params:oauth:jwk-thumbprint:[\w:-]+)$|^did:key:\w+$/
const SECRET = /^[\w-]{43,}$/

type PlanAccount = Account & { plan: PlanGrant }
type OkAnswer = Extract<TokenAnswer, { type: 'ok' }>

/** The account of a login on this route; its app is registered. */
export function planAccount(state: ServerState, login: LoginOptions, issuer: string): PlanAccount {
  const { clientId = makeClientId(), scope = PLAN_SCOPES.join(' '), ...options } = login
  if (!state.planClients.has(clientId)) state.planClients.set(clientId, { redirect: undefined })
  return {
    ...accountOf({ expiresInSeconds: PLAN_TOKEN_SECONDS, ...options }),
    plan: { issuer, clientId, scope },
  }
}

/** `GET /.well-known/openid-configuration`. */
export function describeIssuer(_: ServerState, exchange: Exchange, issuer: string): void {
  send(exchange, 200, {
    issuer,
    authorization_endpoint: `${issuer}/api/accounts/authorize`,
    token_endpoint: `${issuer}/api/accounts/oauth/token`,
    revocation_endpoint: `${issuer}/api/accounts/oauth/revoke`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
  })
}

/** `GET /.well-known/jwks.json`. */
export function listKeys(_: ServerState, exchange: Exchange): void {
  send(exchange, 200, publishedKeys())
}

type Check = (value: string, query: URLSearchParams, state: ServerState) => boolean

const KNOWN = [
  'client_id',
  'agent_name_hint',
  'ext_agent_host_id',
  'response_type',
  'redirect_uri',
  'resource',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'id_token_hint',
  'login_hint',
  'prompt',
  'force_reconsent',
]

const AUTHORIZE_CHECKS: Readonly<Record<string, Check>> = {
  client_id: (id, _, state) => id === NEW_CLIENT || state.planClients.has(id),
  // The name is given once, when the app is registered.
  agent_name_hint: (name, query) => (query.get('client_id') === NEW_CLIENT) === (name.trim() !== ''),
  ext_agent_host_id: (id) => HOST_ID.test(id),
  response_type: (type) => type === 'code',
  redirect_uri: (uri, query, state) => {
    if (!/^http:\/\/127\.0\.0\.1:\d{1,5}\/[\w/-]+$/.test(uri)) return false
    const { redirect = withoutPort(uri) } = state.planClients.get(query.get('client_id') ?? '') ?? {}
    return redirect === withoutPort(uri)
  },
  resource: (resource) => resource === PLAN_RESOURCE,
  scope: (scope) => scope.split(' ').sort().join(' ') === [...PLAN_SCOPES].sort().join(' '),
  state: (value) => SECRET.test(value),
  nonce: (value, query) => SECRET.test(value) && value !== query.get('state'),
  code_challenge: (value) => /^[\w-]{43}$/.test(value),
  code_challenge_method: (method) => method === 'S256',
  prompt: (prompt) => ['', 'consent'].includes(prompt),
}

function authorizeFault(query: URLSearchParams, state: ServerState): string | undefined {
  const names = [...query.keys()]
  return (
    names.find((name) => !KNOWN.includes(name) || names.indexOf(name) !== names.lastIndexOf(name)) ??
    Object.entries(AUTHORIZE_CHECKS).find(([name, fits]) => !fits(query.get(name) ?? '', query, state))?.[0]
  )
}

/** `GET /api/accounts/authorize`: a user who agrees at once; sends the browser back with a code. */
export function authorizeApp(state: ServerState, exchange: Exchange, issuer: string): void {
  const query = exchange.url.searchParams
  const fault = authorizeFault(query, state)
  if (fault !== undefined) {
    exchange.record.refusedBy = 'authorize'
    send(exchange, 400, invalid('invalid_request', `${fault} is missing or wrong`))
    return
  }
  const answer = state.authorizeAnswers.shift() ?? {}
  const given = query.get('client_id') ?? ''
  const redirectUri = query.get('redirect_uri') ?? ''
  const account = planAccount(
    state,
    { ...answer.login, ...(given === NEW_CLIENT ? {} : { clientId: given }) },
    issuer,
  )
  const { plan } = account
  state.planClients.set(plan.clientId, { redirect: withoutPort(redirectUri) })
  const code = `ac_${randomSecret()}`
  state.planCodes.set(code, {
    challenge: query.get('code_challenge') ?? '',
    redirectUri,
    account: { ...account, plan: { ...plan, nonce: query.get('nonce') ?? '' } },
  })
  const fields = {
    code,
    scope: plan.scope,
    state: query.get('state') ?? '',
    client_id: plan.clientId,
    ...answer.query,
  }
  const back = new URL(redirectUri)
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) back.searchParams.set(name, value)
  }
  exchange.response.writeHead(302, { location: back.href }).end()
}

/** Scheme, host and path of a redirect address: an app may change its port only. */
const withoutPort = (uri: string): string => uri.replace(/:\d+\//, '/')

function readForm({ record }: Exchange): Fields | undefined {
  const contentType = (record.headers['content-type'] ?? '').split(';')[0]?.trim()
  if (contentType !== 'application/x-www-form-urlencoded') return undefined
  return Object.fromEntries(new URLSearchParams(record.text))
}

/** Says what is wrong with the form of a grant. */
function grantFault(fields: Fields, state: ServerState): JsonObject | undefined {
  if (!state.planClients.has(fields.client_id ?? '')) return invalid('invalid_client', 'Unknown client_id')
  const names =
    fields.grant_type === 'refresh_token'
      ? ['grant_type', 'client_id', 'refresh_token', 'resource']
      : ['grant_type', 'client_id', 'code', 'code_verifier', 'redirect_uri', 'resource']
  if (!['refresh_token', 'authorization_code'].includes(fields.grant_type ?? '')) {
    return invalid('unsupported_grant_type', 'Unknown grant_type')
  }
  const wrong =
    names.find((name) => !fields[name]) ?? Object.keys(fields).find((name) => !names.includes(name))
  if (wrong !== undefined) return invalid('invalid_request', `${wrong} is missing or unknown`)
  return fields.resource === PLAN_RESOURCE ? undefined : invalid('invalid_target', 'Unknown resource')
}

function sendTokens(exchange: Exchange, tokens: TokenSet, account: PlanAccount, answer: OkAnswer): void {
  const omit: readonly string[] = answer.omit ?? []
  const all: JsonObject = {
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken,
    id_token: tokens.idToken,
    token_type: 'Bearer',
    expires_in: PLAN_TOKEN_SECONDS,
    scope: answer.scope ?? account.plan.scope,
    earliest_refresh_at: (tokens.earliestRefreshAt ?? 0) / 1000,
  }
  send(exchange, 200, Object.fromEntries(Object.entries(all).filter(([name]) => !omit.includes(name))))
}

/** The account as its tokens are to show it, by the answer in line. */
function scripted(account: PlanAccount, { scope, idClaims, isForged }: OkAnswer): PlanAccount {
  const { plan } = account
  return {
    ...account,
    plan: {
      ...plan,
      ...(scope === undefined ? {} : { scope }),
      ...(idClaims && { idClaims }),
      ...(isForged && { isForged }),
    },
  }
}

const refuse = (exchange: Exchange, code: string, why: string): void =>
  send(exchange, 400, invalid(code, why))

function refresh(state: ServerState, exchange: Exchange, fields: Fields, answer: OkAnswer): void {
  const token = fields.refresh_token ?? ''
  const check = state.logins.checkRefresh(token)
  if (check.state === 'early') state.logins.spend(token)
  if (check.state !== 'valid') {
    const { status, body } = REFRESH_REFUSALS[check.state]
    send(exchange, status, body)
    return
  }
  const { account } = check
  if (account.plan?.clientId !== fields.client_id || !account.plan) {
    refuse(exchange, 'invalid_grant', 'The refresh token belongs to another client')
    return
  }
  // Who is given no new refresh token keeps the old one.
  if (!answer.omit?.includes('refresh_token')) state.logins.spend(token)
  const { nonce: _, ...plan } = account.plan
  const renewed = scripted({ ...account, plan }, answer)
  sendTokens(exchange, state.logins.renew(renewed), renewed, answer)
}

function exchangeCode(state: ServerState, exchange: Exchange, fields: Fields, answer: OkAnswer): void {
  const code = fields.code ?? ''
  const pending = state.planCodes.get(code)
  state.planCodes.delete(code)
  const fits =
    pending !== undefined &&
    pending.account.plan.clientId === fields.client_id &&
    pending.redirectUri === fields.redirect_uri &&
    pending.challenge === pkceChallenge(fields.code_verifier ?? '')
  if (!fits) {
    refuse(exchange, 'invalid_grant', 'The code or what belongs to it is wrong')
    return
  }
  const account = scripted(pending.account, answer)
  sendTokens(exchange, state.logins.issue(account), account, answer)
}

/** `POST /api/accounts/oauth/token`: the form of the grant first, then the next answer in line, then the token itself. */
export async function issuePlanTokens(state: ServerState, exchange: Exchange): Promise<void> {
  const fields = readForm(exchange)
  const fault = fields ? grantFault(fields, state) : invalid('invalid_request', 'A grant is sent as a form')
  if (!fields || fault) {
    exchange.record.refusedBy = 'grant'
    send(exchange, 400, fault ?? {})
    return
  }
  const answer = state.tokenAnswers.shift() ?? { type: 'ok' }
  if (answer.type !== 'ok') {
    await playHttp(exchange, answer, { 'content-type': 'application/json' })
    return
  }
  const run = fields.grant_type === 'refresh_token' ? refresh : exchangeCode
  run(state, exchange, fields, answer)
}

/** `POST /api/accounts/oauth/revoke`: ends a refresh token; an unknown one is no fault (RFC 7009). */
export function revokePlanToken(state: ServerState, exchange: Exchange): void {
  const fields = readForm(exchange)
  const isComplete = fields?.token && fields.token_type_hint === 'refresh_token' && fields.client_id
  if (!fields || !isComplete) {
    exchange.record.refusedBy = 'revoke'
    refuse(exchange, 'invalid_request', 'token, token_type_hint and client_id are sent as a form')
    return
  }
  state.logins.revokeRefresh(fields.token ?? '')
  exchange.response.writeHead(200).end()
}
