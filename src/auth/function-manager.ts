import { untilAborted } from '../abort.ts'
import { expiryOf } from './claims.ts'
import { REFRESH_MARGIN_MS } from './freshness.ts'
import { summarize, type TokenManager } from './manager.ts'
import { assertTokens } from './token-fields.ts'
import type { AuthFunction, AuthRequest, CodexTokens } from './tokens.ts'

/** A call of the auth function that is under way. */
interface Asking {
  tokens: Promise<CodexTokens>
  waiting: number
  controller: AbortController
}

/** A token manager over a function that gives tokens: asked once at a time, and again when they end or got a 401. */
export function createFunctionManager(ask: AuthFunction, now: () => number): TokenManager {
  let current: { tokens: CodexTokens; askAgainAt: number } | undefined
  let isRejected = false
  let asking: Asking | undefined
  // Settles when the function is free: it may go on for a while after its callers have left.
  let free: Promise<unknown> = Promise.resolve()

  const start = (reason: AuthRequest['reason']): Asking => {
    const controller = new AbortController()
    const call = async () => {
      await free
      controller.signal.throwIfAborted()
      const tokens = assertTokens(await ask({ reason, signal: controller.signal }), 'The auth function')
      current = { tokens, askAgainAt: (expiryOf(tokens) ?? Number.POSITIVE_INFINITY) - REFRESH_MARGIN_MS }
      isRejected = false
      return tokens
    }
    const tokens = call().finally(() => {
      if (asking === mine) asking = undefined
    })
    free = tokens.catch(() => undefined)
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
