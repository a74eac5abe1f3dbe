import { InvalidArgumentError } from '@ai-sdk/provider'
import { sleep as wait } from '../lib/abort.ts'
import { isObject } from '../lib/json.ts'
import { ENV_SOURCE, envTokens, isFromEnv } from './env-tokens.ts'
import { type FileTokenStore, fileTokenStore } from './file/store.ts'
import { createFunctionTokenManager } from './function-token-manager.ts'
import { type IssuerSettings, resolveIssuer } from './issuer.ts'
import { LOG_IN_AGAIN, NEW_ENV_TOKEN } from './login-advice.ts'
import { memoryTokenStore } from './memory-store.ts'
import type { RenewalSettings } from './renew-login.ts'
import { sharedLogin } from './shared-login.ts'
import { createStoreTokenManager } from './store-token-manager.ts'
import { assertTokens } from './token-fields.ts'
import type { TokenManager } from './token-manager.ts'
import type { CodexAuth, CodexTokens, TokenStore } from './tokens.ts'

/** Settings of {@link createTokenManager}. All optional. */
export interface TokenManagerSettings extends IssuerSettings {
  /**
   * Tokens, a store of them, or a function that gives them. Default: env `CODEX_ACCESS_TOKEN` with `CODEX_ACCOUNT_ID`,
   * looked up at each call, else `fileTokenStore()`.
   */
  auth?: CodexAuth | undefined
  /** For refreshes. Default `globalThis.fetch`. */
  fetch?: typeof globalThis.fetch | undefined
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: (() => number) | undefined
  /** How long a refresh may take, in milliseconds; 0 has no limit. Default 20 000. */
  refreshTimeoutMs?: number | undefined
  /** Sent with a refresh, such as `originator` and `user-agent`. */
  headers?: Readonly<Record<string, string>> | undefined
  /** Default: the Codex CLI's. */
  clientId?: string | undefined
  /**
   * Managers with the same key refresh one at a time. Default: the file's real path and the issuer, else the store or
   * tokens object itself.
   */
  shareKey?: string | undefined
  /** Told once when renewed tokens can't be saved, and of a login file that is open to other users. Default: nobody. */
  onWarning?: ((message: string) => void) | undefined
  /** Waits between two looks at a store that another client is writing. Default: a timer. */
  sleep?: ((ms: number) => Promise<void>) | undefined
}

/**
 * Makes a token manager. Nothing is read before the first `getTokens`.
 *
 * Tokens are renewed 5 minutes before they end (without a known end: 8 days after the last time) and after a 401; one
 * renewal at a time in a process, whatever the number of managers on the same login.
 *
 * @throws InvalidArgumentError where `auth` is none of its forms.
 * @example
 * const manager = createTokenManager()
 * const { accessToken } = await manager.getTokens()
 */
export function createTokenManager(settings: TokenManagerSettings = {}): TokenManager {
  const { auth } = settings
  return auth === undefined ? createDefaultManager(settings) : createManager(auth, settings)
}

/** A manager on the environment's tokens where there are any, else on the default file. */
function createDefaultManager(settings: TokenManagerSettings): TokenManager {
  const file = createManager(fileTokenStore(), settings)
  let fromEnv: { tokens: CodexTokens; manager: TokenManager } | undefined
  const current = (): TokenManager => {
    const tokens = envTokens()
    if (!tokens) return file
    if (fromEnv?.tokens !== tokens) {
      fromEnv = { tokens, manager: createManager(tokens, { ...settings, shareKey: undefined }) }
    }
    return fromEnv.manager
  }
  return {
    getTokens: async (signal) => current().getTokens(signal),
    peek: () => current().peek(),
    invalidate: (rejectedAccessToken) => current().invalidate(rejectedAccessToken),
  }
}

function createManager(auth: CodexAuth, settings: TokenManagerSettings): TokenManager {
  const { now = Date.now } = settings
  if (typeof auth === 'function') return createFunctionTokenManager(auth, now)
  if (isStore(auth)) {
    return createStoreTokenManager({
      ...renewalSettings(settings),
      store: auth,
      share: async () => sharedLogin(await shareKeyOf(auth, settings)),
    })
  }
  const given: unknown = auth
  if (!isObject(given) || !('accessToken' in given)) {
    throw new InvalidArgumentError({
      argument: 'auth',
      message: 'auth must be tokens ({ accessToken, … }), a token store ({ read, write }), or a function.',
    })
  }
  return createTokensManager(auth, settings)
}

/** A manager on a tokens object; others on the same object share what it becomes. */
function createTokensManager(tokens: CodexTokens, settings: TokenManagerSettings): TokenManager {
  const shared = sharedLogin(settings.shareKey ?? tokens)
  shared.memory ??= memoryTokenStore(tokens)
  const { read, write } = shared.memory
  const isEnv = isFromEnv(tokens)
  const source = isEnv ? ENV_SOURCE : 'The auth setting'
  const store: TokenStore = { read: async () => assertTokens(await read(), source), write }
  return createStoreTokenManager({
    ...renewalSettings(settings),
    ...(isEnv && { wayOut: NEW_ENV_TOKEN }),
    store,
    isWatched: false,
    share: async () => shared,
  })
}

function isStore(auth: CodexTokens | TokenStore): auth is TokenStore {
  const given: unknown = auth
  return isObject(given) && typeof given.read === 'function' && typeof given.write === 'function'
}

async function shareKeyOf(
  store: TokenStore & Partial<FileTokenStore>,
  settings: TokenManagerSettings,
): Promise<string | object> {
  if (settings.shareKey !== undefined) return settings.shareKey
  const path = await store.realPath?.()
  return path === undefined ? store : `${path}\n${resolveIssuer(settings)}`
}

function renewalSettings(settings: TokenManagerSettings): RenewalSettings {
  const { now = Date.now, onWarning, sleep = wait } = settings
  const { issuer, allowInsecure, fetch, headers, clientId, refreshTimeoutMs } = settings
  return {
    now,
    onWarning,
    sleep,
    isWatched: true,
    wayOut: LOG_IN_AGAIN,
    refresh: { issuer, allowInsecure, fetch, headers, clientId, timeoutMs: refreshTimeoutMs },
  }
}
