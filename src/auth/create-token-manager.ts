import { LONGEST_TIMER_MS, sleep, within } from '../lib/abort.ts'
import { assertAuth, isStore } from './auth-form.ts'
import { ENV_SOURCE, envTokens, isFromEnv } from './env-tokens.ts'
import { type FileTokenStore, fileTokenStore } from './file/store.ts'
import { createFunctionTokenManager } from './function-token-manager.ts'
import { type IssuerSettings, resolveIssuer } from './issuer.ts'
import { limitStore } from './limited-store.ts'
import { NEW_ENV_TOKEN } from './login-advice.ts'
import { CODEX_LOGIN, type LoginKind } from './login-kind.ts'
import { memoryTokenStore } from './memory-store.ts'
import { DEFAULT_REFRESH_TIMEOUT_MS } from './refresh.ts'
import type { RenewalSettings } from './renew-login.ts'
import { assertStoreKey, sharedLogin } from './shared-login.ts'
import { createStoreTokenManager } from './store-token-manager.ts'
import { assertTokens } from './token-fields.ts'
import type { TokenManager } from './token-manager.ts'
import type { CodexAuth, CodexTokens, TokenStore } from './tokens.ts'
import { withAccountLookup } from './whoami.ts'

/** Settings of {@link createTokenManager}. All optional. */
export interface TokenManagerSettings extends IssuerSettings {
  /**
   * Tokens, a store of tokens, or a function that returns them.
   *
   * @default `CODEX_ACCESS_TOKEN` and `CODEX_ACCOUNT_ID` of the environment, looked up at each call; else `fileTokenStore()`
   */
  auth?: CodexAuth | undefined
  /**
   * Sends refreshes.
   *
   * @default `globalThis.fetch`
   */
  fetch?: typeof globalThis.fetch | undefined
  /**
   * Current time in milliseconds since 1970.
   *
   * @default `Date.now`
   */
  now?: (() => number) | undefined
  /**
   * Limit of a refresh, and of each step of the store (`read`, `write`, `lock`), in milliseconds; 0 for no limit.
   *
   * @default 20_000
   */
  refreshTimeoutMs?: number | undefined
  /** Sent with a refresh, such as `originator` and `user-agent`. */
  headers?: Readonly<Record<string, string>> | undefined
  /**
   * OAuth client id.
   *
   * @default the Codex CLI's
   */
  clientId?: string | undefined
  /**
   * Managers with the same key refresh one at a time.
   *
   * @default the store's `key`, else the file's real path and the issuer, else the store or tokens object itself
   */
  shareKey?: string | undefined
  /** Called once if renewed tokens can't be saved, and once if other users can read the login file. */
  onWarning?: ((message: string) => void) | undefined
  /** Called after each renewal by this manager: the tokens ended soon, got a 401, or were 8 days old. */
  onRenewal?: ((reason: 'proactive_expiry' | 'unauthorized_recovery' | 'scheduled') => void) | undefined
  /**
   * Waits between two looks at a store that another client is writing.
   *
   * @default a timer
   */
  sleep?: ((ms: number) => Promise<void>) | undefined
}

/**
 * Creates a token manager. It reads nothing before the first `getTokens`.
 *
 * Tokens are renewed 5 minutes before they end (8 days after the last renewal if the end is unknown) and after a 401.
 * Tokens that live less than 10 minutes are used for half their life. One renewal runs at a time in a process, whatever
 * the number of managers on the same login. The account of a personal access token (`at-…`) is looked up once.
 *
 * @throws InvalidArgumentError if `auth` has none of its forms.
 * @see docs/wire.md, "Login and tokens"
 * @example
 * const manager = createTokenManager()
 * const { accessToken } = await manager.getTokens()
 */
export function createTokenManager(settings: TokenManagerSettings = {}): TokenManager {
  const { auth } = settings
  return auth === undefined ? createDefaultManager(settings) : createManager(auth, settings)
}

