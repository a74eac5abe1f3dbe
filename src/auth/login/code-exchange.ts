import { CodexAuthError } from '../../errors.ts'
import type { JsonObject } from '../../lib/json.ts'
import { accountFacts, readClaims } from '../claims.ts'
import { withServerMessage } from '../oauth-error.ts'
import { isApiKey, isTokenText, makeTokens } from '../token-fields.ts'
import type { CodexTokens } from '../tokens.ts'
import { type LoginRequestSettings, postLogin } from './authorization-request.ts'
import { CODEX_CLIENT_ID } from './options.ts'

/** Authorization code of a login, and what has to be sent with it. */
export interface CodeGrant {
  code: string
  /** PKCE verifier (RFC 7636). */
  verifier: string
  /** Redirect address that the code was issued for. */
  redirectUri: string
}

interface ExchangeSettings extends LoginRequestSettings {
  issuer: string
  clientId?: string | undefined
  /** Milliseconds since 1970. */
  now: () => number
}

/**
 * Exchanges an authorization code for tokens at `${issuer}/oauth/token`. The Codex CLI then exchanges the id token for
 * an API key; this package doesn't, since it never uses one.
 *
 * @throws CodexAuthError when the server returns no tokens or can't be reached; the signal's reason when it aborts.
 * @see RFC 6749, section 4.1.3; docs/wire.md, "Login and tokens"
 */
export async function exchangeCode(grant: CodeGrant, settings: ExchangeSettings): Promise<CodexTokens> {
  const { code, verifier, redirectUri } = grant
  const { issuer, clientId = CODEX_CLIENT_ID, now } = settings
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
  const answer = await postLogin(`${issuer}/oauth/token`, form, settings)
  if (answer.status !== 200) {
    const details = withServerMessage(`HTTP ${answer.status}`, answer.json, [code, verifier])
    throw new CodexAuthError({
      message: `The login server issued no tokens (${details}). Log in again.`,
    })
  }
  return readTokens(answer.json, now())
}

/**
 * Reads the tokens of an answer.
 *
 * @throws CodexAuthError when one is missing.
 */
export function readTokens(json: JsonObject = {}, now: number): CodexTokens {
  const { access_token: accessToken, refresh_token: refreshToken, id_token: idToken } = json
  if (!isTokenText(accessToken) || isApiKey(accessToken) || !isTokenText(refreshToken)) {
    throw incomplete('access or refresh token')
  }
  // The Codex CLI rejects a login file without one.
  if (!isTokenText(idToken)) throw incomplete('id token')
  const seconds = Number(json.expires_in)
  // Only needed where the token itself has no expiry.
  const needsExpiry =
    readClaims(accessToken).expiresAt === undefined && seconds > 0 && Number.isFinite(seconds)
  const fields = {
    accessToken,
    refreshToken,
    idToken,
    accountId: undefined,
    expiresAt: needsExpiry ? now + seconds * 1000 : undefined,
    lastRefresh: now,
  }
  return makeTokens({ ...fields, accountId: accountFacts(makeTokens(fields)).accountId })
}

const incomplete = (missing: string): CodexAuthError =>
  new CodexAuthError({ message: `The login server's answer has no ${missing}. Log in again.` })
