import { accountFacts, expiryOf } from './claims.ts'
import type { CodexTokens } from './tokens.ts'

/** Gives tokens that work, and renews them when it is time. */
export interface TokenManager {
  /**
   * Tokens that are good for some minutes at least, where that can be had. The signal frees this caller only.
   *
   * @throws CodexAuthError or one of its sub-classes; the signal's reason.
   */
  getTokens(signal?: AbortSignal): Promise<CodexTokens>
  /** What is known of the login right now; undefined before the first `getTokens`. Reads nothing. */
  peek(): LoginSummary | undefined
  /**
   * To be told after a 401: the next `getTokens` gives other tokens. Does nothing where the token that was refused is
   * not the current one any more.
   */
  invalidate(rejectedAccessToken?: string): void
}

/** What may be told of a login: nothing that is secret. */
export interface LoginSummary {
  /** The workspace that is billed. */
  accountId?: string
  /** Such as `plus`. */
  planType?: string
  /** Milliseconds since 1970. */
  expiresAt?: number
}

/** Sums up a login for {@link TokenManager.peek}. */
export function summarize(tokens: CodexTokens): LoginSummary {
  const { accountId, planType } = accountFacts(tokens)
  const expiresAt = expiryOf(tokens)
  return {
    ...(accountId === undefined ? {} : { accountId }),
    ...(planType === undefined ? {} : { planType }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}
