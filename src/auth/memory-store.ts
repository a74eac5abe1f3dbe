import { holdsSpent } from './token-fields.ts'
import type { CodexTokens, TokenStore } from './tokens.ts'

/**
 * Keeps a login in memory: for tests, and for tokens that are saved elsewhere or nowhere. It holds a copy of `tokens`;
 * a `write` does nothing where it no longer holds what was spent.
 */
export function memoryTokenStore(tokens: CodexTokens): TokenStore {
  let current = { ...tokens }
  return {
    read: async () => ({ ...current }),
    async write(renewed, previous) {
      if (holdsSpent(current, previous)) current = { ...renewed }
    },
  }
}
