import { readdir, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { generateText } from 'ai'
import { describe, expect, it, vi } from 'vitest'
import { CodexAuthError, CodexAuthRefreshError, type CodexProvider, createCodex } from '../../src/index.ts'
import type { AuthJson, JsonObject, TokenAnswer } from '../../src/testing/types.ts'
import { startProvider as startWith, type TestProvider, writeAuthFile } from '../support/provider.ts'
import { AUTH_CLAIM, encodeJwt, makeFolder, rejection } from './helpers.ts'

const EXPIRED = { expiresInSeconds: -60 }
const REUSED: TokenAnswer = {
  type: 'error',
  status: 401,
  body: { error: { code: 'refresh_token_reused', message: 'Already used' } },
}

/** Without Codex mode there are no requests but those that the login is about. */
const startProvider = (settings: object = {}, options: Parameters<typeof startWith>[1] = {}) =>
  startWith({ codexMode: false, ...settings }, options)

/** The SDK may try again: what is not to be repeated must say so. */
const ask = ({ codex }: { codex: CodexProvider }) => generateText({ model: codex('gpt-5.5'), prompt: 'hi' })

const tokensIn = async (authFile: string) => (JSON.parse(await readFile(authFile, 'utf8')) as AuthJson).tokens
const headersOf = ({ server }: TestProvider) => server.responseRequests.map(({ headers }) => headers)
const bearersOf = (test: TestProvider) => headersOf(test).map(({ authorization }) => authorization)

/** A time to which the login server holds its answer back. */
function heldAnswer(body: JsonObject): { answer: TokenAnswer; release: () => void } {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  async function* chunks() {
    await released
    yield JSON.stringify(body)
  }
  return { answer: { type: 'raw', status: 401, chunks: chunks() }, release }
}

describe('BR-60: many requests, one expired token, many refreshes', () => {
  it('BR-60: ten calls are one refresh, ten answers, and new tokens in the file', async () => {
    const test = await startProvider({}, { login: EXPIRED })
    const { server, login, authFile } = test
    server.answerToken({ type: 'ok' }, ...Array.from({ length: 9 }, () => REUSED))
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(test)))
    expect(answers.map(({ text }) => text)).toEqual(Array(10).fill('You said: hi'))
    expect(server.tokenRequests).toHaveLength(1)
    const saved = await tokensIn(authFile)
    expect(saved.refresh_token).not.toBe(login.tokens.refresh_token)
    expect(new Set(bearersOf(test))).toEqual(new Set([`Bearer ${saved.access_token}`]))
  })

  it('BR-60: so are ten calls of ten providers on one file', async () => {
    const test = await startProvider({}, { login: EXPIRED })
    const { server, authFile } = test
    server.answerToken({ type: 'ok' }, ...Array.from({ length: 9 }, () => REUSED))
    const { baseURL, issuer } = server
    const providers = Array.from({ length: 10 }, () =>
      createCodex({ baseURL, issuer, authFile, codexMode: false }),
    )
    const answers = await Promise.all(providers.map((codex) => ask({ codex })))
    expect(answers).toHaveLength(10)
    expect(server.tokenRequests).toHaveLength(1)
    expect(new Set(bearersOf(test)).size).toBe(1)
  })
})