/** Creates a manager on the environment's tokens if there are any, else on the default file. */
function createDefaultManager(settings: TokenManagerSettings): TokenManager {
  const file = createManager(fileTokenStore(), settings)
  let fromEnv: { tokens: CodexTokens; manager: TokenManager } | undefined
  const current = (): TokenManager => {
    const tokens = envTokens()
    if (!tokens) return file
    if (fromEnv?.tokens !== tokens) {
      const manager = createManager(tokens, { ...settings, shareKey: undefined })
      fromEnv = { tokens, manager }
    }
    return fromEnv.manager
  }
  return {
    getTokens: async (signal) => current().getTokens(signal),
    peek: () => current().peek(),
    invalidate: (rejectedAccessToken) => current().invalidate(rejectedAccessToken),
  }
}

/** Creates a manager of the Codex CLI's login. */
function createManager(auth: CodexAuth, settings: TokenManagerSettings): TokenManager {
  const { issuer, allowInsecure, headers = {}, refreshTimeoutMs = DEFAULT_REFRESH_TIMEOUT_MS } = settings
  const fetch: typeof globalThis.fetch = (input, init) => (settings.fetch ?? globalThis.fetch)(input, init)
  return withAccountLookup(createLoginManager(auth, settings, CODEX_LOGIN), {
    issuer,
    allowInsecure,
    headers,
    fetch,
    timeoutMs: refreshTimeoutMs,
  })
}

/** Creates a manager of one kind of login. */
export function createLoginManager(
  auth: CodexAuth,
  settings: TokenManagerSettings,
  kind: LoginKind,
): TokenManager {
  const { now = Date.now, refreshTimeoutMs = DEFAULT_REFRESH_TIMEOUT_MS } = settings
  if (typeof auth === 'function') return createFunctionTokenManager(auth, now, kind)
  if (isStore(auth)) {
    assertStoreKey(auth.key)
    return createStoreTokenManager({
      ...renewalSettings(settings, kind),
      store: limitStore(auth, refreshTimeoutMs, kind),
      isFile: 'realPath' in auth,
      share: async () => sharedLogin(await shareKeyOf(auth, settings, kind)),
    })
  }
  assertAuth(auth)
  return createTokensManager(auth, settings, kind)
}

/** Creates a manager on a tokens object. All managers on the same object share what it becomes. */
function createTokensManager(
  tokens: CodexTokens,
  settings: TokenManagerSettings,
  kind: LoginKind,
): TokenManager {
  const shared = sharedLogin(settings.shareKey ?? tokens)
  shared.memory ??= memoryTokenStore(tokens)
  const { read, write } = shared.memory
  const isEnv = isFromEnv(tokens)
  const source = isEnv ? ENV_SOURCE : 'The auth setting'
  const store: TokenStore = { read: async () => assertTokens(await read(), source), write }
  return createStoreTokenManager({
    ...renewalSettings(settings, kind),
    ...(isEnv && { advice: NEW_ENV_TOKEN }),
    store: limitStore(store, 0, kind),
    isFile: false,
    hasOtherWriters: false,
    share: async () => shared,
  })
}

/** Key of the state that a store's users share: a name, or the store itself. */
async function shareKeyOf(
  store: TokenStore & Partial<FileTokenStore>,
  settings: TokenManagerSettings,
  kind: LoginKind,
): Promise<string | object> {
  const { shareKey, refreshTimeoutMs = DEFAULT_REFRESH_TIMEOUT_MS } = settings
  if (shareKey !== undefined) return shareKey
  const issuer = resolveIssuer(settings, kind.issuer)
  if (store.key !== undefined) return `key ${store.key}\n${issuer}`
  if (!store.realPath) return store
  const path = await within(refreshTimeoutMs || LONGEST_TIMER_MS, store.realPath()).catch(() => undefined)
  return path === undefined ? store : `${path}\n${issuer}`
}

function renewalSettings(settings: TokenManagerSettings, kind: LoginKind): RenewalSettings {
  const { now = Date.now, onWarning, onRenewal, sleep: pause = sleep } = settings
  const { issuer, allowInsecure, fetch, headers, clientId, refreshTimeoutMs } = settings
  return {
    now,
    onWarning,
    onRenewal,
    sleep: pause,
    hasOtherWriters: true,
    advice: kind.words.logInAgain,
    kind,
    refresh: { issuer, allowInsecure, fetch, headers, clientId, timeoutMs: refreshTimeoutMs },
  }
}
