import { CodexAuthTokenError } from '../../errors.ts'
import { isObject, type JsonObject, textOf } from '../../lib/json.ts'
import { LOG_IN } from '../login-advice.ts'
import { IS_API_KEY, isApiKey, makeTokens, tokenFault } from '../token-fields.ts'
import type { CodexTokens } from '../tokens.ts'

/** Where the tokens stand in a login file: under one of these keys, or (`flat`) at its top. */
type AuthFileShape = 'chatgpt' | 'tokens' | 'flat' | 'auth'

/** Where a login file may hold its tokens, most wanted first; `tokens` is where the Codex CLI has them. */
const SHAPES: readonly AuthFileShape[] = ['chatgpt', 'tokens', 'flat', 'auth']

/** A login file that was read. */
export interface AuthFile {
  tokens: CodexTokens
  shape: AuthFileShape
  /** The whole content. */
  document: JsonObject
  /** The object in `document` that the tokens stand in. */
  holder: JsonObject
}

/**
 * Reads the text of a login file: the Codex CLI's `auth.json`, or one of the forms that other tools write.
 *
 * @param path For the errors, which never quote the text.
 * @throws CodexAuthTokenError that says what is wrong with the file and how to mend it.
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

/** Reads `expires_at`: a number or a numeric text, in seconds or milliseconds, or an ISO date; 0 is none. */
export function readExpiry(value: unknown): { ms: number; unit: 's' | 'ms' | 'iso' } | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof value === 'string' && Number.isNaN(number)) {
    const ms = Date.parse(value)
    return Number.isNaN(ms) ? undefined : { ms, unit: 'iso' }
  }
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return undefined
  // As seconds 1e11 is the year 5138, as milliseconds 1973: no login is near either.
  return number < 1e11 ? { ms: number * 1000, unit: 's' } : { ms: number, unit: 'ms' }
}

function parseDocument(text: string, path: string): JsonObject {
  const json = text.replace(/^\uFEFF/, '')
  if (json.trim() === '') throw invalid(path, `is empty. ${LOG_IN}`)
  let document: unknown
  try {
    document = JSON.parse(json)
  } catch (error) {
    const why = json.includes('\0') ? ' (it looks like UTF-16: save it as UTF-8)' : ''
    throw invalid(path, `is not valid JSON${why}. Mend it, or delete it. ${LOG_IN}`, syntaxError(error, json))
  }
  if (!isObject(document)) throw invalid(path, `is JSON, but not an object. ${LOG_IN}`)
  return document
}

// A JSON error of the engine quotes the text around the fault, which may be a token; the place is enough.
function syntaxError(error: unknown, text: string): SyntaxError {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
  if (position === undefined) return new SyntaxError('Invalid JSON')
  const lines = text.slice(0, Number(position)).split('\n')
  return new SyntaxError(`Invalid JSON at line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`)
}

/** Why a file without tokens has none, as far as it says. */
function noTokensError(document: JsonObject, path: string): CodexAuthTokenError {
  const mode = textOf(document.auth_mode)
  if (textOf(document.OPENAI_API_KEY)) return apiKeyError(path)
  if (mode && mode.toLowerCase() !== 'chatgpt') return otherModeError(path, `is of the mode "${mode}"`)
  if (document.agent_identity) return otherModeError(path, 'holds an agent identity')
  if (document.personal_access_token) return otherModeError(path, 'holds a personal access token')
  if (!('tokens' in document)) return unknownShape(path)
  const fault = document.tokens === null ? 'its "tokens" is null' : 'its "tokens" is not an object'
  return invalid(path, `holds no login: ${fault}. ${LOG_IN}`)
}

const apiKeyError = (path: string) => invalid(path, `holds ${IS_API_KEY} ${LOG_IN}`)

const otherModeError = (path: string, what: string) =>
  invalid(
    path,
    `${what}, which has no tokens of a ChatGPT login in the file. ${LOG_IN} ` +
      'Tokens that another program manages are passed by the `auth` setting.',
  )

const unknownShape = (path: string) =>
  invalid(
    path,
    'holds no login that is known here. Accepted are an access_token under "tokens" (as the Codex CLI writes it), ' +
      `under "chatgpt", under "auth", or at the top. ${LOG_IN}`,
  )

function invalid(path: string, fault: string, cause?: unknown): CodexAuthTokenError {
  return new CodexAuthTokenError({ message: `The login file ${path} ${fault}`, cause })
}
