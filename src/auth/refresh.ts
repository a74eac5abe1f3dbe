import { CodexAuthTokenExpiredError } from '../errors.ts'
import { withDeadline } from '../lib/abort.ts'
import { type JsonObject, parseObject, textOf } from '../lib/json.ts'
import { accountFacts, readClaims } from './claims.ts'
import { type IssuerSettings, resolveIssuer } from './issuer.ts'
import { CODEX_CLIENT_ID } from './login/options.ts'
import { LOG_IN_AGAIN } from './login-advice.ts'
import { post } from './post.ts'
import { answerError, brokenAnswer, connectionError } from './refresh-error.ts'
import { isApiKey, isTokenText, makeTokens } from './token-fields.ts'
import type { CodexTokens } from './tokens.ts'

/** Settings of {@link refreshTokens}. All optional. */
export interface RefreshOptions extends IssuerSettings {
  /** Default `globalThis.fetch`. */
  fetch?: typeof globalThis.fetch | undefined
  /** Ends the call. */
  signal?: AbortSignal | undefined
  /** How long to wait for the whole answer, in milliseconds; 0 waits for ever. Default 20 000. */
  timeoutMs?: number | undefined
  /** Default: the Codex CLI's. */
  clientId?: string | undefined
  /** Why the tokens are renewed: they end soon (default), they got a 401, or it is time. */
  reason?: 'proactive_expiry' | 'unauthorized_recovery' | 'scheduled' | undefined
  /** Such as `originator` and `user-agent`. */
  headers?: Readonly<Record<string, string>> | undefined
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: (() => number) | undefined
}

/**
 * Spends the refresh token for new tokens at `${issuer}/oauth/token` (codex-wire.md 5.2). What the answer leaves out stays
 * as it was. The old refresh token is worth nothing afterwards: save the result at once.
 *
 * @returns The new tokens, `lastRefresh` set to now.
 * @throws CodexAuthRefreshError with a `reason`; `network` may pass, the others do not.
 * @throws CodexAuthTokenExpiredError where there is no refresh token.
 * @throws InvalidArgumentError where the issuer is no secure address; the signal's reason.
 * @example
 * const renewed = await refreshTokens(tokens)
 */
export async function refreshTokens(tokens: CodexTokens, options: RefreshOptions = {}): Promise<CodexTokens> {
  const url = `${resolveIssuer(options)}/oauth/token`
  if (!tokens.refreshToken) {
    throw new CodexAuthTokenExpiredError({
      message: `There is no refresh token to renew this login with. ${LOG_IN_AGAIN}`,
    })
  }
  const { status, text } = await postRefresh(url, refreshBody(tokens.refreshToken, options), options)
  const json = parseObject(text)
  if (status !== 200) throw answerError({ status, json, tokens })
  const fresh = json && readAnswer(json)
  if (!json || !fresh) throw brokenAnswer({ json, tokens })
  return mergeTokens(tokens, fresh, (options.now ?? Date.now)())
}

const refreshBody = (refreshToken: string, { clientId, reason }: RefreshOptions): string =>
  JSON.stringify({
    client_id: clientId ?? CODEX_CLIENT_ID,
    grant_type: 'refresh_token',
    refresh_reason: reason ?? 'proactive_expiry',
    refresh_token: refreshToken,
  })

async function postRefresh(
  url: string,
  body: string,
  { fetch = globalThis.fetch, signal, timeoutMs = 20_000, headers }: RefreshOptions,
): Promise<{ status: number; text: string }> {
  const { host } = new URL(url)
  const late = () => new DOMException(`${host} did not answer within ${timeoutMs} ms`, 'TimeoutError')
  return withDeadline(signal, timeoutMs, late, async (both) => {
    try {
      return await post(url, {
        headers: { ...lowerCased(headers), 'content-type': 'application/json' },
        body,
        fetch,
        signal: both,
      })
    } catch (error) {
      signal?.throwIfAborted()
      throw connectionError(url, both.aborted ? both.reason : error)
    }
  })
}

const lowerCased = (headers: RefreshOptions['headers'] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

interface FreshTokens {
  accessToken: string | undefined
  refreshToken: string | undefined
  idToken: string | undefined
  expiresIn: number | undefined
}

/** The tokens of an answer, or undefined where it has none, or one that is no token. */
function readAnswer(json: JsonObject): FreshTokens | undefined {
  const given = ['access_token', 'refresh_token', 'id_token']
    .map((name) => json[name])
    .filter((value) => value !== undefined && value !== null)
  if (given.length === 0 || !given.every(isTokenText) || isApiKey(json.access_token)) return undefined
  const seconds = Number(json.expires_in)
  return {
    accessToken: textOf(json.access_token),
    refreshToken: textOf(json.refresh_token),
    idToken: textOf(json.id_token),
    expiresIn: Number.isFinite(seconds) && seconds > 0 ? seconds : undefined,
  }
}

function mergeTokens(old: CodexTokens, fresh: FreshTokens, now: number): CodexTokens {
  const fields = {
    accessToken: fresh.accessToken ?? old.accessToken,
    refreshToken: fresh.refreshToken ?? old.refreshToken,
    idToken: fresh.idToken ?? old.idToken,
    accountId: old.accountId,
    expiresAt: expiresAtOf(old, fresh, now),
    lastRefresh: now,
  }
  // The account can get lost from the claims; the login does not change hands by a refresh.
  const accountId = accountFacts(makeTokens(fields)).accountId ?? accountFacts(old).accountId
  return makeTokens({ ...fields, accountId })
}

/** The hint for tokens that don't say by themselves when they end. */
function expiresAtOf(old: CodexTokens, fresh: FreshTokens, now: number): number | undefined {
  const { accessToken, expiresIn } = fresh
  if (accessToken === undefined) return old.expiresAt
  if (expiresIn === undefined || readClaims(accessToken).expiresAt !== undefined) return undefined
  return now + expiresIn * 1000
}
