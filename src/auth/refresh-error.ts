import { CodexAuthRefreshError, type CodexAuthRefreshReason } from '../errors.ts'
import type { JsonObject } from '../lib/json.ts'
import { LOG_IN_AGAIN } from './login-advice.ts'
import { errorCodeOf, withServerMessage } from './oauth-error.ts'
import type { CodexTokens } from './tokens.ts'

/** Codes that end a login: the refresh token is spent, expired or revoked. Nothing else says so, whatever the status. */
const FINAL_CODES: ReadonlyMap<string | undefined, CodexAuthRefreshReason> = new Map([
  ['refresh_token_expired', 'expired'],
  ['token_expired', 'expired'],
  ['session_expired', 'expired'],
  ['refresh_token_reused', 'reused'],
  ['refresh_token_invalidated', 'revoked'],
  ['refresh_token_revoked', 'revoked'],
  ['token_invalidated', 'revoked'],
  ['token_revoked', 'revoked'],
  ['session_invalidated', 'revoked'],
  ['session_revoked', 'revoked'],
  // RFC 6749, 5.2: "invalid, expired, revoked, …".
  ['invalid_grant', 'other'],
])

const FAILED = 'The Codex login could not be renewed'

const MESSAGES: Readonly<Record<CodexAuthRefreshReason, string>> = {
  expired: `${FAILED}: its refresh token has expired. ${LOG_IN_AGAIN}`,
  reused: `${FAILED}: another client has used this login, and its refresh token works only once. ${LOG_IN_AGAIN}`,
  revoked: `${FAILED}: it was revoked. ${LOG_IN_AGAIN}`,
  other: `${FAILED}. ${LOG_IN_AGAIN}`,
  network: `${FAILED} just now; try again.`,
}

/** Message of a refusal that is not about the login: a blocked country or network, a firewall, a wrong address. */
const BLOCKED =
  `${FAILED} just now: the login server refused the request. The login itself may be fine: check the network, VPN and ` +
  'proxy, the `issuer` setting and the rules of the workspace, then try again.'

const BLOCK_STATUSES: readonly number[] = [403, 404, 451]
const BLOCK_CODES = /unsupported_country|access_denied/

interface Answer {
  json: JsonObject | undefined
  /** Must not show in the message. */
  tokens: CodexTokens
}

/** True if the same refresh token will never work again; false for a failure that may pass. */
export function isPermanent(error: CodexAuthRefreshError): boolean {
  return error.reason !== 'network'
}

/** Error of an answer of the login server with a status other than 200. */
export function answerError({
  status,
  text,
  json,
  tokens,
}: Answer & { status: number; text: string }): CodexAuthRefreshError {
  const code = errorCodeOf(json)
  const reason = FINAL_CODES.get(code) ?? 'network'
  const isPage = text.trimStart().startsWith('<')
  const isBlock = BLOCK_STATUSES.includes(status) || BLOCK_CODES.test(code ?? '') || (isPage && status < 500)
  const message = reason === 'network' && isBlock ? BLOCKED : MESSAGES[reason]
  const fault = isPage ? `HTTP ${status}, a web page` : `HTTP ${status}`
  return refreshError({ reason, message, fault, json, tokens })
}

/** Error of an answer with status 200 that holds no tokens. */
export function brokenAnswer({ json, tokens }: Answer): CodexAuthRefreshError {
  const reason = FINAL_CODES.get(errorCodeOf(json)) ?? 'network'
  const fault = 'the answer holds no usable tokens'
  return refreshError({ reason, message: MESSAGES[reason], fault, json, tokens })
}

/** Error if no complete answer came. */
export function connectionError(url: string, cause: unknown): CodexAuthRefreshError {
  const isTimeout = cause instanceof Error && cause.name === 'TimeoutError'
  const fault = isTimeout ? `${cause.message}, see timeouts.refresh` : `${new URL(url).host} can't be reached`
  return new CodexAuthRefreshError({ reason: 'network', message: `${MESSAGES.network} (${fault})`, cause })
}

/** Error if the login server answers with the tokens of another account. They are not used, nor saved. */
export function accountChanged(before: string, after: string): CodexAuthRefreshError {
  return new CodexAuthRefreshError({
    reason: 'other',
    message:
      `${FAILED}: it belongs to account ${before}, and the login server answered with tokens of account ${after}. ` +
      `They are not used. ${LOG_IN_AGAIN}`,
  })
}

function refreshError({
  reason,
  message,
  fault,
  json,
  tokens,
}: Answer & { reason: CodexAuthRefreshReason; message: string; fault: string }): CodexAuthRefreshError {
  const { accessToken, refreshToken, idToken } = tokens
  const details = withServerMessage(fault, json, [accessToken, refreshToken, idToken])
  return new CodexAuthRefreshError({ reason, message: `${message} (${details})` })
}
