import { decodeJwt } from 'jose/jwt/decode'
import { CodexAuthTokenError } from '../errors.ts'
import { asObject, type JsonObject, textOf } from '../lib/json.ts'
import { personalAccountOf } from './personal-account.ts'
import { timeOf } from './token-fields.ts'
import type { CodexTokens } from './tokens.ts'

const AUTH_CLAIM = 'https://api.openai.com/auth'
const PROFILE_CLAIM = 'https://api.openai.com/profile'

/** Claims of a token about itself and its account. They are decoded and never verified: the server does that. */
export interface TokenClaims {
  /** Milliseconds since 1970. */
  expiresAt?: number
  accountId?: string
  planType?: string
  email?: string
  isFedramp: boolean
  /** Two lower-case letters. */
  residency?: string
}

/** Facts about an account that requests to the backend carry. */
export interface AccountFacts {
  /** Workspace to bill. */
  accountId?: string
  /** The person who is logged in: users of one workspace differ by it. */
  userId?: string
  planType?: string
  isFedramp: boolean
  /** Two lower-case letters, such as `us`. */
  residency?: string
}

/**
 * Reads the account id (the claim `chatgpt_account_id`) of an access token. The token is decoded, and not verified.
 *
 * @throws CodexAuthTokenError if the token is not a readable JWT, or has no such claim.
 * @see RFC 7519; docs/wire.md, "Login and tokens"
 */
export function decodeAccountId(accessToken: string): string {
  let claims: JsonObject
  try {
    claims = decodeJwt(accessToken)
  } catch (error) {
    // No `cause`: a JSON error quotes the text.
    const why = error instanceof Error ? ` (${error.message})` : ''
    throw new CodexAuthTokenError({ message: `The access token is not a readable JWT${why}.` })
  }
  const accountId = accountIdOf(authClaims(claims))
  if (accountId !== undefined) return accountId
  throw new CodexAuthTokenError({
    message: `The access token names no account: its claim ${AUTH_CLAIM} has no chatgpt_account_id.`,
  })
}

/** Reads the claims of a token; missing and unreadable ones are left out. Never throws. */
export function readClaims(token: string | undefined): TokenClaims {
  const claims = decode(token)
  const auth = authClaims(claims)
  return withoutUndefined({
    expiresAt: expiryClaim(claims),
    accountId: accountIdOf(auth),
    planType: textOf(auth.chatgpt_plan_type),
    email: emailOf(claims),
    isFedramp: isFedramp(auth),
    residency: toResidency(auth.chatgpt_compute_residency),
  })
}

/**
 * Returns the facts about the account of a login. The id is `tokens.accountId`, else that of the id token, else that of
 * the access token; never `sub` or an organization. For a personal access token, they are those that were looked up.
 */
export function accountFacts(tokens: CodexTokens): AccountFacts {
  const personal = personalAccountOf(tokens)
  if (personal) {
    const { accountId, userId, email, planType, isFedramp } = personal
    return withoutUndefined({ accountId, userId: withEmail(userId, email), planType, isFedramp })
  }
  const access = authClaims(decode(tokens.accessToken))
  const id = authClaims(decode(tokens.idToken))
  return withoutUndefined({
    accountId: textOf(tokens.accountId) ?? accountIdOf(id) ?? accountIdOf(access),
    userId: userIdOf(decode(tokens.idToken)) ?? userIdOf(decode(tokens.accessToken)),
    planType: textOf(id.chatgpt_plan_type) ?? textOf(access.chatgpt_plan_type),
    isFedramp: isFedramp(id) || isFedramp(access),
    residency: toResidency(access.chatgpt_compute_residency ?? id.chatgpt_compute_residency),
  })
}

/**
 * Returns the facts about the account of a "Sign in with ChatGPT" login, whose tokens name no workspace: the account is
 * the user together with the client id that OpenAI issued for a workspace.
 */
