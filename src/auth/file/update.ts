import { accountFacts, expiryOf, readClaims } from '../claims.ts'
import type { CodexTokens } from '../tokens.ts'
import { editJson } from './edit-json.ts'
import { type AuthFile, parseAuthFile, readExpiry } from './parse.ts'

type Values = Record<string, string | number | undefined>

/**
 * Puts renewed tokens into the text of a login file, in the place of the old ones. Everything else stays: unknown
 * fields, the order of keys, indentation, line ends. Only a byte order mark is dropped, which the Codex CLI can't read.
 *
 * @param path Named in errors.
 * @throws CodexAuthTokenError if the text is not a login file.
 */
export function updateAuthFile(text: string, tokens: CodexTokens, path = 'auth.json'): string {
  const json = text.replace(/^\uFEFF/, '')
  const file = parseAuthFile(json, path)
  const { shape, document } = file
  const edited = editJson(json, shape === 'flat' ? [] : [shape], {
    ...tokenValues(file, tokens),
    ...expiryValue(file, tokens),
  })
  // The Codex CLI sends no `authorization` header for a login without `last_refresh`.
  if (tokens.lastRefresh === undefined || (shape !== 'tokens' && !('last_refresh' in document))) return edited
  return editJson(edited, [], { last_refresh: new Date(tokens.lastRefresh).toISOString() })
}

function tokenValues({ tokens: old }: AuthFile, tokens: CodexTokens): Values {
  // The file need not repeat an account that the tokens name, but must keep one that they no longer name.
  const { accountId, ...withoutAccount } = tokens
  const isKnown = old.accountId !== undefined || accountFacts(withoutAccount).accountId === accountId
  return {
    access_token: tokens.accessToken,
    ...(tokens.refreshToken === undefined ? {} : { refresh_token: tokens.refreshToken }),
    ...(tokens.idToken === undefined ? {} : { id_token: tokens.idToken }),
    ...(accountId === undefined || isKnown ? {} : { account_id: accountId }),
  }
}

function expiryValue({ holder }: AuthFile, tokens: CodexTokens): Values {
  const key = 'expiresAt' in holder && !('expires_at' in holder) ? 'expiresAt' : 'expires_at'
  const hasClaim = readClaims(tokens.accessToken).expiresAt !== undefined
  if (!(key in holder) && (hasClaim || tokens.expiresAt === undefined)) return {}
  const ms = expiryOf(tokens)
  return { [key]: ms === undefined ? undefined : formatExpiry(ms, holder[key]) }
}

/** Formats a time in the unit and type of the old value, or as a number of seconds if there was none. */
function formatExpiry(ms: number, old: unknown): number | string {
  const unit = readExpiry(old)?.unit
  if (unit === 'iso') return new Date(ms).toISOString()
  const value = Math.floor(unit === 'ms' ? ms : ms / 1000)
  return typeof old === 'string' ? String(value) : value
}
