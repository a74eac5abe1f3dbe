import { InvalidArgumentError } from '@ai-sdk/provider'
import { CodexAuthFileNotFoundError } from '../errors.ts'
import { untilAborted } from '../lib/abort.ts'
import { aliveUntil, freshUntil } from './freshness.ts'
import { PAUSE_MS, type RenewalSettings, renewLogin } from './renew-login.ts'
import type { SharedLogin } from './shared-login.ts'
import { summarize, type TokenManager } from './token-manager.ts'
import type { CodexTokens, TokenStore } from './tokens.ts'

interface StoreManagerSettings extends RenewalSettings {
  store: TokenStore
  /** What is shared with other managers on the same login. */
  share: () => Promise<SharedLogin>
}

/** A token manager over a store: from memory while the tokens are good, then from the store, then renewed. */
export function createStoreTokenManager(settings: StoreManagerSettings): TokenManager {
  const { now, share, ...renewal } = settings
  let current: { tokens: CodexTokens; freshUntil: number } | undefined
  let rejected: string | undefined

  const startFlight = (shared: SharedLogin): Promise<CodexTokens> => {
    const flight = renewLogin({ ...renewal, now, shared, rejected }).finally(() => {
      shared.flight = undefined
    })
    shared.flight = flight
    return flight
  }

  const isGood = ({ tokens, freshUntil }: NonNullable<typeof current>): boolean =>
    tokens.accessToken !== rejected && now() < freshUntil

  /** Makes do with what is in memory where the store or the flight fails. A login that is gone may be a logout. */
  const liveOn = (error: unknown): CodexTokens => {
    if (!current || CodexAuthFileNotFoundError.isInstance(error) || InvalidArgumentError.isInstance(error)) {
      throw error
    }
    const { tokens } = current
    const retry = { tokens, freshUntil: Math.min(now() + PAUSE_MS, aliveUntil(tokens)) }
    if (!isGood(retry)) throw error
    current = retry
    return tokens
  }

  const load = async (): Promise<CodexTokens> => {
    const shared = await share()
    for (;;) {
      if (current && isGood(current)) return current.tokens
      const isOurs = shared.flight === undefined
      const avoided = rejected
      let tokens: CodexTokens
      try {
        tokens = await (shared.flight ?? startFlight(shared))
      } catch (error) {
        return liveOn(error)
      }
      const isRejected = tokens.accessToken === rejected
      // Another manager's flight knows nothing of our 401; nor does ours of one that came after its start.
      if (isRejected && !(isOurs && avoided === rejected)) continue
      // The login server stands by the token: it answered without a new one.
      if (isRejected) rejected = undefined
      current = { tokens, freshUntil: freshUntil(tokens) }
      return tokens
    }
  }

  return {
    async getTokens(signal) {
      signal?.throwIfAborted()
      return current && isGood(current) ? current.tokens : untilAborted(load(), signal)
    },
    peek: () => current && summarize(current.tokens),
    invalidate(rejectedAccessToken) {
      if (!current) return
      const { accessToken } = current.tokens
      if (rejectedAccessToken === undefined || rejectedAccessToken === accessToken) rejected = accessToken
    },
  }
}
