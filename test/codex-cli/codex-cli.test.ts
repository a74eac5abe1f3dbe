import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { generateText } from 'ai'
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { loginWithBrowser } from '../../src/auth/login/browser.ts'
import { loginWithDeviceCode } from '../../src/auth/login/device.ts'
import { logout } from '../../src/auth/login/logout.ts'
import { createCodex } from '../../src/index.ts'
import { DEFAULT_CATALOGUE } from '../../src/testing/catalogue.ts'
import type { AuthJson } from '../../src/testing/types.ts'
import { CODEX_BIN, type Command, findCodex } from './install.ts'
import { type CodexCli, startCli, tokenOf, turns } from './support.ts'

const INSTALL = 600_000
const HOUR = 3_600_000
const LOGGED_OUT = { exitCode: 1, stderr: expect.stringContaining('Not logged in') }
const LOGGED_IN = { exitCode: 0, stderr: expect.stringContaining('Logged in using ChatGPT') }

// Nothing but CODEX_BIN=skip lets a machine without the CLI pass.
describe.skipIf(CODEX_BIN === 'skip')('beside the real Codex CLI', { timeout: 60_000 }, () => {
  let codex: Command
  beforeAll(async () => {
    codex = await findCodex()
  }, INSTALL)

  let cli: CodexCli | undefined
  const start = async (
    ...args: Parameters<typeof startCli> extends [Command, ...infer Rest] ? Rest : never
  ) => {
    cli = await startCli(codex, ...args)
    return cli
  }
  afterEach(() => expect(cli?.strayRequests).toEqual([]))

  /** Asks through the package, on the login of the CLI. */
  function ourModel({ server, home, authFile }: CodexCli) {
    const { baseURL, issuer } = server
    const model = createCodex({ baseURL, issuer, authFile, cacheDir: join(home, 'our-cache') })('gpt-5.5')
    return async (prompt: string) => (await generateText({ model, prompt, maxRetries: 0 })).text
  }

  test.for([
    {
      way: 'a device code',
      logIn: ({ server, authFile }: CodexCli) =>
        loginWithDeviceCode({
          issuer: server.issuer,
          authFile,
          onCode: ({ userCode }) => server.approveDevice(userCode),
        }),
    },
    {
      way: 'the browser',
      logIn: ({ server, authFile }: CodexCli) =>
        loginWithBrowser({
          issuer: server.issuer,
          authFile,
          port: 0,
          openBrowser: async (url) => void (await fetch(url)),
        }),
    },
  ])('our login with $way is one for the CLI, and our logout its end', async ({ logIn }) => {
    const beside = await start()
    const { server, authFile, run, exec } = beside
    const { tokens } = await logIn(beside)
    expect(await run(['login', 'status'])).toMatchObject(LOGGED_IN)
    expect(await exec('say hi')).toBe('You said: say hi')
    expect(turns(server).map((turn) => [tokenOf(turn), turn.status])).toEqual([[tokens.accessToken, 200]])
    expect(server.tokenRequests).toHaveLength(1)

    await logout({ issuer: server.issuer, authFile })
    expect(await run(['login', 'status'])).toMatchObject(LOGGED_OUT)
  })

  test('the CLI can read what the stand-in says of models', async () => {
    const { server, run, writeAuth } = await start()
    await writeAuth(server.login())
    const { stdout } = await run(['debug', 'models'])
    const { models } = JSON.parse(stdout) as { models: Array<{ slug: string }> }
    expect(models.map(({ slug }) => slug)).toEqual(DEFAULT_CATALOGUE.map(({ slug }) => slug))
  })

  test.for([
    { model: 'gpt-5.5', shape: 'classic' },
    { model: 'gpt-6.2-sol', shape: 'lite' },
  ])('our request is the CLI’s, but for stated differences ($shape)', async ({ model, shape }) => {
    const beside = await start()
    const { server, home, authFile, writeAuth, run } = beside
    await writeAuth(server.login())
    await run(['exec', '--skip-git-repo-check', '-m', model, 'say hi'])
    const { baseURL, issuer } = server
    const codex = createCodex({ baseURL, issuer, authFile, cacheDir: join(home, 'our-cache') })
    await generateText({ model: codex(model), prompt: 'say hi', maxRetries: 0 })
    const [theirs, ours] = turns(server)
    if (!theirs || !ours) throw new Error('Both must have asked')
    const isClassic = shape === 'classic'
    expect(compare(theirs.headers, ours.headers)).toEqual({
      // Windows and telemetry of the client.
      theirs: ['x-codex-beta-features', 'x-codex-turn-metadata', 'x-codex-window-id'],
      // The headers of `fetch`; `openai-beta` on classic requests is a stated deviation.
      ours: ['accept-language', 'connection', ...(isClassic ? ['openai-beta'] : []), 'sec-fetch-mode'],
      // Who sends, from where, and ids of the conversation.
      differ: [
        ...['accept-encoding', 'content-length', 'host', 'originator'],
        ...['session-id', 'thread-id', 'user-agent', 'x-client-request-id'],
      ],
    })
    expect(compare(theirs.json ?? {}, ours.json ?? {})).toEqual({
      // The client always has tools; its metadata is telemetry.
      theirs: ['client_metadata', ...(isClassic ? ['tools'] : [])],
      // Base instructions stand in this field, and not in a developer message.
      ours: isClassic ? ['instructions'] : [],
      // Other texts, another key, and a summary of the reasoning, which is asked for by default.
      differ: ['input', 'prompt_cache_key', 'reasoning'],
    })
    const { summary, ...reasoning } = Object(ours.json?.reasoning)
    expect(summary).toBe('auto')
    expect(reasoning).toEqual(theirs.json?.reasoning)
  })

  test('a model of the lite shape answers the CLI', async () => {
    const { server, run, writeAuth } = await start()
    await writeAuth(server.login())
    const { stdout } = await run(['exec', '--skip-git-repo-check', '-m', 'gpt-6.1-sol', 'say hi'])
    expect(stdout.trim()).toBe('You said: say hi')
    expect(turns(server).map(({ refusedBy }) => refusedBy)).toEqual([undefined])
  })

  test('what the CLI has renewed after a 401 is taken up without a second refresh', async () => {
    const beside = await start()
    const { server, exec, writeAuth, readAuth } = beside
    const login = server.login()
    await writeAuth(login)
    const ask = ourModel(beside)
    expect(await ask('one')).toBe('You said: one')

    server.revokeAccessToken(login.tokens.access_token)
    expect(await exec('two')).toBe('You said: two')
    const renewed = (await readAuth()) as AuthJson
    expect(renewed.tokens.refresh_token).not.toBe(login.tokens.refresh_token)

    expect(await ask('three')).toBe('You said: three')
    expect(tokenOf(turns(server).at(-1))).toBe(renewed.tokens.access_token)
    expect(server.tokenRequests.map(({ json, status }) => [json?.refresh_reason, status])).toEqual([
      ['unauthorized_recovery', 200],
    ])
    expect(await readAuth()).toEqual(renewed)
  })

  test('what the CLI has renewed before its end is taken up without a second refresh', async () => {
    // The first call is an hour ago: its token has expired by the time the CLI starts.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - HOUR })
    onTestFinished(() => void vi.useRealTimers())
    const beside = await start({ now: () => Date.now() })
    const { server, exec, writeAuth, readAuth } = beside
    const login = server.login({ expiresInSeconds: 1800 })
    await writeAuth(login)
    const ask = ourModel(beside)
    expect(await ask('one')).toBe('You said: one')
    vi.setSystemTime(Date.now() + HOUR)

    expect(await exec('two')).toBe('You said: two')
    const renewed = (await readAuth()) as AuthJson
    expect(await ask('three')).toBe('You said: three')
    expect(turns(server).map(tokenOf)).toEqual([
      login.tokens.access_token,
      renewed.tokens.access_token,
      renewed.tokens.access_token,
    ])
    expect(server.tokenRequests.map(({ json, status }) => [json?.refresh_reason, status])).toEqual([
      ['proactive_expiry', 200],
    ])
  })

  test('what we have renewed is taken up by the CLI', async () => {
    const beside = await start()
    const { server, run, exec, writeAuth, readAuth } = beside
    const login = server.login({ expiresInSeconds: -60 })
    const notes = { agent_identity: null, 'x-unknown': { list: [1, 'two'] } }
    await writeAuth({ ...login, ...notes, tokens: { ...login.tokens, 'x-inner': true } })
    expect(await ourModel(beside)('one')).toBe('You said: one')

    const renewed = (await readAuth()) as AuthJson
    expect(renewed).toMatchObject({ ...notes, tokens: { 'x-inner': true } })
    expect(renewed.tokens.refresh_token).not.toBe(login.tokens.refresh_token)
    expect(await run(['login', 'status'])).toMatchObject(LOGGED_IN)
    expect(await exec('two')).toBe('You said: two')
    expect(tokenOf(turns(server).at(-1))).toBe(renewed.tokens.access_token)
    expect(server.tokenRequests).toHaveLength(1)
    expect(await readAuth()).toEqual(renewed)
  })

  test('they take turns at refreshing', async () => {
    const beside = await start()
    const { server, exec, writeAuth, readAuth } = beside
    await writeAuth(server.login())
    const ask = ourModel(beside)
    const rounds = [
      [ask, exec],
      [exec, ask],
      [ask, exec],
    ] as const
    for (const [refreshes, follows] of rounds) {
      const { tokens } = (await readAuth()) as AuthJson
      server.revokeAccessToken(tokens.access_token)
      expect(await refreshes('first')).toBe('You said: first')
      expect(await follows('second')).toBe('You said: second')
    }
    expect(server.tokenRequests.map(({ status }) => status)).toEqual([200, 200, 200])
  })

  test('the lock files that the CLI leaves are its own: they hold us up no more than we touch them', async () => {
    const beside = await start()
    const { server, home, exec, writeAuth, readAuth } = beside
    const locks = async () => {
      const files = (await readdir(home)).filter((file) => /^auth.*lock/.test(file)).sort()
      return Promise.all(files.map(async (file) => ({ file, inode: (await stat(join(home, file))).ino })))
    }
    await writeAuth(server.login({ expiresInSeconds: -60 }))
    expect(await exec('one')).toBe('You said: one')
    const left = await locks()
    expect(left.map(({ file }) => file)).toEqual(['auth.json.lock', 'auth.lock'])

    server.revokeAccessToken(((await readAuth()) as AuthJson).tokens.access_token)
    expect(await ourModel(beside)('two')).toBe('You said: two')
    expect(server.tokenRequests).toHaveLength(2)
    expect(await locks()).toEqual(left)
  })

  test('a login that the CLI made is one for us', async () => {
    const beside = await start()
    const { server, run, readAuth } = beside
    const polled = server.nextRequest('/deviceauth/token')
    const login = run(['login', '--device-auth', '--experimental_issuer', server.issuer])
    const { json } = await polled
    server.approveDevice(String(json?.user_code), { accountId: 'acct-device' })
    const { exitCode, stderr } = await login
    expect(exitCode, stderr).toBe(0)
    expect(await ourModel(beside)('hi')).toBe('You said: hi')
    const [request] = turns(server)
    expect(tokenOf(request)).toBe(((await readAuth()) as AuthJson).tokens.access_token)
    expect(request?.headers['chatgpt-account-id']).toBe('acct-device')
    expect(server.tokenRequests).toHaveLength(1)
  })
})

/** Fields that one of two objects has alone, and those that differ. */
function compare(theirs: Record<string, unknown>, ours: Record<string, unknown>) {
  const names = (one: object, other: object) =>
    Object.keys(one)
      .filter((name) => !Object.hasOwn(other, name))
      .sort()
  return {
    theirs: names(theirs, ours),
    ours: names(ours, theirs),
    differ: Object.keys(theirs)
      .filter((name) => Object.hasOwn(ours, name) && !isDeepStrictEqual(theirs[name], ours[name]))
      .sort(),
  }
}
