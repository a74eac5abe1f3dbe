/** Reported bugs about errors, waits and logins, by number, on each major of `ai`. */
import { writeFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { CodexUsageLimitError } from '../../src/index.ts'
import type { Answer, TokenAnswer } from '../../src/testing/types.ts'
import { CREATED, completed, delta, ev, events } from '../adapters/v1/support.ts'
import { writeAuthFile } from '../support/provider.ts'
import { allWays, eachAI, eachWay, OVER_HTTP } from './support/contract.ts'
import { ON } from './support/route.ts'

const EXPIRED = { expiresInSeconds: -60 }
const REUSED: TokenAnswer = {
  type: 'error',
  status: 401,
  body: { error: { code: 'refresh_token_reused', message: 'Already used' } },
}
const LIMIT = {
  type: 'usage_limit_reached',
  message: 'The usage limit has been reached',
  plan_type: 'plus',
  resets_at: 1_900_000_000,
}

const stalled = (...list: Parameters<typeof events>): Answer => ({
  type: 'events',
  events: list,
  end: 'hang',
})

describe.each<{ told: string; answer: Answer }>([
  { told: 'HTTP', answer: { type: 'error', status: 429, body: { error: LIMIT } } },
  { told: 'the stream', answer: events(CREATED, { type: 'error', status_code: 429, error: LIMIT }) },
])('BR-52', ({ told, answer }) => {
  eachWay(`BR-52 a usage limit told by ${told}: one request, plan and reset time`, async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer(answer)
    const { errors } = await ask({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 2 })
    expect(errors).toMatchObject([{ isRetryable: false, planType: 'plus', resetsAt: new Date(1.9e12) }])
    expect(CodexUsageLimitError.isInstance(errors[0])).toBe(true)
    expect(String(errors[0])).toMatch(/The usage limit has been reached.*plus.*2030-03-17T17:46:40/)
    expect(server.responseRequests).toHaveLength(1)
  })
})

eachWay('BR-53 a page of Cloudflare: told as such, without the page', async ({ ask, start }) => {
  const { codex, server } = await start(OVER_HTTP)
  const body = `<!DOCTYPE html><title>Attention Required! | Cloudflare</title>${'<p>x</p>'.repeat(2500)}`
  server.answer({
    type: 'error',
    status: 403,
    body,
    headers: { 'content-type': 'text/html', 'cf-ray': 'abc' },
  })
  const { errors } = await ask({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 2 })
  expect(errors).toMatchObject([{ statusCode: 403, isRetryable: false }])
  expect(String(errors[0])).toMatch(/403: Cloudflare .*abc/)
  expect(String(errors[0])).not.toMatch(/<|log in/)
  expect(server.responseRequests).toHaveLength(1)
})

describe.each([
  {
    detail: 'a text',
    status: 400,
    body: { detail: 'Unsupported value: foo' },
    words: 'Unsupported value: foo',
  },
  { detail: 'an object', status: 403, body: { detail: { code: 'no_such_thing' } }, words: 'no_such_thing' },
  { detail: 'a list', status: 422, body: { detail: [{ loc: ['body', 'x'], msg: 'bad' }] }, words: 'bad' },
])('BR-54', ({ detail, status, body, words }) => {
  eachWay(`BR-54 a detail that is ${detail} is shown`, async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer({ type: 'error', status, body })
    const { errors } = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(errors).toMatchObject([{ statusCode: status, responseBody: JSON.stringify(body) }])
    expect(String(errors[0])).toContain(words)
  })
})

eachWay(
  'BR-56 cut after output: an error after the text, and no second request',
  async ({ ask, start, way }) => {
    const { codex, server } = await start()
    server.answer({ type: 'events', events: [CREATED, delta('one '), delta('two')], end: 'reset' })
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: way === 'stream' ? 2 : 0 })
    expect(seen.errors).toHaveLength(1)
    expect(seen.said).toBe(way === 'stream' ? 'one two' : '')
    expect(server.responseRequests).toHaveLength(1)
  },
)

eachWay('BR-56 cut before any byte: sent again once, then an error to try again', async ({ ask, start }) => {
  const { codex, server } = await start(OVER_HTTP)
  server.answer({ type: 'reset' }, { type: 'reset' })
  const { errors } = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
  expect(errors).toMatchObject([{ isRetryable: true }])
  expect(server.responseRequests).toHaveLength(2)
})

