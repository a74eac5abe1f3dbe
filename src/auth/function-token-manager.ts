import { untilAborted } from '../lib/abort.ts'
import { expiryOf } from './claims.ts'
import { REFRESH_MARGIN_MS } from './freshness.ts'
import { assertTokens } from './token-fields.ts'
import { summarize, type TokenManager } from './token-manager.ts'
import type { AuthFunction, AuthRequest, CodexTokens } from './tokens.ts'

/** A call of the auth function that is under way. */
interface Asking {
  tokens: Promise<CodexTokens>
  waiting: number
  controller: AbortController
}

/** A token manager over a function that gives tokens: asked when they end or got a 401, once for all who wait. */
export function createFunctionTokenManager(ask: AuthFunction, now: () => number): TokenManager {
  let current: { tokens: CodexTokens; askAgainAt: number } | undefined
  let isRejected = false
  let asking: Asking | undefined
  // Calls of the function, by number: the last one that was made, and the last one that answered.
  let started = 0
  let answered = 0

  const start = (reason: AuthRequest['reason']): Asking => {
    const controller = new AbortController()
    const number = ++started
    const call = async () => {
      const tokens = assertTokens(await ask({ reason, signal: controller.signal }), 'The auth function')
      // A call that was left may answer after one that was made later.
      if (number > answered) {
        answered = number
        current = { tokens, askAgainAt: askAgainAt(tokens, now()) }
        isRejected = false
      }
      return tokens
    }
    const tokens = call().finally(() => {
      if (asking === mine) asking = undefined
    })
    const mine: Asking = { tokens, waiting: 0, controller }
    return mine
  }

  return {
    async getTokens(signal) {
      signal?.throwIfAborted()
      if (current && !isRejected && now() < current.askAgainAt) return current.tokens
      asking ??= start(isRejected ? 'unauthorized' : current ? 'expired' : 'initial')
      const mine = asking
      mine.waiting++
      try {
        return await untilAborted(mine.tokens, signal)
      } finally {
        mine.waiting--
        // Nobody waits any more: the function may stop too, and the next caller starts anew.
        if (mine.waiting === 0 && asking === mine) {
          asking = undefined
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

/** 5 minutes before the end; tokens that live less than 10 minutes are used for half their time. */
function askAgainAt(tokens: CodexTokens, now: number): number {
  const expiresAt = expiryOf(tokens) ?? Number.POSITIVE_INFINITY
  return expiresAt - Math.min(REFRESH_MARGIN_MS, (expiresAt - now) / 2)
}
