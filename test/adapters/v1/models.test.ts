import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateText } from 'ai'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createCodex } from '../../../src/index.ts'
import { DEFAULT_INSTRUCTIONS } from '../../../src/instructions/base.ts'
import type { CodexProviderOptions } from '../../../src/request/options.ts'
import { accountOf, makeTokens } from '../../../src/testing/tokens.ts'
import type { CodexServer, HttpAnswer } from '../../../src/testing/types.ts'
import { startProvider, writeAuthFile } from '../../support/provider.ts'
import { bodyOf, rejection } from './support.ts'

const ASKED = { prompt: 'hi', maxRetries: 0 }

const REFUSED: HttpAnswer = { type: 'error', status: 401, body: { detail: 'No.' } }

/** A new access token of a user. */
const userToken = (user: string): string => {
  const account = accountOf({ accountId: 'one', authClaims: { chatgpt_user_id: user } })
  return makeTokens(account, Date.now()).accessToken
}

const listOf = (...slugs: string[]): HttpAnswer => ({
  type: 'raw',
  headers: { 'content-type': 'application/json' },
  chunks: [
    JSON.stringify({ models: slugs.map((slug) => ({ slug, base_instructions: `Base of ${slug}.` })) }),
  ],
})

const lists = (server: CodexServer) => server.requests.filter(({ path }) => path.includes('/models?'))

/** A cache folder of the test's own. */
async function ownFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-models-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

const setUp = async (options: Parameters<typeof startProvider>[1] = {}) => {
  const cacheDir = await ownFolder()
  return { ...(await startProvider({ instructions: undefined, cacheDir }, options)), cacheDir }
}

describe('a 401 of the catalogue', () => {
  it.each([401, 403, 500])('%i is its own failure: the call is sent with the same login', async (status) => {
    const { codex, server, login } = await setUp()
    server.answerPath('/models', { type: 'error', status, body: { detail: 'No.' } })
    for (let call = 0; call < 2; call++) {
      const { text, warnings } = await generateText({ model: codex('gpt-5.5'), ...ASKED })
      expect(text).toContain('hi')
      expect(JSON.stringify(warnings)).toContain('base instructions of gpt-5.5')
    }
    expect(bodyOf(server).instructions).toBe(DEFAULT_INSTRUCTIONS)
    expect(server.tokenRequests).toEqual([])
    expect(lists(server)).toHaveLength(1)
    const bearer = `Bearer ${login.tokens.access_token}`
    expect(server.responseRequests.map(({ headers }) => headers.authorization)).toEqual([bearer, bearer])
  })

  it('that is one of the login: it is renewed by the call, and the catalogue asked again with its tokens', async () => {
    const { codex, server, login } = await setUp()
    server.revokeAccessToken(login.tokens.access_token)
    await generateText({ model: codex('gpt-5.5'), ...ASKED })
    expect(server.tokenRequests).toHaveLength(1)
    const { warnings } = await generateText({ model: codex('gpt-5.5'), ...ASKED })
    expect(warnings).toEqual([])
    expect(lists(server).map(({ status }) => status)).toEqual([401, 200])
  })

  it('models() renews the login and asks once more', async () => {
    const { codex, server } = await setUp()
    server.answerPath('/models', REFUSED, listOf('gpt-7'))
    expect((await codex.models()).map(({ id }) => id)).toEqual(['gpt-7'])
    expect(server.tokenRequests).toHaveLength(1)
    const [first, second] = lists(server).map(({ headers }) => headers.authorization)
    expect(first).not.toBe(second)
  })

  it('models(): two of them are the error', async () => {
    const { codex, server } = await setUp()
    server.answerPath('/models', REFUSED, REFUSED, listOf('gpt-7'))
    expect(await rejection(codex.models())).toMatchObject({ statusCode: 401, isRetryable: false })
    expect(server.tokenRequests).toHaveLength(1)
    expect(lists(server)).toHaveLength(2)
  })

  it('models(): a login that has nothing to be renewed by says so, with the words of the backend', async () => {
    const { server, cacheDir } = await setUp()
    server.answerPath('/models', REFUSED)
    const codex = createCodex({ baseURL: server.baseURL, cacheDir, auth: { accessToken: 'opaque' } })
    const error = await rejection(codex.models())
    expect(error).toMatchObject({ name: 'CodexAuthTokenExpiredError' })
    expect(String(error)).toContain('No.')
  })
})