export function planAccountFacts({ accessToken, idToken, clientId }: CodexTokens): AccountFacts {
  const [access, id] = [decode(accessToken), decode(idToken)]
  // The login verified the ID token and kept the client id; the access token is meant for the API alone to read.
  const account = [
    textOf(clientId) ?? textOf(id.aud) ?? textOf(access.client_id),
    textOf(id.sub) ?? textOf(access.sub),
  ].filter(Boolean)
  const userId = userIdOf(id) ?? userIdOf(access)
  return withoutUndefined({
    accountId: account.length === 0 ? undefined : account.join(' '),
    userId,
    isFedramp: false,
  })
}

/**
 * Returns the end of the access token in milliseconds since 1970: its `exp` claim, else `tokens.expiresAt`. Undefined if
 * unknown.
 */
export function expiryOf(tokens: CodexTokens): number | undefined {
  return expiryClaim(decode(tokens.accessToken)) ?? timeOf(tokens.expiresAt)
}

/** Scope without which a sign-in with ChatGPT does not allow an app to use the plan. */
export const PLAN_USAGE_SCOPE = 'chatgpt.tokens.use.direct'

/** True for an access token of "Sign in with ChatGPT", which was issued to an app of its own. */
export function isPlanToken(accessToken: string): boolean {
  const { client_id: clientId, scope, scp } = decode(accessToken)
  const scopes = Array.isArray(scp) ? scp : (textOf(scope) ?? '').split(' ')
  return (typeof clientId === 'string' && clientId.startsWith('oaiapp_')) || scopes.includes(PLAN_USAGE_SCOPE)
}

/** Returns the account (`sub`) that a token was issued to. */
export const subjectOf = (token: string | undefined): string | undefined => textOf(decode(token).sub)

/** Returns the time at which a token was issued by the server's clock, in milliseconds since 1970. */
export function issuedAtOf(token: string): number | undefined {
  const { iat } = decode(token)
  return typeof iat === 'number' && Number.isFinite(iat) && iat > 0 ? iat * 1000 : undefined
}

/** Returns the lifetime of an access token in milliseconds, by its `iat` and `exp` claims. */
export function claimedLifetime(accessToken: string): number | undefined {
  const { iat, exp } = decode(accessToken)
  if (typeof iat !== 'number' || typeof exp !== 'number') return undefined
  const lifetime = (exp - iat) * 1000
  return Number.isFinite(lifetime) && lifetime > 0 ? lifetime : undefined
}

function decode(token: string | undefined): JsonObject {
  try {
    return token ? decodeJwt(token) : {}
  } catch {
    return {}
  }
}

const authClaims = (claims: JsonObject): JsonObject => asObject(claims[AUTH_CLAIM])
const isFedramp = (auth: JsonObject): boolean => auth.chatgpt_account_is_fedramp === true

function accountIdOf(auth: JsonObject): string | undefined {
  const id = auth.chatgpt_account_id
  return typeof id === 'number' ? String(id) : textOf(id)
}

/** The user's id, with the address where there is one. */
function userIdOf(claims: JsonObject): string | undefined {
  const auth = authClaims(claims)
  return withEmail(
    textOf(auth.chatgpt_user_id) ?? textOf(auth.user_id) ?? textOf(claims.sub),
    emailOf(claims),
  )
}

const withEmail = (id: string | undefined, email: string | undefined): string | undefined =>
  id !== undefined && email !== undefined ? `${id} ${email}` : (id ?? email)

const emailOf = (claims: JsonObject): string | undefined =>
  textOf(claims.email) ?? textOf(asObject(claims[PROFILE_CLAIM]).email)

function expiryClaim(claims: JsonObject): number | undefined {
  const { exp } = claims
  return typeof exp === 'number' && Number.isFinite(exp) && exp > 0 ? exp * 1000 : undefined
}

// Only two letters, because the value becomes a header. This also drops `no_constraint`.
function toResidency(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z]{2}$/i.test(value) ? value.toLowerCase() : undefined
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

function withoutUndefined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as unknown as Defined<T>
}
