import { readEnv } from '../lib/runtime.ts'
import type { CodexTokens } from './tokens.ts'

/** Source of these tokens, for errors. */
export const ENV_SOURCE = 'The environment (CODEX_ACCESS_TOKEN)'

const known = new WeakSet<CodexTokens>()
let latest: CodexTokens | undefined

/**
 * Returns the tokens of the environment: `CODEX_ACCESS_TOKEN` and `CODEX_ACCOUNT_ID`. Without the second, the account is
 * the one that the token's claims name. The result is the same object until a variable changes.
 */
export function envTokens(): CodexTokens | undefined {
  // A variable that was filled from a file ends with a line break.
  const accessToken = readEnv('CODEX_ACCESS_TOKEN')?.trim()
  const accountId = readEnv('CODEX_ACCOUNT_ID')?.trim() || undefined
  if (!accessToken) return undefined
  if (latest?.accessToken !== accessToken || latest.accountId !== accountId) {
    latest = accountId === undefined ? { accessToken } : { accessToken, accountId }
    known.add(latest)
  }
  return latest
}

/** True for tokens that {@link envTokens} returned, now or before. */
export const isFromEnv = (tokens: CodexTokens): boolean => known.has(tokens)
