import { CodexAuthRefreshError, type CodexAuthRefreshReason } from '../errors.ts'
import type { JsonObject } from '../lib/json.ts'
import { LOG_IN_AGAIN } from './login-advice.ts'
import { errorCodeOf, withServerMessage } from './oauth-error.ts'
import type { CodexTokens } from './tokens.ts'

/** What else the server may call it: `refresh_token_invalidated`, `refresh_token_revoked`, `session_revoked`. */
const REVOKED = /revoked|invalidated/

const REASON_BY_CODE: ReadonlyMap<string | undefined, CodexAuthRefreshReason> = new Map([
  ['refresh_token_expired', 'expired'],
  ['refresh_token_reused', 'reused'],
  ['invalid_grant', 'other'],
])

const WORDS: Readonly<Record<CodexAuthRefreshReason, string>> = {
  expired: `The Codex login could not be renewed: its refresh token has expired. ${LOG_IN_AGAIN}`,
  reused:
    'The Codex login could not be renewed: another client has used this login, and its refresh token works only ' +
    `once. ${LOG_IN_AGAIN}`,
  revoked: `The Codex login could not be renewed: it was revoked. ${LOG_IN_AGAIN}`,
  other: `The Codex login could not be renewed. ${LOG_IN_AGAIN}`,
  network: 'The Codex login could not be renewed just now; try again.',
}

interface Answer {
  json: JsonObject | undefined
  /** What must not show in the message. */
  tokens: CodexTokens
}

/** True where the same refresh token will never work again; false for a failure that may pass. */
export function isPermanent(error: CodexAuthRefreshError): boolean {
  return error.reason !== 'network'
}

/** The error of an answer of the login server that is no 200. */
export function answerError({ status, json, tokens }: Answer & { status: number }): CodexAuthRefreshError {
  const reason = reasonOf(status, errorCodeOf(json))
  return refreshError(reason, `HTTP ${status}`, json, tokens)
}

/** The error of a 200 that holds no tokens. */
export function brokenAnswer({ json, tokens }: Answer): CodexAuthRefreshError {
  const reason = knownReason(errorCodeOf(json)) ?? 'network'
  return refreshError(reason, 'the answer holds no usable tokens', json, tokens)
}

/** The error where no whole answer came. */
export function connectionError(url: string, cause: unknown): CodexAuthRefreshError {
  const isTimeout = cause instanceof Error && cause.name === 'TimeoutError'
  const fault = isTimeout ? `${cause.message}, see timeouts.refresh` : `${new URL(url).host} can't be reached`
  return new CodexAuthRefreshError({ reason: 'network', message: `${WORDS.network} (${fault})`, cause })
}

const knownReason = (code: string | undefined): CodexAuthRefreshReason | undefined =>
  REASON_BY_CODE.get(code) ?? (code !== undefined && REVOKED.test(code) ? 'revoked' : undefined)

/** Failure classes of a refresh (codex-wire.md 5.2). */
function reasonOf(status: number, code: string | undefined): CodexAuthRefreshReason {
  const known = knownReason(code)
  if (known) return known
  if (status === 400 || status === 401) return 'other'
  // A refusal in the server's own words stays; an HTML page of something in between may pass.
  const isRefusal = status > 401 && status < 500 && ![408, 425, 429].includes(status)
  return isRefusal && code !== undefined ? 'other' : 'network'
}

function refreshError(
  reason: CodexAuthRefreshReason,
  fault: string,
  json: JsonObject | undefined,
  { accessToken, refreshToken, idToken }: CodexTokens,
): CodexAuthRefreshError {
  const said = withServerMessage(fault, json, [accessToken, refreshToken, idToken])
  return new CodexAuthRefreshError({ reason, message: `${WORDS[reason]} (${said})` })
}
