import { accountFacts, decodeAccountId } from './claims.ts'
import { createTokenManager, type TokenManagerSettings } from './create-token-manager.ts'
import { fileTokenStore } from './file/store.ts'
import type { CodexTokens } from './tokens.ts'

/** Settings of {@link getAuthContext} and {@link getAccessToken}. All optional. */
export interface AuthContextOptions extends TokenManagerSettings {
  /**
   * Login file, if `auth` is not set.
   *
   * @default env `CODEX_ACCESS_TOKEN`, else the file of {@link fileTokenStore}
   */
  authFile?: string | undefined
  /** Ends the wait. A refresh that is in progress goes on. */
  signal?: AbortSignal | undefined
}

/** Values of a login that a request to the backend needs. */
export interface AuthContext {
  /** Value for the `authorization` header, after `Bearer `. */
  accessToken: string
  /** Value for the `chatgpt-account-id` header. */
  accountId: string
}

/**
 * Reads the login, renews it if necessary, and returns its access token and account id.
 *
 * @throws CodexAuthTokenError if neither the file nor its tokens name an account.
 * @throws CodexAuthError or one of its subclasses if there is no usable login.
 * @throws InvalidArgumentError if `auth` has none of its forms, or `issuer` is not a secure address.
 * @throws APICallError if the account of a personal access token can't be looked up.
 * @throws the signal's reason.
 * @example
 * const { accessToken, accountId } = await getAuthContext()
 */
export async function getAuthContext(options: AuthContextOptions = {}): Promise<AuthContext> {
  const tokens = await getTokens(options)
  const { accessToken } = tokens
  return { accessToken, accountId: accountFacts(tokens).accountId ?? decodeAccountId(accessToken) }
}

/**
 * Reads the login, renews it if necessary, and returns its access token.
 *
 * @throws CodexAuthError or one of its subclasses if there is no usable login.
 * @throws InvalidArgumentError if `auth` has none of its forms, or `issuer` is not a secure address.
 * @throws the signal's reason.
 */
export async function getAccessToken(options: AuthContextOptions = {}): Promise<string> {
  return (await getTokens(options)).accessToken
}

function getTokens({ authFile, signal, ...settings }: AuthContextOptions): Promise<CodexTokens> {
  const auth = settings.auth === undefined && authFile ? fileTokenStore(authFile) : settings.auth
  return createTokenManager({ ...settings, auth }).getTokens(signal)
}
