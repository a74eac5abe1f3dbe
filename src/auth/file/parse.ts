import { CodexAuthTokenError } from '../../errors.ts'
import { isObject, type JsonObject, textOf } from '../../lib/json.ts'
import { LOG_IN } from '../login-advice.ts'
import { IS_API_KEY, isApiKey, makeTokens, tokenFault } from '../token-fields.ts'
import type { CodexTokens } from '../tokens.ts'

/** Place of the tokens in a login file: under one of these keys, or (`flat`) at the top level. */
type AuthFileShape = 'chatgpt' | 'tokens' | 'flat' | 'auth'

/** Places to look for tokens, in order of preference. The Codex CLI uses `tokens`. */
const SHAPES: readonly AuthFileShape[] = ['chatgpt', 'tokens', 'flat', 'auth']

/** Parsed login file. */
export interface AuthFile {
  tokens: CodexTokens
  shape: AuthFileShape
  /** Complete content. */
  document: JsonObject
  /** Object in `document` that holds the tokens. */
  holder: JsonObject
}

/**
 * Parses a login file: the Codex CLI's `auth.json`, or a form that another tool writes.
 *
 * @param path Named in errors, which never quote the text.
 * @throws CodexAuthTokenError that says what is wrong with the file, and what to do.
 * @see docs/wire.md, "Login and tokens"
 */
export function parseAuthFile(text: string, path: string): AuthFile {
  const document = parseDocument(text, path)
  if (textOf(document.auth_mode)?.toLowerCase() === 'apikey') throw apiKeyError(path)

  const found = SHAPES.flatMap((shape) => {
    const holder = shape === 'flat' ? document : document[shape]
    const known = isObject(holder) && (shape === 'chatgpt' || shape === 'tokens' || 'access_token' in holder)
    return known ? [{ shape, holder }] : []
  })
  const place = found.find(({ holder }) => tokenFault(holder.access_token) === undefined) ?? found[0]
  if (!place) throw noTokensError(document, path)

  const { shape, holder } = place
  if (isApiKey(holder.access_token)) throw apiKeyError(path)
  const fault = tokenFault(holder.access_token)
  if (fault) {
    const name = shape === 'flat' ? 'access_token' : `${shape}.access_token`
    throw invalid(path, `can't be used: ${name} ${fault}. ${LOG_IN}`)
  }
  return { tokens: readTokens(holder, document), shape, document, holder }
}

function readTokens(holder: JsonObject, document: JsonObject): CodexTokens {
  const refreshed = Date.parse(textOf(document.last_refresh) ?? '')
  return makeTokens({
    accessToken: holder.access_token as string,
    refreshToken: textOf(holder.refresh_token),
    idToken: textOf(holder.id_token),
    accountId: textOf(holder.account_id),
    expiresAt: readExpiry(holder.expires_at ?? holder.expiresAt)?.ms,
    lastRefresh: Number.isNaN(refreshed) ? undefined : refreshed,
  })
}

/** Parses `expires_at`: a number or numeric string, in seconds or milliseconds, or an ISO date. 0 means unknown. */
export function readExpiry(value: unknown): { ms: number; unit: 's' | 'ms' | 'iso' } | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof value === 'string' && Number.isNaN(number)) {
    const ms = Date.parse(value)
    return Number.isNaN(ms) ? undefined : { ms, unit: 'iso' }
  }
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return undefined
  // 1e11 is the year 5138 in seconds and 1973 in milliseconds, so the two units can't be confused.
  return number < 1e11 ? { ms: number * 1000, unit: 's' } : { ms: number, unit: 'ms' }
}

/**
 * Parses the text of a login file.
 *
 * @throws CodexAuthTokenError if it is not a JSON object.
 */
export function parseDocument(text: string, path: string, logIn = LOG_IN): JsonObject {
  const json = text.replace(/^\uFEFF/, '')
  if (json.trim() === '') throw invalid(path, `is empty. ${logIn}`)
  let document: unknown
  try {
    document = JSON.parse(json)
  } catch (error) {
    const why = json.includes('\0') ? ' (it looks like UTF-16: save it as UTF-8)' : ''
    throw invalid(path, `is not valid JSON${why}. Fix it, or delete it. ${logIn}`, syntaxError(error, json))
  }
  if (!isObject(document)) throw invalid(path, `is JSON, but not an object. ${logIn}`)
  return document
}

// The engine's JSON errors quote the text around the error, which may be a token; the position is enough.
function syntaxError(error: unknown, text: string): SyntaxError {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
  if (position === undefined) return new SyntaxError('Invalid JSON')
  const lines = text.slice(0, Number(position)).split('\n')
  return new SyntaxError(`Invalid JSON at line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`)
}

/** Explains why a file has no tokens, as far as its content shows. */
function noTokensError(document: JsonObject, path: string): CodexAuthTokenError {
  const mode = textOf(document.auth_mode)
  if (textOf(document.OPENAI_API_KEY)) return apiKeyError(path)
  if (document.personal_access_token) return personalTokenError(path)
  if (mode && mode.toLowerCase() !== 'chatgpt') return otherModeError(path, `has the mode "${mode}"`)
  if (document.agent_identity) return otherModeError(path, 'holds an agent identity')
  if (!('tokens' in document)) return unknownShape(path)
  const fault = document.tokens === null ? 'its "tokens" is null' : 'its "tokens" is not an object'
  return invalid(path, `holds no login: ${fault}. ${LOG_IN}`)
}

const apiKeyError = (path: string) => invalid(path, `holds ${IS_API_KEY} ${LOG_IN}`)

const otherModeError = (path: string, what: string) =>
  invalid(
    path,
    `${what}, which keeps no tokens of a ChatGPT login in the file. ${LOG_IN} ` +
      'Pass tokens that another program manages as the `auth` setting.',
  )

const personalTokenError = (path: string) =>
  invalid(
    path,
    'holds a personal access token in place of a ChatGPT login. Set CODEX_ACCESS_TOKEN to that token, or pass it as ' +
      `\`auth: { accessToken }\`. ${LOG_IN}`,
  )

const unknownShape = (path: string) =>
  invalid(
    path,
    'holds no login in a known form. Accepted is an access_token under "tokens" (as the Codex CLI writes it), ' +
      `"chatgpt" or "auth", or at the top level. ${LOG_IN}`,
  )

function invalid(path: string, fault: string, cause?: unknown): CodexAuthTokenError {
  return new CodexAuthTokenError({ message: `The login file ${path} ${fault}`, cause })
}
