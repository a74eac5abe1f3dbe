import { accountFacts, expiryOf } from './claims.ts'
import type { CodexTokens } from './tokens.ts'

/** Provides working tokens of a login, and renews them in time. */
export interface TokenManager {
  /**
   * Returns tokens that work for some minutes at least, if possible. The signal ends the wait of this caller only.
   *
   * @throws CodexAuthError or one of its subclasses if there is no usable login.
   * @throws APICallError if the account of a personal access token can't be looked up.
   * @throws the signal's reason.
   */
  getTokens(signal?: AbortSignal): Promise<CodexTokens>
  /** Returns what is known about the login; undefined before the first `getTokens`. Reads nothing. */
  peek(): LoginSummary | undefined
  /**
   * Reports a 401: the next `getTokens` gets other tokens, from the store or by a renewal. Does nothing if the refused
   * token is no longer the current one. A login whose new token is refused right away is not renewed again within a
   * minute: `getTokens` then returns the same token.
   */
  invalidate(rejectedAccessToken?: string): void
}

/** Summary of a login, without secrets. */
export interface LoginSummary {
  /** Workspace that is billed. */
  accountId?: string
  /** Plan, such as `plus`. */
  planType?: string
  /** End of the access token, in milliseconds since 1970. */
  expiresAt?: number
}

/** Summarizes a login for {@link TokenManager.peek}. */
export function summarize(tokens: CodexTokens): LoginSummary {
  const { accountId, planType } = accountFacts(tokens)
  const expiresAt = expiryOf(tokens)
  return {
    ...(accountId === undefined ? {} : { accountId }),
    ...(planType === undefined ? {} : { planType }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}
