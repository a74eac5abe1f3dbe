import { accountFacts, decodeAccountId } from './claims.ts'
import { createTokenManager, type TokenManagerSettings } from './create-token-manager.ts'
import { fileTokenStore } from './file/store.ts'
import type { CodexTokens } from './tokens.ts'

/** Settings of {@link getAuthContext} and {@link getAccessToken}: those of a token manager, and these. */
export interface AuthContextOptions extends TokenManagerSettings {
  /** The login file, where `auth` is not given. Default: env `CODEX_ACCESS_TOKEN`, else as {@link fileTokenStore}. */
  authFile?: string | undefined
  /** Ends the wait; a refresh that others wait for goes on. */
  signal?: AbortSignal | undefined
}

/** What a request to the backend needs of a login. */
export interface AuthContext {
  /** For the `authorization` header. */
  accessToken: string
  /** For the `chatgpt-account-id` header. */
  accountId: string
}

/**
 * Reads the login, renewing it if need be, and gives its access token and account id.
 *
 * @throws CodexAuthTokenError where neither the file nor its tokens name an account.
 * @throws CodexAuthError or one of its sub-classes where there is no usable login; the signal's reason.
 * @throws InvalidArgumentError where `auth` is none of its forms, or `issuer` no secure address.
 * @example
 * const { accessToken, accountId } = await getAuthContext()
 */
export async function getAuthContext(options: AuthContextOptions = {}): Promise<AuthContext> {
  const tokens = await getTokens(options)
  const { accessToken } = tokens
  return { accessToken, accountId: accountFacts(tokens).accountId ?? decodeAccountId(accessToken) }
}

/**
 * Reads the login, renewing it if need be, and gives its access token.
 *
 * @throws CodexAuthError or one of its sub-classes where there is no usable login; the signal's reason.
 * @throws InvalidArgumentError where `auth` is none of its forms, or `issuer` no secure address.
 */
export async function getAccessToken(options: AuthContextOptions = {}): Promise<string> {
  return (await getTokens(options)).accessToken
}

function getTokens({ authFile, signal, ...settings }: AuthContextOptions): Promise<CodexTokens> {
  const auth = settings.auth === undefined && authFile ? fileTokenStore(authFile) : settings.auth
  return createTokenManager({ ...settings, auth }).getTokens(signal)
}
