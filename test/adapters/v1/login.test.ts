import { readFile, rm, writeFile } from 'node:fs/promises'
import { APICallError, generateText } from 'ai'
import { describe, expect, it, vi } from 'vitest'
import { CodexAuthError, createCodex } from '../../../src/index.ts'
import { startCodexServer } from '../../../src/testing/server.ts'
import type { AuthJson } from '../../../src/testing/types.ts'
import { startProvider, type TestProvider, writeAuthFile } from '../../support/provider.ts'
import { delta, events, failed, rejection } from './support.ts'

const ask = ({ codex }: Pick<TestProvider, 'codex'>) =>
  generateText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 })

const bearersOf = ({ server }: TestProvider) =>
  server.responseRequests.map(({ headers }) => headers.authorization?.replace('Bearer ', ''))

const readLogin = async (authFile: string) => JSON.parse(await readFile(authFile, 'utf8')) as AuthJson

describe('a 401', () => {
  it('refreshes, writes the new tokens back, and asks once more', async () => {
    const test = await startProvider()
    const { server, login, authFile } = test
    await writeFile(authFile, JSON.stringify({ ...login, mine: { kept: true } }))
    server.revokeAccessToken(login.tokens.access_token)
    expect((await ask(test)).text).toContain('hi')
    const saved = await readLogin(authFile)
    expect(bearersOf(test)).toEqual([login.tokens.access_token, saved.tokens.access_token])
    expect(saved.tokens.refresh_token).not.toBe(login.tokens.refresh_token)
    expect(saved).toMatchObject({ auth_mode: 'chatgpt', mine: { kept: true } })
    expect(server.tokenRequests).toHaveLength(1)
    expect(server.requests).toHaveLength(3)
  })

  it('takes what another client has written meanwhile, without a refresh', async () => {
    const test = await startProvider()
    const { server, login, authFile } = test
    await ask(test)
    const newer = server.login()
    await writeFile(authFile, JSON.stringify(newer))
    server.revokeAccessToken(login.tokens.access_token)
    expect((await ask(test)).text).toContain('hi')
    expect(bearersOf(test)).toEqual([
      login.tokens.access_token,
      login.tokens.access_token,
      newer.tokens.access_token,
    ])
    expect(server.tokenRequests).toHaveLength(0)
  })

  it('a second one is the error', async () => {
    const test = await startProvider()
    const { server, login } = test
    server.revokeAccessToken(login.tokens.access_token)
    server.answer({
      type: 'error',
      status: 401,
      body: { error: { message: 'Go away', code: 'token_invalid' } },
    })
    const failure = await rejection(generateText({ model: test.codex('gpt-5.5'), prompt: 'hi' }))
    expect(APICallError.isInstance(failure)).toBe(true)
    expect(failure).toMatchObject({ statusCode: 401, isRetryable: false })
    expect(String(failure)).toMatch(/Codex API error 401: Go away.*log in again/)
    expect(server.responseRequests).toHaveLength(2)
    expect(server.requests.length).toBeLessThanOrEqual(3)
  })

  it('with nothing to refresh by, an error says so', async () => {
    const test = await startProvider()
    const { server, login, authFile } = test
    const { refresh_token: _, ...tokens } = login.tokens
    await writeFile(authFile, JSON.stringify({ ...login, tokens }))
    server.revokeAccessToken(login.tokens.access_token)
    const failure = await rejection(ask(test))
    expect(failure).toMatchObject({ name: 'CodexAuthTokenExpiredError', code: 'CODEX_AUTH_TOKEN_EXPIRED' })
    expect(CodexAuthError.isInstance(failure)).toBe(true)
    expect(server.requests).toHaveLength(1)
  })

  it('of ten calls at once is one refresh', async () => {
    const test = await startProvider()
    test.server.revokeAccessToken(test.login.tokens.access_token)
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(test)))
    expect(answers).toHaveLength(10)
    expect(test.server.tokenRequests).toHaveLength(1)
  })
})

