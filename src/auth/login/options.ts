import { CodexAuthError } from '../../errors.ts'
import type { IssuerSettings } from '../issuer.ts'
import type { CodexTokens } from '../tokens.ts'

/** Default time limit of a login, in milliseconds: the 15 minutes for which a device code is valid. */
export const LOGIN_TIMEOUT_MS = 15 * 60_000

/** OAuth client id of the Codex CLI, for which a ChatGPT login is issued. */
export const CODEX_CLIENT_ID = 'app_EMoamEEZ73f0CkXaXp7hrann'

/** Settings shared by `loginWithBrowser` and `loginWithDeviceCode`. All optional. */
export interface LoginOptions extends IssuerSettings {
  /**
   * File to save the login in; `false` only returns the tokens.
   *
   * @default env `CODEX_AUTH_FILE`, else `$CODEX_HOME/auth.json`, else `~/.codex/auth.json`
   */
  authFile?: string | false | undefined
  /**
   * Replaces an existing file and keeps it as `<file>.backup`.
   *
   * @default false
   */
  force?: boolean | undefined
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch | undefined
  /** Cancels the login, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined
  /**
   * Time limit of the whole login, in milliseconds; 0 for none.
   *
   * @default 900_000 (15 minutes)
   */
  timeoutMs?: number | undefined
  /**
   * Name of the app, sent to the login page in the browser.
   *
   * @default 'ai_sdk_provider_codex'
   */
  originator?: string | undefined
  /** @default the Codex CLI's OAuth client id */
  clientId?: string | undefined
  /**
   * Returns the current time in milliseconds since 1970.
   *
   * @default Date.now
   */
  now?: (() => number) | undefined
}

/** Result of a successful login. */
export interface LoginResult {
  /** Tokens that the login server issued, for `createCodex({ auth })` when they are not saved in a file. */
  tokens: CodexTokens
  /** Account that logged in, as far as the tokens name it. */
  account: { accountId?: string; planType?: string; email?: string }
  /** Path of the login file; absent with `authFile: false`. */
  file?: string
  /** Path of the backup of the file that was replaced. */
  backup?: string
}

/** Creates the error of a login that was not completed in time. */
export const loginTimeoutError = (timeoutMs: number) => () =>
  new CodexAuthError({
    message: `The login was not completed within ${formatDuration(timeoutMs)}. Log in again.`,
  })

const formatDuration = (ms: number): string =>
  ms < 60_000 ? `${ms / 1000} s` : `${Math.round(ms / 60_000)} minutes`
