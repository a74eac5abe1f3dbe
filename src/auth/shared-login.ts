import { InvalidArgumentError } from '@ai-sdk/provider'
import type { CodexAuthRefreshError } from '../errors.ts'
import { sha256 } from '../lib/runtime.ts'
import { type Lifetime, lifetimeOf } from './freshness.ts'
import type { CodexTokens, TokenStore } from './tokens.ts'

/** State that all token managers on one login share. No token can be seen in it: it hangs on `globalThis`. */
export interface SharedLogin {
  /** Renewal in progress. */
  flight?: Promise<CodexTokens> | undefined
  /** {@link loginChanges} when that renewal began. */
  flightSince?: number | undefined
  /** Refresh token (as a digest) that will never work again, and the server's reason. */
  failure?: { digest: string; error: CodexAuthRefreshError } | undefined
  /** While the access token works, no refresh is tried before this time: the last one failed for a passing reason. */
  pausedUntil?: number | undefined
  /** Access token (as a digest) of the last renewal, when it came, and how long it lasts. */
  issued?: ({ digest: string; at: number } & Lifetime) | undefined
  /** Renewed tokens that the store does not hold yet. */
  readonly unsaved: Hidden<UnsavedTokens>
  /** Attempt to save these in progress. */
  saving?: Promise<void> | undefined
  /** Store behind a plain tokens object. */
  memory?: TokenStore
  /** The user was warned that tokens can't be saved. */
  hasWarned?: boolean
  /** The file's mode was checked. */
  isExposureKnown?: boolean
}

/** Renewed tokens that the store does not hold yet. */
export interface UnsavedTokens {
  tokens: CodexTokens
  /** Tokens that were spent on the way to these, oldest first: the store still holds one of them. */
  spent: readonly CodexTokens[]
  /** Tries again to save them; undefined if the store took them without an error. Never rejects. */
  save: (() => Promise<void>) | undefined
}

/** A value in a closure, where `util.inspect` does not show it. */
interface Hidden<Value> {
  get(): Value | undefined
  set(value: Value | undefined): void
}

interface Registry {
  byName: Map<string, SharedLogin>
  byObject: WeakMap<object, SharedLogin>
  refreshes: Set<Promise<void>>
  unsaved: Set<SharedLogin>
  /** Absent where an older copy made the registry. */
  loginChanges?: number
}

// On `globalThis`, because several copies of this module may be loaded: ESM and CommonJS, other entries, a hot reload.
const REGISTRY = Symbol.for('ai-sdk-provider-codex.logins')

/** Keys of many users come and go: this many are remembered. */
const MAX_NAMES = 10_000

/** Looking further for an entry to drop would make each new login slow. */
const MAX_SCANNED = 100

function registry(): Registry {
  const holder = globalThis as { [REGISTRY]?: Registry }
  if (!holder[REGISTRY]) {
    const value: Registry = {
      byName: new Map(),
      byObject: new WeakMap(),
      refreshes: new Set(),
      unsaved: new Set(),
    }
    Object.defineProperty(globalThis, REGISTRY, { value, enumerable: false })
    return value
  }
  return holder[REGISTRY]
}

/** Returns the state shared under a name (a file's path, a store's key) or by the users of one object. */
export function sharedLogin(key: string | object): SharedLogin {
  const { byName, byObject } = registry()
  const known = typeof key === 'string' ? byName.get(key) : byObject.get(key)
  if (known) return known
  const shared = createSharedLogin()
  if (typeof key === 'string') {
    if (byName.size >= MAX_NAMES) dropIdle(byName)
    byName.set(key, shared)
  } else {
    byObject.set(key, shared)
  }
  return shared
}

function createSharedLogin(): SharedLogin {
  let unsaved: UnsavedTokens | undefined
  const shared: SharedLogin = {
    unsaved: {
      get: () => unsaved,
      set(value) {
        unsaved = value
        if (value?.save) registry().unsaved.add(shared)
        else registry().unsaved.delete(shared)
      },
    },
  }
  return shared
}

/** Forgets the oldest login that nothing would be lost with. */
function dropIdle(byName: Map<string, SharedLogin>): void {
  let scanned = 0
  for (const [name, { flight, saving, unsaved }] of byName) {
    if (!flight && !saving && !unsaved.get()) {
      byName.delete(name)
      return
    }
    if (++scanned === MAX_SCANNED) return
  }
}

/**
 * Checks the `key` of a store.
 *
 * @throws InvalidArgumentError if it is not a non-empty string.
 */
export function assertStoreKey(key: unknown): asserts key is string | undefined {
  if (key === undefined || (typeof key === 'string' && key !== '')) return
  throw new InvalidArgumentError({
    argument: 'auth.key',
    message: 'The `key` of a token store must be a non-empty string, such as the id of the user.',
  })
}

/** Counts the logins and logouts that changed a file: tokens that were read from a file before are read again. */
export const loginChanges = (): number => registry().loginChanges ?? 0

/** Marks that a login or a logout has changed a file. */
export function noteLoginChange(): void {
  registry().loginChanges = loginChanges() + 1
}

/** Digest under which a token is remembered. */
export async function digestOf(token: string): Promise<string> {
  const bytes = await sha256(token)
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Lifetime of tokens: as observed if they came by the last renewal, else as they say. */
export async function lifetimeIn({ issued }: SharedLogin, tokens: CodexTokens): Promise<Lifetime> {
  return issued && issued.digest === (await digestOf(tokens.accessToken)) ? issued : lifetimeOf(tokens)
}

/** Marks that a refresh token is about to be spent. The returned function marks that its successor was handled. */
export function beginRefresh(): () => void {
  const { refreshes } = registry()
  let end: () => void = () => {}
  const refresh = new Promise<void>((resolve) => {
    end = resolve
  })
  refreshes.add(refresh)
  return () => {
    refreshes.delete(refresh)
    end()
  }
}

/** True while a refresh token is being spent, or its successor is not handled yet. */
export const isRefreshing = (): boolean => registry().refreshes.size > 0

/** Settles once no refresh is in progress. A process that ends earlier may lose the login. */
export async function pendingRenewals(): Promise<void> {
  for (const refresh of registry().refreshes) await refresh
}

/** Tries once more to save all renewed tokens that could not be saved. Call it before the process ends. Never rejects. */
export async function saveUnsavedTokens(): Promise<void> {
  await Promise.all(Array.from(registry().unsaved, (shared) => shared.unsaved.get()?.save?.()))
}
