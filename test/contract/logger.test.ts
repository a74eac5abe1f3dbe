import { describe, expect } from 'vitest'
import { WebSocket } from 'ws'
import type { CodexLogEntry } from '../../src/lib/log.ts'
import type { Answer } from '../../src/testing/types.ts'
import { CREATED, delta, failed, messageAdded } from '../adapters/v1/support.ts'
import { secretsOf, shown } from '../support/shown.ts'
import { allWays, eachRequest, eachWay, OVER_HTTP, onCodexOnly } from './support/contract.ts'

const MODEL = 'gpt-6.1-sol'

/** A logger, and what it was told. */
function keep() {
  const entries: CodexLogEntry[] = []
  const of = (event: string) => entries.filter((entry) => entry.event === event)
  return { entries, of, logger: (entry: CodexLogEntry) => void entries.push(entry) }
}

eachWay('logger: what it is told of a call, in its order', async ({ ask, start }) => {
  const { entries, of, logger } = keep()
  const { codex } = await start({ ...OVER_HTTP, logger })
  expect(entries).toEqual([])
  const { metadata } = await ask({ model: codex(MODEL), prompt: 'hi' })
  const events = entries.map(({ event }) => event).filter((event) => event !== 'stream.event')
  expect(events).toEqual(['call.request', 'http.request', 'http.response', 'call.finish'])
  expect(of('call.request')).toEqual([
    { level: 'debug', event: 'call.request', fields: { model: MODEL, shape: 'lite' } },
  ])
  expect(of('http.response')).toMatchObject([
    { level: 'debug', fields: { method: 'POST', url: expect.stringMatching(/\/responses$/), status: 200 } },
  ])
  expect(of('stream.event').map(({ fields }) => fields)).toContainEqual({ type: 'completed' })
  expect(of('call.finish')).toMatchObject([
    {
      level: 'info',
      fields: {
        model: MODEL,
        finishReason: 'stop',
        responseId: metadata.responseId,
        inputTokens: expect.any(Number),
        outputTokens: expect.any(Number),
        transport: 'http',
        durationMs: expect.any(Number),
      },
    },
  ])
})

describe('logger: a call that fails has one entry of it', () => {
  const cut = { type: 'events', events: [CREATED, messageAdded(), delta('half')], end: 'reset' } as const
  const FAILURES: Record<string, { answer: Answer; fields: object }> = {
    'a 500': {
      answer: {
        type: 'error',
        status: 500,
        body: { error: { message: 'Broken eyJhbGciOiJub25lIn0.e30.x' } },
      },
      fields: { statusCode: 500, isRetryable: true, message: expect.stringContaining('Broken [redacted]') },
    },
    'a failed response': {
      answer: { type: 'events', events: [failed('server_error', 'boom')] },
      fields: { isRetryable: true, message: expect.stringContaining('boom') },
    },
    'a stream that is cut after some output': { answer: cut, fields: { isRetryable: true } },
  }
  for (const [name, { answer, fields }] of Object.entries(FAILURES)) {
    eachWay(`logger: ${name}`, async ({ ask, start }) => {
      const { of, logger } = keep()
      const { codex, server } = await start({ ...OVER_HTTP, logger })
      server.answer(answer)
      expect((await ask({ model: codex(MODEL), prompt: 'hi' })).errors).toHaveLength(1)
      const expected = { level: 'error', fields: { model: MODEL, error: 'AI_APICallError', ...fields } }
      expect(of('call.error')).toMatchObject([expected])
      expect(of('call.finish')).toEqual([])
    })
  }

  eachWay('logger: no login', async ({ ask, start }) => {
    const { entries, logger } = keep()
    const auth = async () => {
      throw new Error('no session')
    }
    const { codex } = await start({ logger, auth })
    await ask({ model: codex(MODEL), prompt: 'hi' })
    expect(entries).toMatchObject([
      { level: 'error', event: 'call.error', fields: { message: 'no session' } },
    ])
  })

  eachWay('logger: an abort is none', async ({ ask, start }) => {
    const { of, logger } = keep()
    const { codex, server } = await start({ ...OVER_HTTP, logger })
    server.answer({ type: 'hang' })
    const abort = new AbortController()
    const seen = ask({ model: codex(MODEL), prompt: 'hi', abortSignal: abort.signal })
    await server.nextRequest('/responses')
    abort.abort()
    await seen
    expect(of('call.abort')).toMatchObject([{ level: 'info', fields: { model: MODEL } }])
    expect(of('call.error')).toEqual([])
  })

  eachWay('logger: no connection', async ({ ask, start }) => {
    const { of, logger } = keep()
    const { codex, server } = await start({ ...OVER_HTTP, logger })
    await server.close()
    await ask({ model: codex(MODEL), prompt: 'hi' })
    expect(of('http.error')).toMatchObject([
      { level: 'warn', fields: { method: 'POST', error: 'TypeError' } },
    ])
    expect(of('call.error')).toHaveLength(1)
  })
})

