import { type JsonObject, textOf } from '../../lib/json.ts'
import { claimedLifetime, issuedAtOf } from '../claims.ts'
import { readExpiry } from '../file/parse.ts'

/** Scopes that the user granted, by a token answer; undefined if it does not say. */
export function scopesIn(json: JsonObject): string[] | undefined {
  return textOf(json.scope)
    ?.split(' ')
    .filter((scope) => scope !== '')
}

/**
 * Reads from a token answer when its refresh token may be used, in milliseconds since 1970 by this machine's clock, which
 * may differ from the server's.
 */
export function earliestRefreshIn(json: JsonObject, accessToken: string, now: number): number | undefined {
  const earliest = readExpiry(json.earliest_refresh_at)?.ms
  if (earliest === undefined) return undefined
  const issuedAt = issuedAtOf(accessToken)
  const local = issuedAt === undefined ? earliest : now + (earliest - issuedAt)
  const seconds = Number(json.expires_in)
  const lifetime = claimedLifetime(accessToken) ?? (seconds > 0 ? seconds * 1000 : Number.POSITIVE_INFINITY)
  // After the end of the access token, waiting would only lock the user out.
  return Math.min(local, now + lifetime)
}
