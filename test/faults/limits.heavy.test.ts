import { setImmediate } from 'node:timers/promises'
import { generateText } from 'ai'
import { describe, expect, test, vi } from 'vitest'
import type { CodexProviderSettings, CodexTimeouts } from '../../src/core/settings.ts'
import { createCodex } from '../../src/index.ts'
import { DEFAULT_INSTRUCTIONS } from '../../src/instructions/base.ts'
import { rejection, withResolvers } from '../adapters/v1/support.ts'
import { LATE_MS } from './scene.ts'
import { noTimers, runningTimers } from './settled.ts'
import { type Play, type SocketServer, startSocketServer } from './socket-server.ts'
import { expiredLogin, freshLogin, headOf, SHORT, stopped, whole } from './wire.ts'

/** Something that a call waits for. */
interface Wait {
  wait: string
  limit: keyof CodexTimeouts
  path: string
  /** An answer that lets the call wait for ever. */
  play: Play
  words: RegExp
}

const WAITS: readonly Wait[] = [
  {
    wait: 'response headers',
    limit: 'response',
    path: '/responses',
    play: { bytes: [], end: 'stall' },
    words: /^Codex API error: no response headers within 1000 ms \(timeouts\.response\)\./,
  },
  {
    wait: 'the next event',
    limit: 'idle',
    path: '/responses',
    play: stopped(SHORT.events.slice(0, 1), 'stall'),
    words: /^Codex API error 200: The stream was cut: no event came for 1000 ms \(timeouts\.idle\)\./,
  },
  {
    wait: 'new tokens',
    limit: 'refresh',
    path: '/oauth/token',
    play: { bytes: [headOf()], end: 'stall' },
    words:
      /^The Codex login could not .* \(127\.0\.0\.1:\d+ did not answer within 1000 ms, see timeouts\.refresh\)$/,
  },
]

/** Starts a call that comes to the wait. */
async function waitFor(
  { path, play, limit }: Wait,
  ms: number,
  fetch: NonNullable<CodexProviderSettings['fetch']> = globalThis.fetch,
) {
  const server = await startSocketServer((asked) => (asked.endsWith(path) ? play : whole(SHORT.events)))
  const headersRead = withResolvers()
  const codex = createCodex({
    baseURL: server.url,
    issuer: server.url,
    auth: limit === 'refresh' ? expiredLogin().auth : freshLogin(),
    instructions: DEFAULT_INSTRUCTIONS,
    timeouts: { response: 0, idle: 0, refresh: 0, [limit]: ms },
    async fetch(input, init) {
      const response = await fetch(input, init)
      headersRead.resolve()
      return response
    },
  })
  const controller = new AbortController()
  const arrived = server.nextRequest(path)
  const call = rejection(
    generateText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 0, abortSignal: controller.signal }),
  )
  await (limit === 'response' ? arrived : headersRead.promise)
  return { server, call, abort: () => controller.abort(new Error('enough')) }
}

describe.each(WAITS)('the wait for $wait', (wait) => {
  test('has one timer, which is gone when it has run out', async () => {
    const { call, server } = await waitFor(wait, LATE_MS)
    await vi.waitFor(() => expect(runningTimers()).toHaveLength(1))
    expect(await call).toHaveProperty('message', expect.stringMatching(wait.words))
    await server.allClosed()
    await noTimers()
  })

  test('has no timer where its limit is 0', async () => {
    const { call, abort } = await waitFor(wait, 0)
    for (let turn = 0; turn < 20; turn++) await setImmediate()
    expect(runningTimers()).toEqual([])
    abort()
    expect(await call).toEqual(new Error('enough'))
    expect(runningTimers()).toEqual([])
  })
})

/** A `fetch` of an app that forgets the signal. */
const deaf: typeof fetch = (input, init) => fetch(input, { ...init, signal: null })

describe.each(WAITS)('with a fetch that hears no signal, the wait for $wait', (wait) => {
  test('ends all the same by its limit', async () => {
    const { call } = await waitFor(wait, LATE_MS, deaf)
    expect(await call).toHaveProperty('message', expect.stringMatching(wait.words))
  })

  test("and by the caller's abort", async () => {
    const { call, abort } = await waitFor(wait, 0, deaf)
    abort()
    expect(await call).toEqual(new Error('enough'))
  })
})

test('an answer that comes after the limit is let go', async () => {
  const late = withResolvers()
  const bytes = {
    async *[Symbol.asyncIterator]() {
      await late.promise
      yield headOf()
    },
  }
  const [headers] = WAITS as [Wait]
  const { call, server } = await waitFor({ ...headers, play: { bytes, end: 'stall' } }, LATE_MS, deaf)
  await call
  late.resolve()
  await server.allClosed()
})

test('a stream that nobody reads to its end keeps no timer', async () => {
  const server: SocketServer = await startSocketServer(() => stopped(SHORT.events.slice(0, 3), 'stall'))
  const codex = createCodex({
    baseURL: server.url,
    auth: freshLogin(),
    instructions: DEFAULT_INSTRUCTIONS,
    timeouts: { idle: 100 },
  })
  const { stream } = await codex('gpt-5.5').doStream({
    inputFormat: 'prompt',
    mode: { type: 'regular' },
    prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
  })
  expect(stream.locked).toBe(false)
  await noTimers()
})
