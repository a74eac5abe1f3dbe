import type { CodexAuthRefreshError } from '../errors.ts'
import type { CodexTokens, TokenStore } from './tokens.ts'

/** What all token managers on one login share. */
export interface SharedLogin {
  /** The renewal that is under way. */
  flight?: Promise<CodexTokens> | undefined
  /** A refresh token that will never work again, and why. */
  failure?: { refreshToken: string; error: CodexAuthRefreshError } | undefined
  /** While the access token lives, no refresh is tried before this time: the last one failed for a passing reason. */
  pausedUntil?: number | undefined
  /** Tokens that could not be saved, for as long as the store still holds those that were spent for them. */
  unsaved?: { tokens: CodexTokens; spent: CodexTokens } | undefined
  /** The store of a plain tokens object. */
  memory?: TokenStore
  /** The warning about tokens that can't be saved was given. */
  hasWarned?: boolean
  /** It was looked whether others may read the file. */
  isExposureKnown?: boolean
}

interface Registry {
  byName: Map<string, SharedLogin>
  byObject: WeakMap<object, SharedLogin>
  /** Refreshes that are under way; absent where another version of this package made the registry. */
  refreshes?: Set<Promise<void>>
}

// On `globalThis`, since several copies of this module may be loaded: ESM and CommonJS, other entries, a hot reload.
const REGISTRY = Symbol.for('ai-sdk-provider-codex.refresh')

function registry(): Registry {
  const holder = globalThis as { [REGISTRY]?: Registry }
  holder[REGISTRY] ??= { byName: new Map(), byObject: new WeakMap() }
  return holder[REGISTRY]
}

/** What is shared under a name (a file's path) or by those who hold the same object. */
export function sharedLogin(key: string | object): SharedLogin {
  const { byName, byObject } = registry()
  const known = typeof key === 'string' ? byName.get(key) : byObject.get(key)
  if (known) return known
  const shared: SharedLogin = {}
  if (typeof key === 'string') byName.set(key, shared)
  else byObject.set(key, shared)
  return shared
}

/** Says that a refresh token is about to be spent; the function that it gives, that its successor is saved. */
export function beginRefresh(): () => void {
  const held = registry()
  held.refreshes ??= new Set()
  const { refreshes } = held
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

/** True while a refresh token is being spent, or what it was spent for is not saved yet. */
export const isRefreshing = (): boolean => (registry().refreshes?.size ?? 0) > 0

/** Settles when no refresh is under way: before, the process must not end of its own accord. */
export async function pendingRenewals(): Promise<void> {
  for (const refresh of registry().refreshes ?? []) await refresh
}
