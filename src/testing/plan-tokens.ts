import { randomBytes, randomUUID } from 'node:crypto'
import { signJwt } from './signing.ts'
import type { Account, TokenSet } from './tokens.ts'
import type { JsonObject } from './types.ts'

/** The API that a plan is used by: the audience of its access tokens, and the `resource` of its grants. */
export const PLAN_RESOURCE = 'https://api.openai.com/v1'

/** The scope without which a login has no plan usage. */
export const PLAN_USAGE_SCOPE = 'chatgpt.tokens.use.direct'

/** All scopes that an app asks for. */
export const PLAN_SCOPES: readonly string[] = [
  'openid',
  'profile',
  'email',
  'offline_access',
  'resource.invoke',
  PLAN_USAGE_SCOPE,
]

/** Access tokens of a plan last an hour, and their refresh tokens may be spent from six minutes before its end. */
export const PLAN_TOKEN_SECONDS = 3600
const REFRESH_WINDOW_SECONDS = 360

/** What an app's sign-in was for. */
export interface PlanGrant {
  issuer: string
  clientId: string
  scope: string
  nonce?: string | undefined
  /** Changes to the claims of the id token; undefined removes one. */
  idClaims?: JsonObject
  /** The id token is signed with a key that is not published. */
  isForged?: boolean
}

export const makeClientId = (): string => `oaiapp_${randomBytes(12).toString('hex')}`

/** Makes fresh tokens of a plan's login; `now` in milliseconds since 1970. */
export function makePlanTokens(account: Account & { plan: PlanGrant }, now: number): TokenSet {
  const { issuer, clientId, scope, nonce, idClaims, isForged = false } = account.plan
  const issuedAt = Math.floor(now / 1000)
  const expires = issuedAt + account.expiresInSeconds
  const shared = { iss: issuer, sub: subjectOf(account), iat: issuedAt, jti: randomUUID() }
  const idToken = { ...shared, aud: clientId, exp: expires, email: account.email, nonce, ...idClaims }
  return {
    idToken: signJwt(idToken, { isForged }),
    accessToken: signJwt({
      ...shared,
      aud: PLAN_RESOURCE,
      client_id: clientId,
      scope,
      nbf: issuedAt,
      exp: expires,
      'https://api.openai.com/auth': {
        per_user_salt: randomUUID(),
        encrypted_auth_metadata: randomUUID(),
        ...account.authClaims,
      },
    }),
    refreshToken: `rt_${randomBytes(24).toString('base64url')}`,
    expiresAt: expires * 1000,
    earliestRefreshAt: (expires - REFRESH_WINDOW_SECONDS) * 1000,
  }
}

/** The `sub` of an account. */
export const subjectOf = ({ accountId }: Account): string => `user-${accountId}`
