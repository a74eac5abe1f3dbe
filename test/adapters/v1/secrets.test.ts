import { readFile, writeFile } from 'node:fs/promises'
import { generateObject, generateText } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type CodexProviderSettings, createCodex } from '../../../src/index.ts'
import type { Answer, AuthJson, LoginOptions, TokenAnswer } from '../../../src/testing/types.ts'
import { startProvider, type TestProvider } from '../../support/provider.ts'
import { secretsOf, shown } from '../../support/shown.ts'
import { CREATED, delta, events, failed, partsOf, WAYS } from './support.ts'

async function leaks(test: TestProvider, value: unknown): Promise<string[]> {
  const text = shown(value)
  const now = await readFile(test.authFile, 'utf8').then(
    (content) => JSON.parse(content) as AuthJson,
    () => undefined,
  )
  const logins = now?.tokens?.refresh_token ? [test.login, now] : [test.login]
  return logins.flatMap(secretsOf).filter((secret) => text.includes(secret))
}

interface Case {
  name: string
  settings?: CodexProviderSettings
  login?: LoginOptions
  answers?: Answer[]
  tokenAnswers?: TokenAnswer[]
  revoked?: boolean
}

const FAILURES: Case[] = [
  { name: '400', answers: [{ type: 'error', status: 400, body: { detail: 'no' } }] },
  {
    name: '403 HTML',
    answers: [{ type: 'error', status: 403, body: '<html>', headers: { 'content-type': 'text/html' } }],
  },
  {
    name: '429',
    answers: [{ type: 'error', status: 429, body: { error: { type: 'usage_limit_reached' } } }],
  },
  { name: '500', answers: [{ type: 'error', status: 500, body: 'oops' }] },
  { name: 'two 401', revoked: true, answers: [{ type: 'error', status: 401, body: { detail: 'no' } }] },
  { name: 'reset', answers: [{ type: 'reset' }, { type: 'reset' }] },
  { name: 'no headers', settings: { timeouts: { response: 50 } }, answers: [{ type: 'hang' }] },
  {
    name: 'no event',
    settings: { timeouts: { idle: 500 } },
    answers: [{ type: 'events', events: [CREATED], end: 'hang' }],
  },
  { name: 'cut', answers: [{ type: 'events', events: [delta('Hel')], end: 'reset' }] },
  { name: 'failed', answers: [events(CREATED, failed('server_error', 'boom'))] },
  {
    name: 'redirect',
    answers: [{ type: 'raw', status: 302, headers: { location: 'http://127.0.0.1:9/' }, chunks: [] }],
  },
  {
    name: '200 JSON',
    answers: [{ type: 'raw', headers: { 'content-type': 'application/json' }, chunks: ['{}'] }],
  },
  { name: 'a bad header', settings: { headers: { 'x-a': 'b\nc' } } },
  { name: 'nobody listens', settings: { baseURL: 'http://127.0.0.1:9/x' } },
  { name: 'a bad address', settings: { baseURL: 'http://user:pass@example.com' } },
  {
    name: 'a refused refresh',
    login: { expiresInSeconds: -60 },
    tokenAnswers: [{ type: 'error', status: 400, body: { error: 'invalid_grant', error_description: 'no' } }],
  },
  {
    name: 'a refresh that resets',
    login: { expiresInSeconds: -60 },
    tokenAnswers: [{ type: 'reset' }, { type: 'reset' }],
  },
  {
    name: 'a refresh that hangs',
    settings: { timeouts: { refresh: 50 } },
    login: { expiresInSeconds: -60 },
    tokenAnswers: [{ type: 'hang' }],
  },
  {
    name: 'a refresh without tokens',
    login: { expiresInSeconds: -60 },
    tokenAnswers: [{ type: 'error', status: 200, body: '{"access_token":"two words"' }],
  },
]

describe.each(WAYS)('$way', ({ hear }) => {
  it.each(FAILURES)('no token shows in what fails: $name', async (given) => {
    const test = await startProvider(given.settings, given.login ? { login: given.login } : {})
    if (given.revoked) test.server.revokeAccessToken(test.login.tokens.access_token)
    test.server.answer(...(given.answers ?? []))
    test.server.answerToken(...(given.tokenAnswers ?? []))
    const { errors } = await hear({ model: test.codex('gpt-5.5'), prompt: 'hi' })
    expect(errors).toHaveLength(1)
    expect(await leaks(test, errors[0])).toEqual([])
    expect(shown(errors[0])).not.toMatch(/bearer/i)
  })
})

describe('no token shows', () => {
  it('where the login server quotes it', async () => {
    const test = await startProvider({}, { login: { expiresInSeconds: -60 } })
    const { refresh_token } = test.login.tokens
    const quoted = `The token ${refresh_token} is not known`
    test.server.answerToken({ type: 'error', status: 401, body: { error: { code: 'odd', message: quoted } } })
    const failure = await generateText({ model: test.codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 }).catch(
      (e) => e,
    )
    expect(failure).toMatchObject({ name: 'CodexAuthRefreshError' })
    expect(await leaks(test, failure)).toEqual([])
  })

  it.each([
    { name: 'a file that is cut', change: (text: string) => text.slice(0, -40) },
    {
      name: 'a token with a line break',
      change: (text: string) => text.replace('"access_token":"', '"access_token":"x\\n'),
    },
  ])('in the error of $name', async ({ change }) => {
    const test = await startProvider()
    await writeFile(test.authFile, change(JSON.stringify(test.login)))
    const failure = await generateText({ model: test.codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 }).catch(
      (e) => e,
    )
    expect(failure).toMatchObject({ code: expect.stringMatching(/^CODEX_AUTH/) })
    const text = shown(failure)
    expect(secretsOf(test.login).filter((secret) => text.includes(secret))).toEqual([])
  })

  it('in results, parts, the provider or the model', async () => {
    const test = await startProvider({ debug: false })
    const model = test.codex('gpt-5.5')
    const schema = z.object({ city: z.string() })
    const values: unknown[] = [
      await generateText({ model, prompt: 'hi' }),
      await generateObject({ model, schema, prompt: 'hi' }),
      await partsOf({ model, prompt: 'hi' }),
      test.codex,
      model,
    ]
    for (const value of values) expect(await leaks(test, value)).toEqual([])
    const [request] = test.server.responseRequests
    expect(request?.headers.authorization).toContain(test.login.tokens.access_token)
  })

  it('of tokens that were given by the auth setting', async () => {
    const test = await startProvider()
    const auth = { accessToken: 'at_marked_1', refreshToken: 'rt_marked_2' }
    const codex = createCodex({ baseURL: test.server.baseURL, issuer: test.server.issuer, auth })
    const failure = await generateText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 }).catch(
      (e) => e,
    )
    expect(failure).toBeInstanceOf(Error)
    expect(shown(failure)).not.toMatch(/marked/)
  })

  it('anywhere but in the authorization header and the refresh', async () => {
    const test = await startProvider()
    await generateText({ model: test.codex('gpt-5.5'), prompt: 'hi' })
    for (const { headers, text, path } of test.server.responseRequests) {
      const { authorization: _, ...others } = headers
      expect(await leaks(test, { others, text, path })).toEqual([])
    }
  })
})
