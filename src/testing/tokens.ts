import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { PlanGrant } from './plan-tokens.ts'
import type { JsonObject, LoginOptions } from './types.ts'

/** The client id of the Codex CLI, the only one that the login server knows. */
export const CLIENT_ID = 'app_EMoamEEZ73f0CkXaXp7hrann'

/** The claim under which both tokens keep what they say of the account. */
const AUTH_CLAIM = 'https://api.openai.com/auth'

const TEN_DAYS = 864_000

const encode = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWT with these claims. Its signature is random bytes: clients decode such tokens, they never verify them. */
function encodeJwt(claims: JsonObject): string {
  return `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}.${randomBytes(32).toString('base64url')}`
}

/** The account of a login, with every default filled in. */
export interface Account {
  accountId: string
  planType: string
  email: string
  expiresInSeconds: number
  authClaims: JsonObject
  /** Set on the ChatGPT route. */
  plan?: PlanGrant
}

/** Fills in what {@link LoginOptions} leaves out. */
export function accountOf(options: LoginOptions): Account {
  return {
    accountId: options.accountId ?? 'acct-0001',
    planType: options.planType ?? 'plus',
    email: options.email ?? 'user@example.com',
    expiresInSeconds: options.expiresInSeconds ?? TEN_DAYS,
    authClaims: options.authClaims ?? {},
  }
}

/** The three tokens of a login, and when the access token ends. */
export interface TokenSet {
  idToken: string
  accessToken: string
  refreshToken: string
  /** Milliseconds since 1970. */
  expiresAt: number
  /** An earlier refresh is refused, and spends the refresh token. Milliseconds since 1970. */
  earliestRefreshAt?: number
}

/** Makes fresh tokens for an account; `now` in milliseconds since 1970. */
export function makeTokens(account: Account, now: number): TokenSet {
  const issuedAt = Math.floor(now / 1000)
  const expires = issuedAt + account.expiresInSeconds
  const shared = {
    [AUTH_CLAIM]: {
      chatgpt_account_id: account.accountId,
      chatgpt_plan_type: account.planType,
      chatgpt_user_id: `user-${account.accountId}`,
      ...account.authClaims,
    },
    sub: `auth0|${account.accountId}`,
    iat: issuedAt,
    exp: expires,
  }
  return {
    idToken: encodeJwt({ ...shared, aud: [CLIENT_ID], email: account.email, jti: randomUUID() }),
    accessToken: encodeJwt({ ...shared, aud: ['https://api.openai.com/v1'], jti: randomUUID() }),
    refreshToken: `rt_${randomBytes(24).toString('base64url')}`,
    expiresAt: expires * 1000,
  }
}

/** The S256 challenge of a PKCE verifier. */
export function pkceChallenge(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

/** A fresh secret for codes and verifiers. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url')
}
