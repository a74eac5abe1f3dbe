import { CodexAuthTokenError } from '../errors.ts'
import { isPlanToken } from './claims.ts'
import { CODEX_ISSUER, type IssuerAddress } from './issuer.ts'
import { CODEX_WORDS, type LoginWords } from './login-advice.ts'
import { type RefreshOptions, refreshTokens } from './refresh.ts'
import type { CodexTokens } from './tokens.ts'

/** Everything in which a login of one kind differs from another. */
export interface LoginKind {
  readonly words: LoginWords
  readonly issuer: IssuerAddress
  refresh(tokens: CodexTokens, options: RefreshOptions): Promise<CodexTokens>
  /**
   * Checks that tokens belong to this kind of login, before they are sent anywhere.
   *
   * @param source Source of the tokens, for the error: `The auth function`.
   * @throws CodexAuthTokenError if they belong to another kind.
   */
  assertOwn(tokens: CodexTokens, source: string): void
  /**
   * Checks that the login may be used for requests.
   *
   * @throws CodexAuthError if the user did not allow that.
   */
  assertUsable(tokens: CodexTokens): void
}

/** Login of the Codex CLI. */
export const CODEX_LOGIN: LoginKind = {
  words: CODEX_WORDS,
  issuer: CODEX_ISSUER,
  refresh: refreshTokens,
  assertOwn({ accessToken }, source) {
    if (!isPlanToken(accessToken)) return
    throw new CodexAuthTokenError({
      message: `${source} provided tokens of "Sign in with ChatGPT", which the Codex backend must not get. Use \`createChatGPT\`.`,
    })
  },
  assertUsable() {},
}
