import { CodexAuthTokenExpiredError } from '../errors.ts'
import { withDeadline } from '../lib/abort.ts'
import { type JsonObject, parseObject, textOf } from '../lib/json.ts'
import { accountFacts, readClaims } from './claims.ts'
import { type IssuerSettings, resolveIssuer } from './issuer.ts'
import { CODEX_CLIENT_ID } from './login/options.ts'
import { CODEX_WORDS, LOG_IN_AGAIN, type LoginWords } from './login-advice.ts'
import { post } from './post.ts'
import { accountChanged, answerError, brokenAnswer, connectionError } from './refresh-error.ts'
import { isApiKey, isTokenText, makeTokens } from './token-fields.ts'
import type { CodexTokens } from './tokens.ts'

/** Limit of a refresh, in milliseconds. */
export const DEFAULT_REFRESH_TIMEOUT_MS = 20_000

/** Settings of {@link refreshTokens}. All optional. */
export interface RefreshOptions extends IssuerSettings {
  /** @default `globalThis.fetch` */
  fetch?: typeof globalThis.fetch | undefined
  /** Ends the call. */
  signal?: AbortSignal | undefined
  /**
   * Limit for the whole answer, in milliseconds; 0 for no limit.
   *
   * @default 20_000
   */
  timeoutMs?: number | undefined
  /**
   * OAuth client id.
   *
   * @default the Codex CLI's
   */
  clientId?: string | undefined
  /**
   * Reason for the renewal: the tokens end soon, they got a 401, or 8 days have passed.
   *
   * @default 'proactive_expiry'
   */
  reason?: 'proactive_expiry' | 'unauthorized_recovery' | 'scheduled' | undefined
  /** Sent along, such as `originator` and `user-agent`. */
  headers?: Readonly<Record<string, string>> | undefined
  /**
   * Current time in milliseconds since 1970.
   *
   * @default `Date.now`
   */
  now?: (() => number) | undefined
}

/**
 * Spends the refresh token for new tokens at `${issuer}/oauth/token`. Fields that the answer leaves out keep their old
 * value. The old refresh token is worth nothing afterwards: save the result at once.
 *
 * @returns the new tokens, with `lastRefresh` set to now.
 * @throws CodexAuthRefreshError with a `reason`. `network` may pass, the others do not. Tokens of another account are
 * refused with `other`.
 * @throws CodexAuthTokenExpiredError if there is no refresh token.
 * @throws InvalidArgumentError if the issuer is not a secure address.
 * @throws the signal's reason.
 * @see RFC 6749, section 6; docs/wire.md, "Login and tokens"
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
  const body = refreshBody(tokens.refreshToken, options)
  const request = {
    url,
    headers: { ...lowerCased(options.headers), 'content-type': 'application/json' },
    body,
  }
  const fresh = await postRefresh(request, tokens, options, CODEX_WORDS)
  assertSameAccount(tokens, fresh)
  return mergeTokens(tokens, fresh, (options.now ?? Date.now)())
}

const refreshBody = (refreshToken: string, { clientId, reason }: RefreshOptions): string =>
  JSON.stringify({
    client_id: clientId ?? CODEX_CLIENT_ID,
    grant_type: 'refresh_token',
    refresh_reason: reason ?? 'proactive_expiry',
    refresh_token: refreshToken,
  })

/**
 * Sends a refresh and reads its answer.
 *
 * @throws CodexAuthRefreshError if it holds no tokens, or none comes; the signal's reason.
 */
export async function postRefresh(
  request: { url: string; headers: Record<string, string>; body: string },
  tokens: CodexTokens,
  options: RefreshOptions,
  words: LoginWords,
): Promise<FreshTokens> {
  const { status, text } = await send(request, tokens, options, words)
  const json = parseObject(text)
  if (status !== 200) throw answerError({ status, text, json, tokens, words })
  const fresh = json && readAnswer(json)
  if (!json || !fresh) throw brokenAnswer({ json, tokens, words })
  return fresh
}

async function send(
  { url, headers, body }: { url: string; headers: Record<string, string>; body: string },
  tokens: CodexTokens,
  { fetch = globalThis.fetch, signal, timeoutMs = DEFAULT_REFRESH_TIMEOUT_MS }: RefreshOptions,
  words: LoginWords,
): Promise<{ status: number; text: string }> {
  const { host } = new URL(url)
  const lateReason = () => new DOMException(`${host} did not answer within ${timeoutMs} ms`, 'TimeoutError')
  return withDeadline(signal, timeoutMs, lateReason, async (limited) => {
    try {
      return await post(url, { headers, body, fetch, signal: limited })
    } catch (error) {
      signal?.throwIfAborted()
      throw connectionError(url, limited.aborted ? limited.reason : error, tokens, words)
    }
  })
}

const lowerCased = (headers: RefreshOptions['headers'] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/** Tokens of an answer. */
export interface FreshTokens {
  accessToken: string | undefined
  refreshToken: string | undefined
  idToken: string | undefined
  expiresIn: number | undefined
  /** The whole answer. */
  json: JsonObject
}

/** Returns the tokens of an answer, or undefined if it has none, or a value that can't be a token. */
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
    json,
  }
}

/**
 * A login does not change hands by a refresh. Compared are the claims alone: `accountId` may be the user's own choice of
 * a workspace.
 */
function assertSameAccount(old: CodexTokens, fresh: FreshTokens): void {
  const before = claimedAccounts(old)
  const after = claimedAccounts(fresh)
  // Like with like: the two tokens of one login may name different accounts.
  const pairs = [
    [before.id, after.id],
    [before.access, after.access],
  ]
  const known = pairs.filter((pair) => pair.every((account) => account !== undefined))
  const compared = known.length > 0 ? known : [[before.id ?? before.access, after.id ?? after.access]]
  for (const [one, other] of compared) {
    if (one !== undefined && other !== undefined && one !== other)
      throw accountChanged(one, other, CODEX_WORDS)
  }
}

const claimedAccounts = ({
  idToken,
  accessToken,
}: Partial<Pick<FreshTokens, 'idToken' | 'accessToken'>>) => ({
  id: readClaims(idToken).accountId,
  access: readClaims(accessToken).accountId,
})

function mergeTokens(old: CodexTokens, fresh: FreshTokens, now: number): CodexTokens {
  const fields = {
    accessToken: fresh.accessToken ?? old.accessToken,
    refreshToken: fresh.refreshToken ?? old.refreshToken,
    idToken: fresh.idToken ?? old.idToken,
    accountId: old.accountId,
    expiresAt: expiresAtOf(old, fresh, now),
    lastRefresh: now,
  }
  // New claims may leave the account out.
  const accountId = accountFacts(makeTokens(fields)).accountId ?? accountFacts(old).accountId
  return makeTokens({ ...fields, accountId })
}

/** End of tokens that don't carry it themselves. */
export function expiresAtOf(
  old: Pick<CodexTokens, 'expiresAt'>,
  fresh: FreshTokens,
  now: number,
): number | undefined {
  const { accessToken, expiresIn } = fresh
  if (accessToken === undefined) return old.expiresAt
  if (expiresIn === undefined || readClaims(accessToken).expiresAt !== undefined) return undefined
  return now + expiresIn * 1000
}
