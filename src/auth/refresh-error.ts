import { CodexAuthRefreshError, type CodexAuthRefreshReason } from '../errors.ts'
import type { JsonObject } from '../lib/json.ts'
import { createRedactor } from '../lib/redaction.ts'
import type { LoginWords } from './login-advice.ts'
import { errorCodeOf, withServerMessage } from './oauth-error.ts'
import type { CodexTokens } from './tokens.ts'

/** Codes that end a login: the refresh token is spent, expired or revoked. Nothing else says so, whatever the status. */
const FINAL_CODES: ReadonlyMap<string | undefined, CodexAuthRefreshReason> = new Map([
  ['refresh_token_expired', 'expired'],
  ['token_expired', 'expired'],
  ['session_expired', 'expired'],
  ['refresh_token_reused', 'reused'],
  ['refresh_token_invalidated', 'revoked'],
  ['invalid_refresh_token', 'revoked'],
  ['refresh_token_revoked', 'revoked'],
  ['token_invalidated', 'revoked'],
  ['token_revoked', 'revoked'],
  ['session_invalidated', 'revoked'],
  ['session_revoked', 'revoked'],
  // RFC 6749, 5.2: "invalid, expired, revoked, …".
  ['invalid_grant', 'other'],
])

const failed = ({ name }: LoginWords): string => `The ${name} login could not be renewed`

function messageFor(reason: CodexAuthRefreshReason, words: LoginWords): string {
  const fault = failed(words)
  switch (reason) {
    case 'expired':
      return `${fault}: its refresh token has expired. ${words.logInAgain}`
    case 'reused':
      return `${fault}: another client has used this login, and its refresh token works only once. ${words.logInAgain}`
    case 'revoked':
      return `${fault}: it was revoked. ${words.logInAgain}`
    case 'other':
      return `${fault}. ${words.logInAgain}`
    case 'network':
      return `${fault} just now; try again.`
  }
}

/** Message of a refusal that is not about the login: a blocked country or network, a firewall, a wrong address. */
const blocked = (words: LoginWords): string =>
  `${failed(words)} just now: the login server refused the request. The login itself may be fine: check the network, ` +
  'VPN and proxy, the `issuer` setting and the rules of the workspace, then try again.'

const BLOCK_STATUSES: readonly number[] = [403, 404, 451]
const BLOCK_CODES = /unsupported_country|access_denied|invalid_client/

interface Answer {
  json: JsonObject | undefined
  /** Must not show in the message. */
  tokens: CodexTokens
  words: LoginWords
}

// Whether the server ended a login can't be read from the reason alone.
const ended = new WeakSet<object>()

/** True for an error by which the login server said that the refresh token will never work again. */
export const endsLogin = (error: CodexAuthRefreshError): boolean => ended.has(error)

/** True if the same refresh token will never work again; false for a failure that may pass. */
export function isPermanent(error: CodexAuthRefreshError): boolean {
  return error.reason !== 'network'
}

/** Error of an answer of the login server with a status other than 200. */
export function answerError({
  status,
  text,
  ...answer
}: Answer & { status: number; text: string }): CodexAuthRefreshError {
  const { json, words } = answer
  const code = errorCodeOf(json)
  const reason = FINAL_CODES.get(code) ?? 'network'
  const isPage = text.trimStart().startsWith('<')
  const isBlock = BLOCK_STATUSES.includes(status) || BLOCK_CODES.test(code ?? '') || (isPage && status < 500)
  const message = reason === 'network' && isBlock ? blocked(words) : messageFor(reason, words)
  const fault = isPage ? `HTTP ${status}, a web page` : `HTTP ${status}`
  const error = refreshError({ ...answer, reason, message, fault })
  if (reason !== 'network') ended.add(error)
  return error
}

/** Error of an answer with status 200 that holds no tokens. */
export function brokenAnswer(answer: Answer): CodexAuthRefreshError {
  const reason = FINAL_CODES.get(errorCodeOf(answer.json)) ?? 'network'
  const fault = 'the answer holds no usable tokens'
  return refreshError({ ...answer, reason, message: messageFor(reason, answer.words), fault })
}

/** Error if no complete answer came. */
export function connectionError(
  url: string,
  cause: unknown,
  { accessToken, refreshToken, idToken }: CodexTokens,
  words: LoginWords,
): CodexAuthRefreshError {
  const secrets = [accessToken, refreshToken, idToken].flatMap((token) => token || [])
  const isTimeout = cause instanceof Error && cause.name === 'TimeoutError'
  const fault = isTimeout ? `${cause.message}, see timeouts.refresh` : `${new URL(url).host} can't be reached`
  return new CodexAuthRefreshError({
    reason: 'network',
    message: `${messageFor('network', words)} (${fault})`,
    // A custom `fetch` may repeat the request in its errors.
    cause: createRedactor(secrets).cause(cause),
  })
}

/** Error if the login server answers with the tokens of another account. They are not used, nor saved. */
export function accountChanged(before: string, after: string, words: LoginWords): CodexAuthRefreshError {
  return new CodexAuthRefreshError({
    reason: 'other',
    message:
      `${failed(words)}: it belongs to account ${before}, and the login server answered with tokens of account ${after}. ` +
      `They are not used. ${words.logInAgain}`,
  })
}

function refreshError({
  reason,
  message,
  fault,
  json,
  tokens,
}: Omit<Answer, 'words'> & {
  reason: CodexAuthRefreshReason
  message: string
  fault: string
}): CodexAuthRefreshError {
  const { accessToken, refreshToken, idToken } = tokens
  const details = withServerMessage(fault, json, [accessToken, refreshToken, idToken])
  return new CodexAuthRefreshError({ reason, message: `${message} (${details})` })
}