describe('BR-61: another process used the refresh token first', () => {
  it('BR-61 (a): tokens that the CLI wrote are used, without a refresh', async () => {
    const clock = { now: Date.now() }
    vi.spyOn(Date, 'now').mockImplementation(() => clock.now)
    const test = await startProvider({}, { login: { expiresInSeconds: 600 } })
    await ask(test)
    const newer = test.server.login()
    await writeFile(test.authFile, JSON.stringify(newer))
    clock.now += 20 * 60_000
    await ask(test)
    vi.restoreAllMocks()
    expect(test.server.tokenRequests).toEqual([])
    expect(bearersOf(test)[1]).toBe(`Bearer ${newer.tokens.access_token}`)
  })

  it('BR-61 (b): after refresh_token_reused, the tokens that the winner wrote meanwhile', async () => {
    const test = await startProvider({}, { login: EXPIRED })
    const { server, authFile } = test
    const newer = server.login()
    const { answer, release } = heldAnswer({ error: { code: 'refresh_token_reused' } })
    server.answerToken(answer)
    const asked = server.nextRequest('/oauth/token')
    const answered = ask(test)
    await asked
    await writeFile(authFile, JSON.stringify(newer))
    release()
    expect((await answered).text).toBe('You said: hi')
    expect(bearersOf(test)).toEqual([`Bearer ${newer.tokens.access_token}`])
    expect(server.tokenRequests).toHaveLength(1)
    expect(await tokensIn(authFile)).toEqual(newer.tokens)
  })

  it('BR-61 (c): with no newer tokens, an error that says why and what to do, and is not tried again', async () => {
    const test = await startProvider({}, { login: EXPIRED })
    const { server, authFile } = test
    const before = await readFile(authFile, 'utf8')
    server.answerToken(REUSED)
    for (const failure of [await rejection(ask(test)), await rejection(ask(test))]) {
      expect(CodexAuthRefreshError.isInstance(failure)).toBe(true)
      expect(failure).toMatchObject({
        code: 'CODEX_AUTH_REFRESH',
        reason: 'reused',
        message: expect.stringMatching(/another client has used this login.*login`/s),
      })
      expect(String(failure)).not.toMatch(/API key/i)
    }
    expect(server.tokenRequests).toHaveLength(1)
    expect(server.responseRequests).toEqual([])
    expect(await readFile(authFile, 'utf8')).toBe(before)
  })

  it.each<[string, TokenAnswer]>([
    ['for a passing reason', { type: 'error', status: 503, body: '' }],
    ['without an answer', { type: 'reset' }],
    ['for good', REUSED],
  ])('BR-61 (d): where a refresh fails %s, a token that still lives is used', async (_, answer) => {
    // Within the five minutes before its end, in which a refresh is tried.
    const test = await startProvider({}, { login: { expiresInSeconds: 240 } })
    const { server, login } = test
    server.answerToken(answer)
    expect((await ask(test)).text).toBe('You said: hi')
    expect(server.tokenRequests).toHaveLength(1)
    expect(bearersOf(test)).toEqual([`Bearer ${login.tokens.access_token}`])
  })
})

describe('BR-63: account id not in the expected claim', () => {
  const account = { [AUTH_CLAIM]: { chatgpt_account_id: 'acc_1' } }
  const nobody = { sub: 'user-1', organizations: [{ id: 'org-1' }] }

  it.each<{ name: string; fields: JsonObject; expected: string | undefined }>([
    { name: '(a) in the file alone', fields: { account_id: 'acc_1' }, expected: 'acc_1' },
    {
      name: '(b) in the id token',
      fields: { account_id: null, id_token: encodeJwt(account) },
      expected: 'acc_1',
    },
    { name: '(c) in the access token', fields: { access_token: encodeJwt(account) }, expected: 'acc_1' },
    {
      name: '(d) nowhere',
      fields: { access_token: encodeJwt(nobody), id_token: encodeJwt(nobody) },
      expected: undefined,
    },
    { name: '(e) empty', fields: { account_id: '' }, expected: undefined },
    {
      name: '(f) beside a broken id token',
      fields: { account_id: 'acc_1', id_token: 'rubbish' },
      expected: 'acc_1',
    },
  ])('BR-63 $name: chatgpt-account-id is $expected', async ({ fields, expected }) => {
    const test = await startProvider()
    const tokens = { access_token: encodeJwt(nobody), ...fields }
    await writeFile(test.authFile, JSON.stringify({ auth_mode: 'chatgpt', tokens }))
    // The stand-in does not know this token; that the request is tried, and with which header, is the point.
    test.server.answerPath('/responses', { type: 'error', status: 400, body: { detail: 'seen' } })
    expect(String(await rejection(ask(test)))).toContain('seen')
    expect(headersOf(test).map((headers) => headers['chatgpt-account-id'])).toEqual([expected])
    expect(JSON.stringify(headersOf(test))).not.toMatch(/user-1|org-1/)
  })

  it('BR-63: a refresh without the claim keeps the old id', async () => {
    const test = await startProvider({}, { login: EXPIRED })
    const { server, login, authFile } = test
    const { account_id: _, ...tokens } = login.tokens
    await writeFile(authFile, JSON.stringify({ ...login, tokens }))
    const bare = { access_token: encodeJwt({ sub: 'user-1' }), id_token: encodeJwt({ sub: 'user-1' }) }
    server.answerToken({ type: 'raw', chunks: [JSON.stringify(bare)] })
    server.answerPath('/responses', { type: 'error', status: 400, body: { detail: 'seen' } })
    await rejection(ask(test))
    expect(headersOf(test).map((headers) => headers['chatgpt-account-id'])).toEqual(['acct-0001'])
    expect(await tokensIn(authFile)).toMatchObject({ ...bare, account_id: 'acct-0001' })
  })
})

describe('BR-65: region-bound and FedRAMP workspaces', () => {
  const RESIDENCY = 'x-openai-internal-codex-residency'

  it.each([
    { claim: 'us', expected: 'us' },
    { claim: 'no_constraint', expected: undefined },
    { claim: 'us\r\nx: y', expected: undefined },
    { claim: undefined, expected: undefined },
  ])('BR-65: chatgpt_compute_residency $claim is the header $expected', async ({ claim, expected }) => {
    const authClaims = claim === undefined ? {} : { chatgpt_compute_residency: claim }
    const test = await startProvider({}, { login: { authClaims } })
    await ask(test)
    const [headers] = headersOf(test)
    expect(headers?.[RESIDENCY]).toBe(expected)
    expect(headers).not.toHaveProperty('x')
    expect(headers).not.toHaveProperty('x-openai-fedramp')
  })

  it.each([
    { claim: true, expected: 'true' },
    { claim: false, expected: undefined },
    { claim: 'true', expected: undefined },
  ])('BR-65: chatgpt_account_is_fedramp $claim in the id token is the header $expected', async (given) => {
    const test = await startProvider()
    const id_token = encodeJwt({ [AUTH_CLAIM]: { chatgpt_account_is_fedramp: given.claim } })
    const tokens = { ...test.login.tokens, id_token }
    await writeFile(test.authFile, JSON.stringify({ ...test.login, tokens }))
    await ask(test)
    expect(headersOf(test)[0]?.['x-openai-fedramp']).toBe(given.expected)
  })
})

describe('BR-66: logged in, but no auth.json', () => {
  /** The error of the default provider in this environment. */
  async function failureIn(env: Record<string, string | undefined>): Promise<string> {
    for (const name of ['CODEX_AUTH_FILE', 'CODEX_HOME', 'CODEX_ACCESS_TOKEN']) vi.stubEnv(name, undefined)
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    const { server } = await startProvider()
    const failure = await rejection(
      ask({ codex: createCodex({ baseURL: server.baseURL, codexMode: false }) }),
    )
    expect(CodexAuthError.isInstance(failure)).toBe(true)
    expect(failure).toMatchObject({ code: 'CODEX_AUTH_FILE_NOT_FOUND' })
    expect(server.requests).toEqual([])
    expect(String(failure)).not.toMatch(/OPENAI_API_KEY/)
    return String(failure)
  }

  it.each(['keyring', 'auto'])(
    'BR-66: the store is %s: path, keyring and the way out are named',
    async (store) => {
      const folder = await makeFolder()
      await writeFile(join(folder, 'config.toml'), `model = "x"\ncli_auth_credentials_store = "${store}"\n`)
      const message = await failureIn({ CODEX_HOME: folder })
      expect(message).toContain(join(folder, 'auth.json'))
      expect(message).toMatch(/keyring/)
      expect(message).toContain('cli_auth_credentials_store = "file"')
      expect(message).toMatch(/log in/i)
      expect(await readdir(folder)).toEqual(['config.toml'])
    },
  )

  it('BR-66: neither config.toml nor auth.json', async () => {
    const folder = await makeFolder()
    const message = await failureIn({ CODEX_HOME: folder })
    expect(message).toContain(join(folder, 'auth.json'))
    expect(message).toMatch(/log in/i)
    expect(message).toContain('cli_auth_credentials_store = "file"')
  })

  it('BR-66: CODEX_HOME is a file', async () => {
    const file = await writeAuthFile('a file')
    expect(await failureIn({ CODEX_HOME: file })).toContain(join(file, 'auth.json'))
    expect(await readFile(file, 'utf8')).toBe('a file')
  })

  it('BR-66: HOME is unset, and the system knows a home folder', async () => {
    const folder = await makeFolder()
    vi.spyOn(os, 'homedir').mockReturnValue(folder)
    const message = await failureIn({ HOME: undefined, USERPROFILE: undefined })
    vi.restoreAllMocks()
    expect(message).toContain(join(folder, '.codex', 'auth.json'))
  })

  it('BR-66: HOME is unset, and the system knows none', async () => {
    for (const name of ['CODEX_AUTH_FILE', 'CODEX_HOME', 'CODEX_ACCESS_TOKEN']) vi.stubEnv(name, undefined)
    // As with a user id that has no entry in the user database.
    vi.spyOn(os, 'homedir').mockImplementation(() => {
      throw Object.assign(new Error('ENOENT'), { code: 'ERR_SYSTEM_ERROR' })
    })
    const { server } = await startProvider()
    const failure = await rejection(
      ask({ codex: createCodex({ baseURL: server.baseURL, codexMode: false }) }),
    )
    vi.restoreAllMocks()
    expect(failure).toMatchObject({ code: 'CODEX_AUTH', message: expect.stringMatching(/HOME.*CODEX_HOME/) })
    expect(server.requests).toEqual([])
  })
})

describe('BR-69: ChatGPT token sent to the platform API', () => {
  it('BR-69: OPENAI_BASE_URL and OPENAI_API_KEY change nothing, with or without a login', async () => {
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1')
    vi.stubEnv('OPENAI_API_KEY', 'sk-x')
    const test = await startProvider()
    await ask(test)
    expect(bearersOf(test)).toEqual([`Bearer ${test.login.tokens.access_token}`])
    expect(test.server.responseRequests[0]?.path).toBe('/backend-api/codex/responses')
    await writeFile(test.authFile, JSON.stringify({ auth_mode: 'apikey', OPENAI_API_KEY: 'sk-y' }))
    const { baseURL, issuer } = test.server
    const failure = await rejection(
      ask({ codex: createCodex({ baseURL, issuer, authFile: test.authFile, codexMode: false }) }),
    )
    expect(failure).toMatchObject({ code: 'CODEX_AUTH_TOKEN' })
    expect(String(failure)).not.toMatch(/sk-|OPENAI_API_KEY/)
    expect(test.server.requests).toHaveLength(1)
    expect(JSON.stringify(test.server.requests)).not.toMatch(/sk-[xy]/)
  })

  it.each([301, 302, 303, 307, 308])('BR-69: no token follows a %i to another host', async (status) => {
    const [test, other] = [await startProvider({}, { login: EXPIRED }), await startProvider()]
    const redirect = (path: string) => ({ location: `${other.server.url}${path}` })
    test.server.answerToken({ type: 'raw', status, headers: redirect('/oauth/token'), chunks: [] })
    const failure = await rejection(ask(test))
    expect(failure).toMatchObject({ code: 'CODEX_AUTH_REFRESH' })
    // The next refresh is fine; then it is the backend that sends us on.
    test.server.answer({
      type: 'raw',
      status,
      headers: redirect('/backend-api/codex/responses'),
      chunks: [],
    })
    expect(await rejection(ask(test))).toMatchObject({ statusCode: status, isRetryable: false })
    expect(test.server.responseRequests).toHaveLength(1)
    expect(other.server.requests).toEqual([])
  })
})

describe('BR-69 the same with a login that lives', () => {
  it('OPENAI_BASE_URL and OPENAI_API_KEY mean nothing', async () => {
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1')
    vi.stubEnv('OPENAI_API_KEY', 'sk-x')
    const { codex, server, login } = await startProvider()
    await generateText({ model: codex('gpt-5.5'), prompt: 'hi' })
    const [request] = server.responseRequests
    expect(request?.headers.authorization).toBe(`Bearer ${login.tokens.access_token}`)
    expect(JSON.stringify(request)).not.toContain('sk-x')
  })

  it.each([301, 302, 303, 307, 308])('a %i to another host is not followed', async (status) => {
    const { codex, server } = await startProvider()
    const other = await startProvider()
    const headers = { location: `${other.server.baseURL}/responses` }
    server.answer({ type: 'raw', status, headers, chunks: ['moved'] })
    const failure = await rejection(generateText({ model: codex('gpt-5.5'), prompt: 'hi' }))
    expect(String(failure)).toMatch(/redirect/)
    expect(failure).toMatchObject({ statusCode: status, isRetryable: false })
    expect(other.server.requests).toEqual([])
    expect(server.requests).toHaveLength(1)
  })
})

describe('BR-58 the token endpoint stalls in its body', () => {
  it('the refresh has its own limit, and its lock is let go', async () => {
    const { codex, server } = await startProvider(
      { timeouts: { refresh: 1000 } },
      { login: { expiresInSeconds: -60 } },
    )
    server.answerToken({
      type: 'raw',
      headers: { 'content-type': 'application/json' },
      chunks: ['{"access_token":"ey'],
      end: 'hang',
    })
    const call = () => generateText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 })
    const failure = await rejection(call())
    expect(failure).toMatchObject({ name: 'CodexAuthRefreshError', reason: 'network' })
    expect(server.responseRequests).toHaveLength(0)
    expect((await call()).text).toContain('hi')
    expect(server.tokenRequests).toHaveLength(2)
  })
})
