import { claimedLifetime, expiryOf } from './claims.ts'
import { timeOf } from './token-fields.ts'
import type { CodexTokens } from './tokens.ts'

/** Tokens are renewed this long before they end, like the Codex CLI does: 5 minutes. */
export const REFRESH_MARGIN_MS = 5 * 60_000

/** Tokens without a known end are renewed 8 days after the last renewal. */
const REFRESH_INTERVAL_MS = 8 * 24 * 3_600_000

/**
 * New tokens count as valid at least this long, whatever they and the clock say, and a login is not renewed again within
 * this time.
 */
export const MIN_LIFETIME_MS = 60_000

/** Times in milliseconds since 1970; Infinity if unknown. */
export interface Lifetime {
  /** Until then no renewal is needed. */
  freshUntil: number
  /** Until then the access token is expected to work. */
  aliveUntil: number
}

/** Lifetime of tokens whose arrival was not observed, such as those read from a file. */
export function lifetimeOf(tokens: CodexTokens): Lifetime {
  const aliveUntil = expiryOf(tokens) ?? Number.POSITIVE_INFINITY
  // Without a refresh token an access token is used to its end.
  if (!tokens.refreshToken) return { freshUntil: aliveUntil, aliveUntil }
  if (Number.isFinite(aliveUntil)) {
    return { freshUntil: Math.max(aliveUntil - REFRESH_MARGIN_MS, earliestRefresh(tokens)), aliveUntil }
  }
  const lastRefresh = timeOf(tokens.lastRefresh) ?? Number.POSITIVE_INFINITY
  return { freshUntil: Math.max(lastRefresh + REFRESH_INTERVAL_MS, earliestRefresh(tokens)), aliveUntil }
}

/** Time before which the refresh token must not be used, in milliseconds since 1970; 0 if there is none. */
export const earliestRefresh = (tokens: CodexTokens): number => timeOf(tokens.earliestRefreshAt) ?? 0

/** Lifetime of tokens that have just been issued: they are fresh for at least half of it. */
export function lifetimeOnArrival(tokens: CodexTokens, now: number): Lifetime {
  const { freshUntil, aliveUntil } = lifetimeOf(tokens)
  if (!Number.isFinite(aliveUntil)) return { freshUntil, aliveUntil }
  const remaining = aliveUntil - now
  // A clock that is wrong by days makes new tokens look dead; their own claims still say how long they live.
  const lifetime =
    remaining >= MIN_LIFETIME_MS
      ? remaining
      : Math.max(remaining, claimedLifetime(tokens.accessToken) ?? MIN_LIFETIME_MS)
  return {
    freshUntil: Math.max(freshUntil, now + lifetime / 2),
    aliveUntil: Math.max(aliveUntil, now + lifetime),
  }
}
