import { createTokenManager, memoryTokenStore } from 'ai-sdk-provider-codex/auth'
import { row } from './measure.ts'

const CALLS = 10_000

/** Many calls that need a token while it is being refreshed. */
export async function refresh(origin: string): Promise<void> {
  const store = memoryTokenStore({ accessToken: 'old', refreshToken: 'once', expiresAt: 1 })
  let posts = 0
  const counting: typeof fetch = (input, init) => {
    posts++
    return fetch(input, init)
  }
  const manager = createTokenManager({ auth: store, issuer: origin, fetch: counting })
  const start = performance.now()
  const first = manager.getTokens().then(() => performance.now() - start)
  const times = await Promise.all(
    Array.from({ length: CALLS }, () => manager.getTokens().then(() => performance.now() - start)),
  )
  console.log(`\n${CALLS.toLocaleString('en')} calls that need a token while it is being refreshed`)
  row('refreshes', `${posts}`)
  row('the slowest call after the first', `${(Math.max(...times) - (await first)).toFixed(1)} ms`)
}
