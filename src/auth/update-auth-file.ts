import type { JsonObject } from '../json.ts'
import { type AuthFile, parseAuthFile, readExpiry } from './auth-file.ts'
import { accountFacts, expiryOf, readClaims } from './claims.ts'
import type { CodexTokens } from './tokens.ts'

/**
 * Puts renewed tokens into the text of a login file, in the place where the old ones stood. Everything else stays:
 * unknown fields, the order of the keys, indentation, line ends, a trailing newline.
 *
 * @param path For the errors.
 * @throws CodexAuthTokenError where the text is no login file.
 */
export function updateAuthFile(text: string, tokens: CodexTokens, path = 'auth.json'): string {
  const file = parseAuthFile(text, path)
  setTokens(file, tokens)
  setTimes(file, tokens)
  return formatLike(text, file.document)
}

// `document` was parsed for this update alone, so it is changed in place: that keeps the order of its keys.
function setTokens({ holder, tokens: old }: AuthFile, tokens: CodexTokens): void {
  holder.access_token = tokens.accessToken
  if (tokens.refreshToken !== undefined) holder.refresh_token = tokens.refreshToken
  if (tokens.idToken !== undefined) holder.id_token = tokens.idToken
  // The file need not say what the tokens say, but what they no longer say must not get lost.
  const { accountId, ...withoutAccount } = tokens
  const isSaid = old.accountId !== undefined || accountFacts(withoutAccount).accountId === accountId
  if (accountId !== undefined && !isSaid) holder.account_id = accountId
}

function setTimes({ holder, document, shape }: AuthFile, tokens: CodexTokens): void {
  // The Codex CLI sends no authorization at all for a login without `last_refresh`.
  if (tokens.lastRefresh !== undefined && (shape === 'tokens' || 'last_refresh' in document)) {
    document.last_refresh = new Date(tokens.lastRefresh).toISOString()
  }
  const hasClaim = readClaims(tokens.accessToken).expiresAt !== undefined
  if (!('expires_at' in holder) && (hasClaim || tokens.expiresAt === undefined)) return
  const ms = expiryOf(tokens)
  if (ms === undefined) delete holder.expires_at
  else holder.expires_at = formatExpiry(ms, holder.expires_at)
}

/** The time in the unit and type that the old value had; seconds as a number where there was none. */
function formatExpiry(ms: number, old: unknown): number | string {
  const value = Math.floor(readExpiry(old)?.unit === 'ms' ? ms : ms / 1000)
  return typeof old === 'string' ? String(value) : value
}

function formatLike(text: string, document: JsonObject): string {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? 2
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : ''
  const tail = /\n\s*$/.test(text) ? '\n' : ''
  return mark + `${JSON.stringify(document, null, indent)}${tail}`.replaceAll('\n', eol)
}