describe('what the providers of a process share', () => {
  it('the catalogue of an account: the same fetch and cache folder, also by the environment', async () => {
    const { codex, server, authFile, cacheDir } = await setUp()
    vi.stubEnv('CODEX_CACHE_DIR', cacheDir)
    const settings = { baseURL: server.baseURL, issuer: server.issuer, authFile }
    const other = createCodex(settings)
    const [one, two] = await Promise.all([codex.models(), other.models()])
    expect(one).toEqual(two)
    await generateText({ model: createCodex(settings)('gpt-5.5'), ...ASKED })
    expect(lists(server)).toHaveLength(1)
    // The disk of a folder of its own is empty.
    await createCodex({ ...settings, cacheDir: await ownFolder() }).models()
    expect(lists(server)).toHaveLength(2)
  })

  it('a failure is one for all of them, and so is a wait', async () => {
    const { codex, server, authFile, cacheDir } = await setUp()
    server.answerPath('/models', { type: 'error', status: 500, body: 'down' })
    await generateText({ model: codex('gpt-5.5'), ...ASKED })
    const other = createCodex({ baseURL: server.baseURL, authFile, cacheDir })
    await generateText({ model: other('gpt-5.5'), ...ASKED })
    expect(lists(server)).toHaveLength(1)
  })

  it('is fetched with the login of the one that asks', async () => {
    const { codex, server, login, cacheDir } = await setUp()
    server.answerPath('/models', { type: 'error', status: 500, body: 'down' })
    await rejection(codex.models())
    const later = server.login({ accountId: login.tokens.account_id })
    const authFile = await writeAuthFile(later)
    await createCodex({ baseURL: server.baseURL, authFile, cacheDir }).models()
    expect(lists(server).at(-1)?.headers.authorization).toBe(`Bearer ${later.tokens.access_token}`)
  })

  it('nothing between accounts or users, nor between logins that name none', async () => {
    const { server, cacheDir } = await setUp()
    const asOf = (auth: { accessToken: string; accountId?: string }) =>
      createCodex({ baseURL: server.baseURL, cacheDir, auth }).models()
    server.answerPath('/models', ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => listOf(id)))
    const same = { accessToken: 'same' }
    const asked = [
      await asOf({ accessToken: 'x', accountId: 'one' }),
      await asOf({ accessToken: 'x', accountId: 'two' }),
      await asOf(same),
      await asOf({ ...same }),
      await asOf({ accessToken: 'y', accountId: 'one' }),
      await asOf({ accessToken: userToken('ada'), accountId: 'one' }),
      await asOf({ accessToken: userToken('ada'), accountId: 'one' }),
      await asOf({ accessToken: userToken('bob'), accountId: 'one' }),
    ]
    expect(asked.map(([model]) => model?.id)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'f', 'g'])
    expect(lists(server)).toHaveLength(7)
  })
})

describe('offline, with a login that would have to be renewed', () => {
  // A fetch of its own shares no memory: as in a process of its own.
  const ownFetch = (): typeof fetch => (input, init) => fetch(input, init)

  /** A provider of a later process, after one for `known` has left its copy on the disk. */
  async function offline(accountId?: string) {
    const { codex, server, login, cacheDir, close } = await setUp()
    const known = await codex.models()
    await vi.waitFor(async () => expect(await readdir(cacheDir)).toEqual([expect.stringMatching(/json$/)]))
    const expired = { accountId: accountId ?? login.tokens.account_id, expiresInSeconds: -60 }
    const authFile = await writeAuthFile(server.login(expired))
    await close()
    const { baseURL, issuer } = server
    return { known, late: createCodex({ baseURL, issuer, authFile, cacheDir, fetch: ownFetch() }) }
  }

  it('models() gives the copy of the account', async () => {
    const { known, late } = await offline()
    expect(known.length).toBeGreaterThan(0)
    expect(await late.models()).toEqual(known)
  })

  it('models() of an account that has no copy: the error of the login', async () => {
    const { late } = await offline('account-without')
    const error = await rejection(late.models())
    expect(error).toMatchObject({ name: 'CodexAuthRefreshError', reason: 'network' })
  })
})

describe('what the catalogue and the options say reaches the request', () => {
  it('a model that takes no verbosity gets none, with a warning where one was asked for', async () => {
    const { codex, server } = await setUp()
    const models = [
      { slug: 'gpt-7', support_verbosity: false, default_verbosity: 'low', base_instructions: 'Base.' },
    ]
    server.answerPath('/models', {
      type: 'raw',
      headers: { 'content-type': 'application/json' },
      chunks: [JSON.stringify({ models })],
    })
    const answers: Array<{ type: 'text'; text: string }> = [
      { type: 'text', text: 'A' },
      { type: 'text', text: 'B' },
    ]
    server.answer(...answers)
    const silent = await generateText({ model: codex('gpt-7'), ...ASKED })
    const asked = await generateText({ model: codex('gpt-7', { textVerbosity: 'high' }), ...ASKED })
    expect([0, 1].map((index) => bodyOf(server, index).text)).toEqual([undefined, undefined])
    expect(silent.warnings).toEqual([])
    expect(asked.warnings).toMatchObject([{ type: 'unsupported-setting', setting: 'textVerbosity' }])
  })

  it.each<{ options: CodexProviderOptions; key: string; session: string | undefined }>([
    { options: { promptCacheKey: 'plain key' }, key: 'plain key', session: 'plain key' },
    { options: { promptCacheKey: 'schl\u00fcssel' }, key: 'schl\u00fcssel', session: undefined },
    { options: { promptCacheKey: 'schl\u00fcssel', sessionId: 's' }, key: 'schl\u00fcssel', session: 's' },
    { options: { sessionId: 's' }, key: 's', session: 's' },
  ])('$options: the session headers', async ({ options, key, session }) => {
    const { codex, server } = await startProvider()
    for (let call = 0; call < 2; call++) {
      await generateText({ model: codex('gpt-5.5'), providerOptions: { codex: options }, ...ASKED })
    }
    expect(bodyOf(server).prompt_cache_key).toBe(key)
    const ids = server.responseRequests.map(({ headers }) => headers['session-id'])
    expect(ids[0]).toBe(ids[1])
    if (session === undefined) expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f-]{21}$/)
    else expect(ids[0]).toBe(session)
  })
})
