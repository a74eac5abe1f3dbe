import { CodexAuthTokenExpiredError } from '../../errors.ts'
import { omitUndefined } from '../../lib/json.ts'
import { subjectOf } from '../claims.ts'
import { resolveIssuer } from '../issuer.ts'
import { expiresAtOf, type FreshTokens, postRefresh, type RefreshOptions } from '../refresh.ts'
import { accountChanged } from '../refresh-error.ts'
import { makeTokens } from '../token-fields.ts'
import type { CodexTokens } from '../tokens.ts'
import { earliestRefreshIn, scopesIn } from './grant.ts'
import { CHATGPT_ISSUER, CHATGPT_WORDS, RESOURCE } from './words.ts'

/**
 * Spends the refresh token for new tokens at `${issuer}/api/accounts/oauth/token`. Fields that the answer leaves out keep
 * their old value. The old refresh token is worth nothing afterwards: save the result at once.
 *
 * @throws CodexAuthRefreshError with a `reason`; CodexAuthTokenExpiredError if there is no refresh token; the signal's
 * reason.
 * @see RFC 6749, section 6; RFC 8707; docs/wire.md, "Sign in with ChatGPT"
 */
export async function refreshChatGPTTokens(
  tokens: CodexTokens,
  options: RefreshOptions,
): Promise<CodexTokens> {
  const { refreshToken } = tokens
  const clientId = tokens.clientId ?? options.clientId
  if (!refreshToken || !clientId) {
    const missing = refreshToken ? 'client id' : 'refresh token'
    throw new CodexAuthTokenExpiredError({
      message: `There is no ${missing} to renew this login with. ${CHATGPT_WORDS.logInAgain}`,
    })
  }
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: refreshToken,
    resource: RESOURCE,
  })
  const request = {
    url: `${resolveIssuer(options, CHATGPT_ISSUER)}/api/accounts/oauth/token`,
    headers: { ...userAgentIn(options), 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
  }
  const fresh = await postRefresh(request, tokens, options, CHATGPT_WORDS)
  assertSameSubject(tokens, fresh)
  return mergeTokens({ ...tokens, clientId }, fresh, (options.now ?? Date.now)())
}

/** Other headers of requests name the Codex client, which this login has nothing to do with. */
function userAgentIn({ headers = {} }: RefreshOptions): Record<string, string> {
  const [, userAgent] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'user-agent') ?? []
  return userAgent === undefined ? {} : { 'user-agent': userAgent }
}

function assertSameSubject(old: CodexTokens, fresh: FreshTokens): void {
  const before = subjectOf(old.idToken) ?? subjectOf(old.accessToken)
  const after = subjectOf(fresh.idToken) ?? subjectOf(fresh.accessToken)
  if (before !== undefined && after !== undefined && before !== after) {
    throw accountChanged(before, after, CHATGPT_WORDS)
  }
}

function mergeTokens(old: CodexTokens, fresh: FreshTokens, now: number): CodexTokens {
  const { json } = fresh
  const accessToken = fresh.accessToken ?? old.accessToken
  return makeTokens({
    ...omitUndefined({ accountId: old.accountId, clientId: old.clientId }),
    accessToken,
    refreshToken: fresh.refreshToken ?? old.refreshToken,
    idToken: fresh.idToken ?? old.idToken,
    expiresAt: expiresAtOf(old, fresh, now),
    lastRefresh: now,
    // An answer may leave them out; they are as before then.
    scopes: scopesIn(json) ?? old.scopes,
    earliestRefreshAt: earliestRefreshIn(json, accessToken, now),
  })
}
