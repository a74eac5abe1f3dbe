import { readEnv } from '../lib/runtime.ts'
import type { CodexTokens } from './tokens.ts'

/** Who gave such tokens, for errors. */
export const ENV_SOURCE = 'The environment (CODEX_ACCESS_TOKEN)'

const known = new WeakSet<CodexTokens>()
let latest: CodexTokens | undefined

/**
 * The tokens of the environment: `CODEX_ACCESS_TOKEN` with `CODEX_ACCOUNT_ID`; without the second, the account is the
 * one that the token's claims name. Read at each call; the same object for as long as the variables stay the same.
 */
export function envTokens(): CodexTokens | undefined {
  // Files that variables are filled from end with a line break.
  const accessToken = readEnv('CODEX_ACCESS_TOKEN')?.trim()
  const accountId = readEnv('CODEX_ACCOUNT_ID')?.trim() || undefined
  if (!accessToken) return undefined
  if (latest?.accessToken !== accessToken || latest.accountId !== accountId) {
    latest = accountId === undefined ? { accessToken } : { accessToken, accountId }
    known.add(latest)
  }
  return latest
}

/** True for what {@link envTokens} gave, now or before. */
export const isFromEnv = (tokens: CodexTokens): boolean => known.has(tokens)
