import { describe, expect } from 'vitest'
import { CodexAuthFileNotFoundError, CodexUsageLimitError } from '../../src/index.ts'
import type { Answer } from '../../src/testing/types.ts'
import { CREATED, callDone, delta, events, failed } from '../adapters/v1/support.ts'
import { eachAI, eachWay } from './support/contract.ts'
import { API_ERROR } from './support/route.ts'

/** `ai` 5 and up wait as long as this says, `ai` 4 two seconds. */
const SOON = { 'retry-after-ms': '1' }
const USED_UP = {
  error: { type: 'usage_limit_reached', message: 'Used up', plan_type: 'plus', resets_at: 4e9 },
}

// Both ways at once, for the sake of `ai` 4.
eachAI('a 500 is tried again by ai', async ({ ai, start }) => {
  const tries = ai.ways.map(async ({ run }) => {
    const { codex, server } = await start()
    server.answer({ type: 'error', status: 500, body: 'oops', headers: SOON })
    const seen = await run({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 1 })
    expect(seen).toMatchObject({ text: 'You said: hi', errors: [] })
    return server.responseRequests.map(({ status }) => status)
  })
  expect(await Promise.all(tries)).toEqual([
    [500, 200],
    [500, 200],
  ])
})

const REFUSED: ReadonlyArray<{ name: string; answer: Answer; status: number; isRetryable: boolean }> = [
  { name: 'a 500', answer: { type: 'error', status: 500, body: 'oops' }, status: 500, isRetryable: true },
  {
    name: 'a 400',
    answer: { type: 'error', status: 400, body: { detail: 'No such thing' } },
    status: 400,
    isRetryable: false,
  },
  {
    name: 'a failure in the stream before any output',
    answer: events(CREATED, failed('server_is_overloaded', 'Busy')),
    status: 503,
    isRetryable: true,
  },
  { name: 'a stream that ends too early', answer: events(CREATED), status: 200, isRetryable: true },
]

describe.each(REFUSED)('errors', ({ name, answer, status, isRetryable }) => {
  eachWay(`${name} is an APICallError`, async ({ ai, ask, start }) => {
    const { codex, server } = await start()
    server.answer(answer)
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(seen.said).toBe('')
    expect(seen.errors).toEqual([
      expect.objectContaining({
        name: 'AI_APICallError',
        statusCode: status,
        isRetryable,
        message: expect.stringMatching(new RegExp(`^${API_ERROR} ${status}: `)),
        responseHeaders: expect.objectContaining({}),
      }),
    ])
    expect(ai.isAPICallError(seen.errors[0])).toBe(true)
  })
})

eachWay('the usage limit is not tried again', async ({ ai, ask, start }) => {
  const { codex, server } = await start()
  server.answer({ type: 'error', status: 429, body: USED_UP, headers: SOON })
  const { errors } = await ask({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 2 })
  const [error] = errors
  expect(CodexUsageLimitError.isInstance(error)).toBe(true)
  expect(ai.isAPICallError(error)).toBe(true)
  expect(error).toMatchObject({ isRetryable: false, planType: 'plus', resetsAt: new Date(4e12) })
  expect(server.responseRequests).toHaveLength(1)
})

describe.each<{ name: string; answer: Answer }>([
  { name: 'fails', answer: events(CREATED, delta('Hel'), failed('server_error', 'Broken')) },
  { name: 'is cut', answer: { type: 'events', events: [CREATED, delta('Hel')], end: 'reset' } },
])('streams', ({ name, answer }) => {
  eachWay(
    `a stream that ${name} after output: what came stays, one error`,
    async ({ ai, ask, start, way }) => {
      const { codex, server } = await start()
      server.answer(answer)
      const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
      expect(seen.said).toBe(way === 'stream' ? 'Hel' : '')
      expect(seen.errors).toHaveLength(1)
      expect(ai.isAPICallError(seen.errors[0])).toBe(true)
      expect(server.responseRequests).toHaveLength(1)
    },
  )
})

eachWay('a call that breaks off is not run', async ({ ask, start }) => {
  const { codex, server } = await start()
  const ran: unknown[] = []
  const half = {
    type: 'response.output_item.added',
    output_index: 1,
    item: { id: 'fc_2', type: 'function_call', call_id: 'call_2', name: 'add', arguments: '' },
  }
  const piece = { type: 'response.function_call_arguments.delta', output_index: 1, delta: '{"a":' }
  server.answer(events(CREATED, half, piece, failed('server_error', 'Broken')))
  const add = { schema: { type: 'object', properties: {} }, execute: (input: unknown) => ran.push(input) }
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools: { add }, maxSteps: 2 })
  expect(seen.errors).toHaveLength(1)
  expect(ran).toEqual([])
})

eachWay('arguments that are no JSON are the caller’s to see', async ({ ask, start }) => {
  const { codex, server } = await start()
  const ran: unknown[] = []
  const broken = callDone(0, { callId: 'call_1', name: 'add', arguments: '{"a":' })
  server.answer(events(CREATED, broken, { type: 'response.completed', response: { id: 'resp_1' } }))
  const add = { schema: { type: 'object', properties: {} }, execute: (input: unknown) => ran.push(input) }
  await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools: { add }, maxSteps: 1 })
  expect(ran).toEqual([])
})

eachWay('no login is a CodexAuthError', async ({ ask, start }) => {
  const { codex, server } = await start({ authFile: '/no/such/auth.json' })
  const { errors } = await ask({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 2 })
  expect(CodexAuthFileNotFoundError.isInstance(errors[0])).toBe(true)
  expect(server.requests).toEqual([])
})

eachWay('an error tells no token', async ({ ask, start }) => {
  const { codex, server, login } = await start()
  const { access_token, refresh_token } = login.tokens
  const body = `You sent ${access_token} and ${refresh_token}`
  server.answer({ type: 'error', status: 400, body })
  const { errors } = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
  const [error] = errors as Array<Error & { responseBody?: string }>
  const told = JSON.stringify([error?.message, error?.responseBody, error, error?.stack])
  expect(told).toContain('You sent')
  expect(told).not.toContain(access_token)
  expect(told).not.toContain(refresh_token)
})
