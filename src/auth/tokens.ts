/** Tokens of one ChatGPT login. */
export interface CodexTokens {
  /**
   * Sent to the backend as `Authorization: Bearer …`. A personal access token (`at-…`) without an `accountId` is also sent
   * to the login server, which names its account.
   */
  accessToken: string
  /** Buys new tokens once. Without it, the login ends with the access token. */
  refreshToken?: string
  /** Names the user, the plan and the workspace. */
  idToken?: string
  /** Workspace to bill, sent as `chatgpt-account-id`. */
  accountId?: string
  /** End of the access token, in milliseconds since 1970. Used only if the token is not a JWT with an `exp` claim. */
  expiresAt?: number
  /** Time of the last renewal, in milliseconds since 1970. */
  lastRefresh?: number
  /** Client id that the tokens were issued to, if that is not the Codex CLI's: of an app that signs in with ChatGPT. */
  clientId?: string
  /** Scopes that the user granted. Undefined if unknown. */
  scopes?: readonly string[]
  /** The refresh token must not be used before this time, in milliseconds since 1970. */
  earliestRefreshAt?: number
}

/** Storage of one login: a file, memory, a row in a database. */
export interface TokenStore {
  /**
   * Name of the login, such as the user's id; it must be unique in the process.
   *
   * Stores with the same key share one refresh, however many store objects there are. Set it if a store is created for
   * each request: without a key only users of the same object share a refresh, and parallel requests spend the same
   * refresh token several times. The login server accepts one of them and answers `refresh_token_reused` to the others.
   */
  key?: string
  /** Returns the current tokens, or undefined if there is no login. */
  read(): Promise<CodexTokens | undefined>
  /**
   * Saves renewed tokens. `previous` holds the ones that were spent for them: a store that holds something else by now
   * should keep that and do nothing.
   */
  write(tokens: CodexTokens, previous: CodexTokens): Promise<void>
  /** Runs one refresh at a time, across processes. */
  lock?<T>(run: () => Promise<T>): Promise<T>
}

/** Reason for a call of an {@link AuthFunction}. */
export interface AuthRequest {
  /** `initial`: no tokens yet. `expired`: the tokens end soon. `unauthorized`: the backend answered 401. */
  reason: 'initial' | 'expired' | 'unauthorized'
  /**
   * Aborts once every waiting caller has given up. The next caller makes a new call, even if this one has not settled.
   */
  signal?: AbortSignal
}

/**
 * Returns tokens of one login, and renews them on its own.
 *
 * The result is cached until the tokens end or the backend answers 401, and used for all calls of the provider. Tokens
 * that get a 401 within a minute of their renewal are used until the minute is over.
 *
 * The function must not depend on the current request (`AsyncLocalStorage`, `cookies()`, `headers()`): the first user's
 * tokens would be used for all users. Create a provider for each request instead (`codex.withAuth(…)`), with this
 * function or, better, with a {@link TokenStore} that has the user as `key`.
 */
export type AuthFunction = (why: AuthRequest) => CodexTokens | Promise<CodexTokens>

/** Forms of a login for `createCodex({ auth })`. */
export type CodexAuth = CodexTokens | TokenStore | AuthFunction
