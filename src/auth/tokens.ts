/** The tokens of one ChatGPT login. */
export interface CodexTokens {
  /** Sent as `Authorization: Bearer …`, and nowhere else. */
  accessToken: string
  /** Spent once for new tokens; without it the login ends with the access token. */
  refreshToken?: string
  /** Says who the user is, and which plan and workspace they have. */
  idToken?: string
  /** The workspace to bill (`chatgpt-account-id`). */
  accountId?: string
  /** Milliseconds since 1970; used only where the access token is no JWT with an `exp` claim. */
  expiresAt?: number
  /** When the tokens were last renewed, in milliseconds since 1970. */
  lastRefresh?: number
}

/** Where a login is kept: a file, memory, a database. */
export interface TokenStore {
  /** The tokens as they are now, or undefined where there is no login. */
  read(): Promise<CodexTokens | undefined>
  /** Keeps `tokens`; `previous` is what was spent for them, and a store that no longer holds it may refuse by doing nothing. */
  write(tokens: CodexTokens, previous: CodexTokens): Promise<void>
  /** Runs one refresh at a time, across processes. */
  lock?<T>(run: () => Promise<T>): Promise<T>
}

/** Why an {@link AuthFunction} is asked for tokens. */
export interface AuthRequest {
  /** No tokens yet, tokens that end soon, or tokens that got a 401. */
  reason: 'initial' | 'expired' | 'unauthorized'
  /**
   * Aborts only when all callers that wait have left. The next caller then asks anew, even where this call has not
   * ended.
   */
  signal?: AbortSignal
}

/** Gives tokens when asked; it renews them by itself. */
export type AuthFunction = (why: AuthRequest) => CodexTokens | Promise<CodexTokens>

/** The forms in which a login may be handed to `createCodex({ auth })`. */
export type CodexAuth = CodexTokens | TokenStore | AuthFunction
