import { holdsSpent } from './token-fields.ts'
import type { CodexTokens, TokenStore } from './tokens.ts'

/**
 * Creates a token store in memory, for tests and for tokens that are saved elsewhere or not at all. It holds a copy of
 * `tokens`. A `write` does nothing if it no longer holds the tokens that were spent.
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
