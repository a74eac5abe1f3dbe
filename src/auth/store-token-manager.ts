import { InvalidArgumentError } from '@ai-sdk/provider'
import { CodexAuthFileNotFoundError } from '../errors.ts'
import { untilAborted, within } from '../lib/abort.ts'
import type { Lifetime } from './freshness.ts'
import type { LimitedStore } from './limited-store.ts'
import { PAUSE_MS, type RenewalSettings, renewLogin } from './renew-login.ts'
import { lifetimeIn, loginChanges, type SharedLogin } from './shared-login.ts'
import { summarize, type TokenManager } from './token-manager.ts'
import type { CodexTokens } from './tokens.ts'

/** A call waits this long for tokens of an earlier renewal to be saved, in milliseconds. */
const SAVE_WAIT_MS = 1_000

interface StoreManagerSettings extends RenewalSettings {
  store: LimitedStore
  /** True for a login file, which a login or a logout of this process may change. */
  isFile: boolean
  /** Finds the state shared with other managers on the same login. */
  share: () => Promise<SharedLogin>
}

/** Creates a token manager on a store: tokens come from memory while they are fresh, then from the store or a renewal. */
export function createStoreTokenManager(settings: StoreManagerSettings): TokenManager {
  const { now, share, isFile } = settings
  let latest: ({ tokens: CodexTokens; since: number } & Lifetime) | undefined
  let rejected: string | undefined
  let shared: SharedLogin | undefined

  const changes = (): number => (isFile ? loginChanges() : 0)

  /** The tokens in memory, unless a login or a logout came after them. */
  const currentLogin = () => (latest?.since === changes() ? latest : undefined)

  const freshTokens = (): CodexTokens | undefined => {
    const current = currentLogin()
    return current && current.tokens.accessToken !== rejected && now() < current.freshUntil
      ? current.tokens
      : undefined
  }

  const startFlight = (shared: SharedLogin): Promise<CodexTokens> => {
    const flight = renewLogin({ ...settings, shared, rejected }).finally(() => {
      shared.flight = undefined
    })
    shared.flight = flight
    shared.flightSince = changes()
    return flight
  }

  /** Uses the tokens in memory if the store or the flight fails. */
  const fallBack = (error: unknown): CodexTokens => {
    // A login that is gone may be a logout.
    const current = currentLogin()
    const isFinal = CodexAuthFileNotFoundError.isInstance(error) || InvalidArgumentError.isInstance(error)
    if (!current || isFinal) throw error
    const freshUntil = Math.min(now() + PAUSE_MS, current.aliveUntil)
    if (current.tokens.accessToken === rejected || now() >= freshUntil) throw error
    latest = { ...current, freshUntil }
    return current.tokens
  }

  const load = async (): Promise<CodexTokens> => {
    const state = await share()
    shared = state
    await saveEarlier(state)
    for (;;) {
      const fresh = freshTokens()
      if (fresh) return fresh
      const isOurs = state.flight === undefined
      const avoided = rejected
      let tokens: CodexTokens
      let since: number
      try {
        const flight = state.flight ?? startFlight(state)
        since = state.flightSince ?? 0
        tokens = await flight
      } catch (error) {
        return fallBack(error)
      }
      // Who logged out meanwhile does not get the tokens from before.
      if (since !== changes()) continue
      const isRejected = tokens.accessToken === rejected
      // Another manager's flight knows nothing of our 401, nor does ours of one that came after its start.
      if (isRejected && !(isOurs && avoided === rejected)) continue
      // The renewal stands by the token: there is no other one.
      if (isRejected) rejected = undefined
      // Before it is remembered, so that the next call looks for a login that may be used.
      settings.kind.assertUsable(tokens)
      latest = { tokens, since, ...(await lifetimeIn(state, tokens)) }
      return tokens
    }
  }

  const getTokens = async (): Promise<CodexTokens> => {
    const fresh = freshTokens()
    if (!fresh) return load()
    if (shared) await saveEarlier(shared)
    return fresh
  }

  return {
    async getTokens(signal) {
      signal?.throwIfAborted()
      const fresh = freshTokens()
      return fresh && !shared?.unsaved.get() ? fresh : untilAborted(getTokens(), signal)
    },
    peek() {
      const current = currentLogin()
      return current && summarize(current.tokens)
    },
    invalidate(rejectedAccessToken) {
      const current = currentLogin()
      if (!current) return
      const { accessToken } = current.tokens
      if (rejectedAccessToken === undefined || rejectedAccessToken === accessToken) rejected = accessToken
    },
  }
}

/** Tries again to save renewed tokens that could not be saved. Attempts in progress are not waited for. */
async function saveEarlier({ flight, saving, unsaved }: SharedLogin): Promise<void> {
  const save = unsaved.get()?.save
  if (save && !flight && !saving) await within(SAVE_WAIT_MS, save())
}
