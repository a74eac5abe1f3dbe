import type { IssuerSettings } from '../issuer.ts'
import type { CodexTokens } from '../tokens.ts'

/** How long a login may take in all, in milliseconds: a quarter of an hour, as a device code lives. */
export const LOGIN_TIMEOUT_MS = 15 * 60_000

/** The client id of the Codex CLI, in whose name a ChatGPT login is made. */
export const CODEX_CLIENT_ID = 'app_EMoamEEZ73f0CkXaXp7hrann'

/** Settings of each way to log in. All optional. */
export interface LoginOptions extends IssuerSettings {
  /**
   * Where the login is saved. Default: env `CODEX_AUTH_FILE`, else `$CODEX_HOME/auth.json`, else `~/.codex/auth.json`;
   * `false`: it is saved nowhere, only returned.
   */
  authFile?: string | false | undefined
  /** Replace a file that is there already; it is kept beside the new one as `<file>.backup`. Default false. */
  force?: boolean | undefined
  /** Default `globalThis.fetch`. */
  fetch?: typeof globalThis.fetch | undefined
  /** Ends the login; it rejects with the signal's reason. */
  signal?: AbortSignal | undefined
  /** How long the login may take in all, in milliseconds; 0 has no limit. Default 15 minutes. */
  timeoutMs?: number | undefined
  /** Who we say we are, in the browser's address. Default `ai_sdk_provider_codex`. */
  originator?: string | undefined
  /** Default: the Codex CLI's. */
  clientId?: string | undefined
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: (() => number) | undefined
}

/** A login that was made. */
export interface LoginResult {
  /** What the login server issued, for `createCodex({ auth })` where it is saved nowhere. */
  tokens: CodexTokens
  /** Who has logged in, as the tokens say. */
  account: { accountId?: string; planType?: string; email?: string }
  /** Where the login was saved, unless `authFile` is false. */
  file?: string
  /** Where the file is that was replaced. */
  backup?: string
}