eachRequest('logger: a retry says why', async ({ ask, start }) => {
  const { of, logger } = keep()
  const { codex, server } = await start({ ...OVER_HTTP, logger })
  const error = { message: 'Unsupported parameter: text', param: 'text', code: 'unsupported_parameter' }
  server.answer({ type: 'error', status: 400, body: { error } })
  const providerOptions = { codex: { textVerbosity: 'low' } }
  expect((await ask({ model: codex(MODEL), prompt: 'hi', providerOptions })).errors).toEqual([])
  expect(of('call.retry')).toEqual([
    { level: 'warn', event: 'call.retry', fields: { model: MODEL, reason: 'without text' } },
  ])
  expect(of('call.request')).toHaveLength(2)
  expect(of('call.finish')).toHaveLength(1)
})

eachRequest('logger: an expired login is renewed, and told once', async ({ ask, start }) => {
  const { of, logger } = keep()
  const { codex } = await start({ ...OVER_HTTP, logger }, { expiresInSeconds: -60 })
  await Promise.all([1, 2, 3].map(() => ask({ model: codex(MODEL), prompt: 'hi' })))
  expect(of('login.renewed')).toEqual([
    { level: 'info', event: 'login.renewed', fields: { reason: 'proactive_expiry' } },
  ])
  expect(of('http.request').map(({ fields }) => fields)).toContainEqual({
    method: 'POST',
    url: expect.stringMatching(/\/oauth\/token$/),
  })
})

onCodexOnly('HTTP is the only transport of the other', () => {
  eachRequest('logger: a socket', async ({ ask, start }) => {
    const { of, logger } = keep()
    const { codex } = await start({ transport: 'websocket', webSocket: WebSocket, logger })
    expect((await ask({ model: codex(MODEL), prompt: 'hi' })).errors).toEqual([])
    expect(of('websocket.opened')).toHaveLength(1)
    const [{ fields } = { fields: {} }] = of('websocket.request')
    expect(fields).toMatchObject({ items: expect.any(Number), bytes: expect.any(Number) })
    expect(of('call.finish')).toMatchObject([{ fields: { transport: 'websocket' } }])
  })
})

describe('logger: one that fails never breaks a call', () => {
  const FAILING: Record<string, (entry: CodexLogEntry) => unknown> = {
    'that throws': () => {
      throw new Error('logger')
    },
    'that rejects': async () => {
      throw new Error('logger')
    },
    'that returns an odd promise': () => ({
      // biome-ignore lint/suspicious/noThenProperty: a thenable whose getter throws is what is tested.
      get then() {
        throw new Error('logger')
      },
    }),
    'that changes its entry': (entry) => Object.assign(entry, { event: 'mine', fields: null }),
  }
  for (const [name, logger] of Object.entries(FAILING)) {
    allWays(`logger: ${name}`, async ({ ask, start }) => {
      const { codex } = await start({ logger })
      expect(await ask({ model: codex(MODEL), prompt: 'hi' })).toMatchObject({
        text: 'You said: hi',
        errors: [],
      })
    })
  }
})

eachWay('logger: no secret, and no text of prompt and answer', async ({ ask, start }) => {
  const { entries, logger } = keep()
  const headers = { 'x-key': 'key_marked_4' }
  const { codex, server, login } = await start({ ...OVER_HTTP, logger, headers })
  server.answer({ type: 'error', status: 401, body: { error: { message: 'Signed out.' } } })
  await ask({ model: codex(MODEL), prompt: 'prompt_marked_6', headers: { 'x-other': 'key_marked_5' } })
  await ask({ model: codex(MODEL), prompt: 'prompt_marked_6' })
  expect(entries.length).toBeGreaterThan(4)
  const text = shown(entries)
  expect(text).not.toMatch(/marked|bearer/i)
  expect(secretsOf(login).filter((secret) => text.includes(secret))).toEqual([])
})
