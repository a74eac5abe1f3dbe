import { makePlanTokens, PLAN_TOKEN_SECONDS } from './plan-tokens.ts'
import { type Account, accountOf, makeTokens, randomSecret, type TokenSet } from './tokens.ts'
import type { AuthJson } from './types.ts'

/** What the server knows of an access token. */
export type AccessCheck =
  | { state: 'valid' | 'expired' | 'revoked'; account: Account }
  | { state: 'missing' | 'unknown'; account: undefined }

/** What the server says to a refresh token. */
type RefreshCheck =
  | { state: 'valid'; account: Account }
  | { state: 'used' | 'revoked' | 'unknown' }
  /** It may not be spent yet. */
  | { state: 'early' }

/** The logins that a server has issued: who holds which token, and which are spent. */
export interface Logins {
  issue(account?: Account): TokenSet
  /** A personal access token; it never expires. */
  issuePersonal(account: Account): string
  /** Fresh tokens for an account that has logged in before; they last ten days, those of a plan an hour. */
  renew(account: Account): TokenSet
  checkAccess(authorization: string | undefined): AccessCheck
  checkRefresh(refreshToken: string): RefreshCheck
  /** Marks a refresh token as used: it may be spent once. */
  spend(refreshToken: string): void
  revokeAccess(accessToken: string): void
  revokeRefresh(refreshToken: string): void
  clear(): void
}

/** Keeps the issued logins; `now` in milliseconds since 1970 decides what has expired. */
export function createLogins(now: () => number): Logins {
  const access = new Map<string, { account: Account; expiresAt: number; revoked: boolean }>()
  const refresh = new Map<
    string,
    { account: Account; state: 'valid' | 'used' | 'revoked'; earliest: number }
  >()

  const keep = (account: Account): TokenSet => {
    const { plan } = account
    const tokens = plan ? makePlanTokens({ ...account, plan }, now()) : makeTokens(account, now())
    access.set(tokens.accessToken, { account, expiresAt: tokens.expiresAt, revoked: false })
    refresh.set(tokens.refreshToken, { account, state: 'valid', earliest: tokens.earliestRefreshAt ?? 0 })
    return tokens
  }
  const mark = (refreshToken: string, state: 'used' | 'revoked') => {
    const known = refresh.get(refreshToken)
    if (known) known.state = state
  }

  return {
    issue: (account = accountOf({})) => keep(account),
    issuePersonal(account) {
      const token = `at-${randomSecret()}`
      access.set(token, { account, expiresAt: Number.POSITIVE_INFINITY, revoked: false })
      return token
    },
    renew: (account) =>
      keep({
        ...account,
        expiresInSeconds: account.plan ? PLAN_TOKEN_SECONDS : accountOf({}).expiresInSeconds,
      }),
    checkAccess(authorization) {
      const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1]
      if (token === undefined) return { state: 'missing', account: undefined }
      const known = access.get(token)
      if (!known) return { state: 'unknown', account: undefined }
      const { account } = known
      if (known.revoked) return { state: 'revoked', account }
      return { state: known.expiresAt <= now() ? 'expired' : 'valid', account }
    },
    checkRefresh(refreshToken) {
      const known = refresh.get(refreshToken)
      if (!known) return { state: 'unknown' }
      if (known.state !== 'valid') return { state: known.state }
      return now() < known.earliest ? { state: 'early' } : { state: 'valid', account: known.account }
    },
    spend: (refreshToken) => mark(refreshToken, 'used'),
    revokeAccess(accessToken) {
      const known = access.get(accessToken)
      if (known) known.revoked = true
    },
    revokeRefresh: (refreshToken) => mark(refreshToken, 'revoked'),
    clear() {
      access.clear()
      refresh.clear()
    },
  }
}

/** A login in the form of the CLI's `auth.json`; `now` in milliseconds since 1970. */
export function toAuthJson(tokens: TokenSet, account: Account, now: number): AuthJson {
  const { accountId, plan, expiresInSeconds } = account
  const { earliestRefreshAt = 0 } = tokens
  return {
    auth_mode: 'chatgpt',
    OPENAI_API_KEY: null,
    tokens: {
      id_token: tokens.idToken,
      access_token: tokens.accessToken,
      refresh_token: tokens.refreshToken,
      account_id: accountId,
    },
    ...(plan && {
      grant: {
        client_id: plan.clientId,
        scope: plan.scope,
        expires_in: expiresInSeconds,
        earliest_refresh_at: earliestRefreshAt / 1000,
      },
    }),
    last_refresh: new Date(now).toISOString(),
  }
}
