import { expiryOf } from './claims.ts'
import { timeOf } from './token-fields.ts'
import type { CodexTokens } from './tokens.ts'

/** Tokens are renewed this long before they end: 5 minutes, as the Codex CLI does (codex-wire.md 5.2). */
export const REFRESH_MARGIN_MS = 5 * 60_000

/** Tokens that don't say when they end are renewed 8 days after the last time. */
const REFRESH_INTERVAL_MS = 8 * 24 * 3_600_000

/** Until when the access token is known to work, in milliseconds since 1970; Infinity where it does not say. */
export const aliveUntil = (tokens: CodexTokens): number => expiryOf(tokens) ?? Number.POSITIVE_INFINITY

/** Until when there is no need to renew the tokens, in milliseconds since 1970. */
export function freshUntil(tokens: CodexTokens): number {
  const expiresAt = expiryOf(tokens)
  // With nothing to renew it by, a token is used to its end.
  if (!tokens.refreshToken) return expiresAt ?? Number.POSITIVE_INFINITY
  if (expiresAt !== undefined) return expiresAt - REFRESH_MARGIN_MS
  const lastRefresh = timeOf(tokens.lastRefresh)
  return lastRefresh === undefined ? Number.POSITIVE_INFINITY : lastRefresh + REFRESH_INTERVAL_MS
}
