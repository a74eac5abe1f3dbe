import { CodexAuthError } from '../../errors.ts'
import type { JsonObject } from '../../lib/json.ts'
import { accountFacts, readClaims } from '../claims.ts'
import { withServerMessage } from '../oauth-error.ts'
import { isApiKey, isTokenText, makeTokens } from '../token-fields.ts'
import type { CodexTokens } from '../tokens.ts'
import { type LoginRequestSettings, postLogin } from './authorization-request.ts'
import { CODEX_CLIENT_ID } from './options.ts'

/** What the login server gave for the user's yes. */
export interface CodeGrant {
  code: string
  /** The PKCE verifier. */
  verifier: string
  /** Where the code was sent to. */
  redirectUri: string
}

interface ExchangeSettings extends LoginRequestSettings {
  issuer: string
  clientId?: string | undefined
  /** Milliseconds since 1970. */
  now: () => number
}

/**
 * Turns the code of a login into tokens at `${issuer}/oauth/token` (codex-wire.md 5.3). The second exchange of the Codex
 * CLI, which makes an API key, is left out: nothing here uses one.
 *
 * @throws CodexAuthError where the server gives no tokens, or can't be reached; the signal's reason.
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
    const fault = withServerMessage(`HTTP ${answer.status}`, answer.json, [code, verifier])
    throw new CodexAuthError({
      message: `The login server gave no tokens for this login (${fault}). Log in again.`,
    })
  }
  return readTokens(answer.json, now())
}

function readTokens(json: JsonObject = {}, now: number): CodexTokens {
  const { access_token: accessToken, refresh_token: refreshToken, id_token: idToken } = json
  if (!isTokenText(accessToken) || isApiKey(accessToken) || !isTokenText(refreshToken)) {
    throw noLogin("The login server's answer lacks an access or a refresh token")
  }
  // The Codex CLI takes no login file without one.
  if (!isTokenText(idToken)) throw noLogin('The login server gave no id token')
  const seconds = Number(json.expires_in)
  // A hint for tokens that don't say by themselves when they end.
  const hasHint = readClaims(accessToken).expiresAt === undefined && seconds > 0 && Number.isFinite(seconds)
  const fields = {
    accessToken,
    refreshToken,
    idToken,
    accountId: undefined,
    expiresAt: hasHint ? now + seconds * 1000 : undefined,
    lastRefresh: now,
  }
  return makeTokens({ ...fields, accountId: accountFacts(makeTokens(fields)).accountId })
}

const noLogin = (fault: string): CodexAuthError =>
  new CodexAuthError({ message: `${fault}, so there is no login. Log in again.` })