describe.each<{ wait: string; answer: Answer; limit: 'response' | 'idle' }>([
  { wait: 'BR-57 no headers', answer: { type: 'hang' }, limit: 'response' },
  { wait: 'BR-57 no first event', answer: stalled(), limit: 'idle' },
  { wait: 'BR-58 a stall after the first event', answer: stalled(CREATED), limit: 'idle' },
])('$wait', ({ wait, answer, limit }) => {
  allWays(`${wait}: an error that names the limit`, async ({ ask, start }) => {
    const { codex, server } = await start({ timeouts: { [limit]: 500 }, ...OVER_HTTP })
    server.answer(answer)
    const { errors } = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(errors).toMatchObject([{ isRetryable: true }])
    expect(String(errors[0])).toContain(`500 ms (timeouts.${limit})`)
    expect(await server.responseRequests[0]?.closed).toBe('aborted')
  })
})

allWays('BR-57 no limit cuts a lively stream', async ({ ask, start }) => {
  const { codex, server } = await start({ timeouts: { response: 1000, idle: 1000 } })
  async function* lively() {
    for (const event of [CREATED, delta('a'), delta('b'), delta('c'), delta('d'), delta('e'), completed()]) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      yield ev(event)
    }
  }
  server.answer({ type: 'raw', chunks: lively() })
  expect(await ask({ model: codex('gpt-5.5'), prompt: 'hi' })).toMatchObject({ text: 'abcde', errors: [] })
})

eachAI('BR-58 a token endpoint that stalls in its body lets go of the lock', async ({ ai, start }) => {
  const { codex, server } = await start({ timeouts: { refresh: 1000 } }, EXPIRED)
  server.answerToken({ type: 'raw', chunks: ['{"access_token":"ey'], end: 'hang' })
  for (const [index, { run }] of ai.ways.entries()) {
    const seen = await run({ model: codex('gpt-5.5'), prompt: 'hi' })
    if (index === 0) expect(seen.errors).toMatchObject([{ name: 'CodexAuthRefreshError', reason: 'network' }])
    else expect(seen).toMatchObject({ text: 'You said: hi', errors: [] })
  }
  expect(server.tokenRequests).toHaveLength(2)
})

eachWay('BR-60 ten calls with an expired token: one refresh, ten answers', async ({ ask, start }) => {
  const { codex, server } = await start({}, EXPIRED)
  server.answerToken({ type: 'ok' }, ...Array.from({ length: 9 }, () => REUSED))
  const calls = Array.from({ length: 10 }, () => ask({ model: codex('gpt-5.5'), prompt: 'hi' }))
  for (const seen of await Promise.all(calls))
    expect(seen).toMatchObject({ text: 'You said: hi', errors: [] })
  expect(server.tokenRequests).toHaveLength(1)
  expect(new Set(server.responseRequests.map(({ headers }) => headers.authorization)).size).toBe(1)
})

eachWay('BR-61 (a, b) tokens that another process wrote meanwhile are used', async ({ ask, start }) => {
  const authFile = await writeAuthFile({})
  const { codex, server, login } = await start({ authFile }, EXPIRED)
  await writeFile(authFile, ON.loginFile(login, server.issuer))
  const newer = server.login()
  async function* held() {
    await writeFile(authFile, ON.loginFile(newer, server.issuer))
    yield JSON.stringify({ error: { code: 'refresh_token_reused' } })
  }
  server.answerToken({ type: 'raw', status: 401, chunks: held() })
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
  expect(seen).toMatchObject({ text: 'You said: hi', errors: [] })
  expect(server.tokenRequests).toHaveLength(1)
  expect(server.responseRequests[0]?.headers.authorization).toBe(`Bearer ${newer.tokens.access_token}`)
})

allWays('BR-61 (c) without newer tokens: an error that says why, not tried again', async ({ ask, start }) => {
  const { codex, server } = await start({}, EXPIRED)
  server.answerToken(REUSED)
  const { errors } = await ask({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 2 })
  expect(errors).toMatchObject([{ code: 'CODEX_AUTH_REFRESH', reason: 'reused' }])
  expect(String(errors[0])).toMatch(new RegExp(`another client has used this login.*${ON.logInAgain}`, 's'))
  expect(server.tokenRequests).toHaveLength(1)
  expect(server.responseRequests).toEqual([])
})

eachWay('BR-61 (d) a refresh that fails leaves a token that still lives', async ({ ask, start }) => {
  const { codex, server, login } = await start({}, { expiresInSeconds: 240 })
  server.answerToken({ type: 'error', status: 503, body: '' })
  expect(await ask({ model: codex('gpt-5.5'), prompt: 'hi' })).toMatchObject({ text: 'You said: hi' })
  expect(server.responseRequests[0]?.headers.authorization).toBe(`Bearer ${login.tokens.access_token}`)
})
