import { untilAborted } from '../lib/abort.ts'
import { expiryOf } from './claims.ts'
import { MIN_LIFETIME_MS, REFRESH_MARGIN_MS } from './freshness.ts'
import type { LoginKind } from './login-kind.ts'
import { assertTokens } from './token-fields.ts'
import { summarize, type TokenManager } from './token-manager.ts'
import type { AuthFunction, AuthRequest, CodexTokens } from './tokens.ts'

/** Call of the auth function in progress. */
interface PendingCall {
  tokens: Promise<CodexTokens>
  waiting: number
  controller: AbortController
}

/**
 * Creates a token manager on an auth function. It is called when the tokens end or got a 401, once for all waiting
 * callers. Tokens that get a 401 within a minute of their renewal are used until it is over: other ones would fare no
 * better.
 */
export function createFunctionTokenManager(
  requestTokens: AuthFunction,
  now: () => number,
  kind: LoginKind,
): TokenManager {
  let current: { tokens: CodexTokens; freshUntil: number; renewedAt: number | undefined } | undefined
  let isRejected = false
  let pending: PendingCall | undefined
  // Numbers of the last call that was made, and of the last one that returned.
  let started = 0
  let answered = 0

  const startCall = (reason: AuthRequest['reason']): PendingCall => {
    const controller = new AbortController()
    const number = ++started
    const call = async () => {
      const source = 'The auth function'
      const tokens = assertTokens(await requestTokens({ reason, signal: controller.signal }), source)
      kind.assertOwn(tokens, source)
      kind.assertUsable(tokens)
      // An abandoned call may return after a later one.
      if (number > answered) {
        answered = number
        const at = now()
        const renewedAt = reason === 'initial' ? undefined : at
        current = { tokens, freshUntil: freshUntil(tokens, at), renewedAt }
        isRejected = false
      }
      return tokens
    }
    const tokens = call().finally(() => {
      if (pending === mine) pending = undefined
    })
    const mine: PendingCall = { tokens, waiting: 0, controller }
    return mine
  }

  /** True for tokens that were renewed a moment ago: the function is not asked once for each call that is refused. */
  const isJustRenewed = (renewedAt = Number.NEGATIVE_INFINITY): boolean => {
    const age = now() - renewedAt
    return age >= 0 && age < MIN_LIFETIME_MS
  }

  return {
    async getTokens(signal) {
      signal?.throwIfAborted()
      const isUsable = current && (!isRejected || isJustRenewed(current.renewedAt))
      if (current && isUsable && now() < current.freshUntil) return current.tokens
      pending ??= startCall(isRejected ? 'unauthorized' : current ? 'expired' : 'initial')
      const mine = pending
      mine.waiting++
      try {
        return await untilAborted(mine.tokens, signal)
      } finally {
        mine.waiting--
        // The last caller has left: the function may stop too, and the next caller makes a new call.
        if (mine.waiting === 0 && pending === mine) {
          pending = undefined
          mine.controller.abort(signal?.reason)
        }
      }
    },
    peek: () => current && summarize(current.tokens),
    invalidate(rejectedAccessToken) {
      if (!current) return
      if (rejectedAccessToken === undefined || rejectedAccessToken === current.tokens.accessToken) {
        isRejected = true
      }
    },
  }
}

/** Returns the time 5 minutes before the end. Tokens that live less than 10 minutes are used for half of it. */
function freshUntil(tokens: CodexTokens, now: number): number {
  const expiresAt = expiryOf(tokens) ?? Number.POSITIVE_INFINITY
  return expiresAt - Math.min(REFRESH_MARGIN_MS, (expiresAt - now) / 2)
}