describe('before the call', () => {
  it.each([-60, 120])('a token that ends in %i s is refreshed first', async (expiresInSeconds) => {
    const test = await startProvider({}, { login: { expiresInSeconds } })
    await Promise.all([ask(test), ask(test), ask(test)])
    expect(test.server.tokenRequests).toHaveLength(1)
    const saved = await readLogin(test.authFile)
    expect(bearersOf(test)).toEqual(Array.from({ length: 3 }, () => saved.tokens.access_token))
  })

  it('one that ends in an hour is not', async () => {
    const test = await startProvider({}, { login: { expiresInSeconds: 3600 } })
    await ask(test)
    expect(test.server.tokenRequests).toHaveLength(0)
  })

  it.each([
    {
      name: 'no file',
      content: undefined,
      code: 'CODEX_AUTH_FILE_NOT_FOUND',
      words: /auth\.json.*codex login/s,
    },
    { name: 'no JSON', content: '{"tokens":', code: 'CODEX_AUTH_TOKEN', words: /JSON/ },
    {
      name: 'API-key mode',
      content: '{"auth_mode":"apikey","OPENAI_API_KEY":"sk-x"}',
      code: 'CODEX_AUTH_TOKEN',
      words: /API.?key/i,
    },
  ])('$name: a clear error, nothing is sent', async ({ content, code, words }) => {
    const test = await startProvider()
    if (content === undefined) await rm(test.authFile)
    else await writeFile(test.authFile, content)
    const failure = await rejection(ask(test))
    expect(CodexAuthError.isInstance(failure)).toBe(true)
    expect(failure).toMatchObject({ code })
    expect(String(failure)).toMatch(words)
    expect(String(failure)).not.toContain('sk-x')
    expect(test.server.requests).toEqual([])
  })
})

describe('auth in place of the file', () => {
  it('tokens', async () => {
    const test = await startProvider()
    const { access_token: accessToken, refresh_token: refreshToken } = test.server.login().tokens
    const codex = createCodex({
      baseURL: test.server.baseURL,
      issuer: test.server.issuer,
      auth: { accessToken, refreshToken },
    })
    await ask({ codex })
    test.server.revokeAccessToken(accessToken)
    await ask({ codex })
    expect(test.server.tokenRequests).toHaveLength(1)
    expect(await readLogin(test.authFile)).toEqual(test.login)
  })

  it('a function, asked again after a 401', async () => {
    const test = await startProvider()
    const reasons: string[] = []
    const auth = ({ reason }: { reason: string }) => {
      reasons.push(reason)
      return { accessToken: test.server.login().tokens.access_token }
    }
    const codex = createCodex({ baseURL: test.server.baseURL, auth })
    await ask({ codex })
    test.server.revokeAccessToken(bearersOf(test)[0] ?? '')
    await ask({ codex })
    expect(reasons).toEqual(['initial', 'unauthorized'])
    expect(test.server.tokenRequests).toHaveLength(0)
  })
})

describe('two providers', () => {
  it('on two logins do not mix them', async () => {
    const server = await startCodexServer()
    const [one, two] = [server.login({ accountId: 'acct-1' }), server.login({ accountId: 'acct-2' })]
    const { baseURL, issuer } = server
    const codexes = await Promise.all(
      [one, two].map(async (login) => createCodex({ baseURL, issuer, authFile: await writeAuthFile(login) })),
    )
    await Promise.all(codexes.map((codex) => ask({ codex })))
    const accounts = server.responseRequests.map(({ headers }) => headers['chatgpt-account-id'])
    expect(accounts.sort()).toEqual(['acct-1', 'acct-2'])
    await server.close()
  })
})

describe('debug', () => {
  it('writes lines without any token', async () => {
    const lines: string[] = []
    vi.spyOn(console, 'error').mockImplementation((...words: unknown[]) => void lines.push(words.join(' ')))
    const test = await startProvider({ debug: true })
    const { server, login, authFile } = test
    server.revokeAccessToken(login.tokens.access_token)
    await ask(test)
    server.answer(events(delta('x'), failed('server_error', 'boom')))
    await rejection(ask(test))
    vi.restoreAllMocks()
    const text = lines.join('\n')
    expect(text).toContain(`POST ${server.baseURL}/responses`)
    expect(text).toMatch(/event completed/)
    const secrets = [login, await readLogin(authFile)].flatMap(({ tokens }) => [
      tokens.access_token,
      tokens.refresh_token,
      tokens.id_token,
    ])
    for (const secret of secrets) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(secret.split('.').at(-1))
    }
  })

  it('a 401 that is answered by a refresh is a line too', async () => {
    const lines: string[] = []
    vi.spyOn(console, 'error').mockImplementation((...words: unknown[]) => void lines.push(words.join(' ')))
    const test = await startProvider({ debug: true })
    test.server.revokeAccessToken(test.login.tokens.access_token)
    await ask(test)
    vi.restoreAllMocks()
    expect(lines.join('\n')).toMatch(/\b401\b/)
  })

  it('off, nothing is written', async () => {
    const spy = vi.spyOn(console, 'error')
    await ask(await startProvider())
    expect(spy).not.toHaveBeenCalled()
    vi.restoreAllMocks()
  })
})
