import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import {
  type CodexTokens,
  createTokenManager,
  type FileTokenStore,
  fileTokenStore,
  memoryTokenStore,
  type TokenStore,
} from 'ai-sdk-provider-codex/auth'
import { afterEach, describe, expect, it, test, vi } from 'vitest'
import { withFileLock } from '../../src/auth/file/lock.ts'
import { saveUnsavedTokens } from '../../src/auth/shared-login.ts'
import { AUTH_CLAIM, encodeJwt, makeAuthFile, makeFolder, rejection, tokensOf } from '../auth/helpers.ts'
import { DAY, EXPIRED, MINUTE, onDisk, save, setUp } from '../auth/login.ts'

/** Limit of each step where none is set. */
const LIMIT_MS = 20_000

const never = () => new Promise<never>(() => {})

afterEach(() => void vi.useRealTimers())

describe('a step of a store that hangs', () => {
  type Step = 'read' | 'write' | 'lock' | 'canWrite' | 'exposure' | 'realPath'

  /** A store one step of which hangs for once. */
  function hangingStore(tokens: CodexTokens) {
    const memory = memoryTokenStore(tokens)
    const path = `/nowhere/${crypto.randomUUID()}`
    let next: { step: Step; onHang: () => void } | undefined
    const step =
      <Args extends unknown[], T>(name: Step, run: (...args: Args) => Promise<T>) =>
      (...args: Args): Promise<T> => {
        if (next?.step !== name) return run(...args)
        next.onHang()
        next = undefined
        return never()
      }
    const store: TokenStore & Partial<FileTokenStore> = {
      read: step('read', memory.read),
      write: step('write', memory.write),
      lock: step('lock', (run) => run()) as FileTokenStore['lock'],
      canWrite: step('canWrite', async () => true),
      exposure: step('exposure', async () => undefined),
      realPath: step('realPath', async () => path),
    }
    const hangs = (name: Step) =>
      new Promise<void>((resolve) => {
        next = { step: name, onHang: resolve }
      })
    return { store, hangs, memory }
  }

  async function setUpHanging(login: Parameters<typeof setUp>[0]) {
    const parts = await setUp(login)
    const { store, hangs, memory } = hangingStore(parts.tokens)
    const manager = createTokenManager({ ...parts.settings, auth: store, onWarning: () => {} })
    /** Calls while a step hangs, until its limit is over. */
    const callWhile = async (step: Step): Promise<CodexTokens> => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      const hung = hangs(step)
      const result = manager.getTokens()
      result.catch(() => {})
      await hung
      await vi.advanceTimersByTimeAsync(LIMIT_MS)
      return result.finally(() => vi.useRealTimers())
    }
    return { ...parts, manager, memory, callWhile }
  }

  it.each<Step>(['read', 'lock', 'canWrite'])(
    'uses a token that still works, and renews it later: %s',
    async (step) => {
      const { clock, server, manager, callWhile, tokens } = await setUpHanging({ expiresInSeconds: 600 })
      await manager.getTokens()
      clock.now += 6 * MINUTE
      expect((await callWhile(step)).accessToken).toBe(tokens.accessToken)
      expect(server.tokenRequests).toEqual([])
      clock.now += MINUTE
      expect((await manager.getTokens()).accessToken).not.toBe(tokens.accessToken)
      expect(server.tokenRequests).toHaveLength(1)
    },
  )

  it.each<Step>(['exposure', 'realPath', 'write'])('renews a login all the same: %s', async (step) => {
    const { server, manager, memory, callWhile, tokens } = await setUpHanging(EXPIRED)
    const { accessToken } = await callWhile(step)
    expect(accessToken).not.toBe(tokens.accessToken)
    expect((await manager.getTokens()).accessToken).toBe(accessToken)
    expect(await memory.read()).toMatchObject({ accessToken })
    expect(server.tokenRequests).toHaveLength(1)
  })

  it.each<Step>(['read', 'lock'])('is an error where no token works, and only once: %s', async (step) => {
    const { server, manager, callWhile, tokens } = await setUpHanging(EXPIRED)
    expect(await rejection(callWhile(step))).toMatchObject({
      code: 'CODEX_AUTH_REFRESH',
      reason: 'network',
      message: expect.stringContaining(`did not finish \`${step}\` within ${LIMIT_MS} ms`),
    })
    expect(server.tokenRequests).toEqual([])
    expect((await manager.getTokens()).accessToken).not.toBe(tokens.accessToken)
  })

  it('uses renewed tokens where the lock is not released', async () => {
    const { server, settings, tokens } = await setUp(EXPIRED)
    let onDone = () => {}
    const done = new Promise<void>((resolve) => {
      onDone = resolve
    })
    const auth: TokenStore = {
      ...memoryTokenStore(tokens),
      async lock(run) {
        await run()
        onDone()
        return never()
      },
    }
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const result = createTokenManager({ ...settings, auth }).getTokens()
    await done
    await new Promise(setImmediate)
    await vi.advanceTimersByTimeAsync(LIMIT_MS)
    expect((await result).accessToken).not.toBe(tokens.accessToken)
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('spends nothing under a lock that comes after its limit', async () => {
    const { server, settings, tokens } = await setUp(EXPIRED)
    let takeLock = async (): Promise<unknown> => undefined
    const auth: TokenStore = {
      ...memoryTokenStore(tokens),
      lock: (run) =>
        new Promise((resolve, reject) => {
          takeLock = () => run().then(resolve, reject)
        }),
    }
    const manager = createTokenManager({ ...settings, auth, refreshTimeoutMs: 30 })
    expect(await rejection(manager.getTokens())).toMatchObject({ reason: 'network' })
    await takeLock()
    expect(server.tokenRequests).toEqual([])
  })

  it('is an error where a lock runs nothing', async () => {
    const { settings, tokens } = await setUp(EXPIRED)
    const auth: TokenStore = { ...memoryTokenStore(tokens), lock: async () => undefined as never }
    expect(await rejection(createTokenManager({ ...settings, auth }).getTokens())).toMatchObject({
      code: 'CODEX_AUTH',
      message: expect.stringContaining('`lock`'),
    })
  })

  it('has no limit where refreshTimeoutMs is 0', async () => {
    const { settings, tokens } = await setUp()
    const unset = () => {}
    let release = unset
    const auth: TokenStore = {
      ...memoryTokenStore(tokens),
      read: () =>
        new Promise((resolve) => {
          release = () => resolve(tokens)
        }),
    }
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const reading = createTokenManager({ ...settings, auth, refreshTimeoutMs: 0 }).getTokens()
    while (release === unset) await new Promise(setImmediate)
    await vi.advanceTimersByTimeAsync(DAY)
    release()
    expect((await reading).accessToken).toBe(tokens.accessToken)
  })
})

describe('renewed tokens that could not be saved', () => {
  /** A store whose writes fail while `isFull`. */
  async function setUpFull() {
    const parts = await setUp(EXPIRED)
    const memory = memoryTokenStore(parts.tokens)
    const disk = { isFull: true, writes: 0 }
    const auth: TokenStore = {
      read: memory.read,
      async write(renewed, previous) {
        disk.writes++
        if (disk.isFull) throw Object.assign(new Error('disk full'), { code: 'ENOSPC' })
        await memory.write(renewed, previous)
      },
    }
    const warnings: string[] = []
    const settings = { ...parts.settings, auth, onWarning: (text: string) => warnings.push(text) }
    return { ...parts, settings, memory, disk, warnings }
  }

  it('are saved with the next call', async () => {
    const { server, settings, memory, disk, warnings } = await setUpFull()
    const manager = createTokenManager(settings)
    const renewed = await manager.getTokens()
    await manager.getTokens()
    expect(warnings).toHaveLength(1)
    disk.isFull = false
    expect(await manager.getTokens()).toEqual(renewed)
    expect(await memory.read()).toEqual(renewed)
    const { writes } = disk
    await manager.getTokens()
    expect(disk.writes).toBe(writes)
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('are saved by another manager on the login', async () => {
    const { settings, memory, disk } = await setUpFull()
    const renewed = await createTokenManager(settings).getTokens()
    disk.isFull = false
    expect(await createTokenManager(settings).getTokens()).toEqual(renewed)
    expect(await memory.read()).toEqual(renewed)
  })

  it('are saved after a second renewal too', async () => {
    const { clock, settings, memory, disk } = await setUpFull()
    const manager = createTokenManager(settings)
    await manager.getTokens()
    clock.now += 11 * DAY
    const second = await manager.getTokens()
    disk.isFull = false
    await manager.getTokens()
    expect(await memory.read()).toEqual(second)
  })

  it('are saved before the process ends', async () => {
    const { settings, memory, disk } = await setUpFull()
    const renewed = await createTokenManager(settings).getTokens()
    await saveUnsavedTokens()
    expect(await memory.read()).not.toEqual(renewed)
    disk.isFull = false
    await saveUnsavedTokens()
    expect(await memory.read()).toEqual(renewed)
    const { writes } = disk
    await saveUnsavedTokens()
    expect(disk.writes).toBe(writes)
  })

  it('do not replace another login', async () => {
    const { server, settings, memory, disk, tokens } = await setUpFull()
    const manager = createTokenManager(settings)
    await manager.getTokens()
    disk.isFull = false
    const other = tokensOf(server.login())
    await memory.write(other, tokens)
    await manager.getTokens()
    await saveUnsavedTokens()
    expect(await memory.read()).toEqual(other)
  })

  it('are saved by the command line before it exits', async () => {
    const { server, file, tokens } = await setUp({ expiresInSeconds: -10_000_000 })
    const hook = join(await makeFolder(), 'hook.mjs')
    // The first rename fails, as on a full disk.
    await writeFile(
      hook,
      `import fs from 'node:fs/promises'
const { rename } = fs
let fails = 1
fs.rename = (...paths) => fails-- > 0
  ? Promise.reject(Object.assign(new Error('disk full'), { code: 'ENOSPC' }))
  : rename(...paths)
`,
    )
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
    const child = spawn(process.execPath, ['--import', hook, '--import', 'tsx', main, 'ask', 'hi'], {
      env: {
        ...process.env,
        CODEX_AUTH_FILE: file,
        CODEX_BASE_URL: server.baseURL,
        CODEX_ISSUER: server.issuer,
        CODEX_CACHE_DIR: await makeFolder(),
        CODEX_MODE: '0',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    expect(await once(child, 'close')).toEqual([0, null])
    expect(stderr).toContain('could not be saved (ENOSPC)')
    expect((await onDisk(file)).refreshToken).not.toBe(tokens.refreshToken)
    expect(await readdir(dirname(file))).toEqual(['auth.json'])
  })
})

describe('stores that are made for each request', () => {
  /** One database, and stores on it. */
  async function setUpDatabase() {
    const parts = await setUp(EXPIRED)
    const memory = memoryTokenStore(parts.tokens)
    const storeOf = (key?: string): TokenStore => ({
      ...(key === undefined ? {} : { key }),
      read: () => memory.read(),
      write: (renewed, previous) => memory.write(renewed, previous),
    })
    return { ...parts, storeOf }
  }
  const times = <T>(count: number, run: (n: number) => T): T[] =>
    Array.from({ length: count }, (_, n) => run(n))

  it('share one refresh by their key', async () => {
    const { server, settings, storeOf } = await setUpDatabase()
    const key = crypto.randomUUID()
    const managers = times(20, () => createTokenManager({ ...settings, auth: storeOf(key) }))
    const all = await Promise.all(managers.map((manager) => manager.getTokens()))
    expect(new Set(all.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(server.tokenRequests.map(({ status }) => status)).toEqual([200])
  })

  it('do so in providers', async () => {
    const { server, storeOf } = await setUpDatabase()
    const key = crypto.randomUUID()
    const texts = times(20, async () => {
      const { baseURL, issuer } = server
      const codex = createCodex({ baseURL, issuer, auth: storeOf(key), codexMode: false })
      const { text } = await generateText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 })
      return text
    })
    expect((await Promise.all(texts)).every((text) => text !== '')).toBe(true)
    expect(server.tokenRequests.map(({ status }) => status)).toEqual([200])
  })

  it('remember a login that has ended', async () => {
    const { server, settings, storeOf } = await setUpDatabase()
    const key = crypto.randomUUID()
    server.answerToken({ type: 'error', status: 400, body: { error: 'invalid_grant' } })
    for (const auth of times(3, () => storeOf(key))) {
      expect(await rejection(createTokenManager({ ...settings, auth }).getTokens())).toMatchObject({
        reason: 'other',
      })
    }
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('are apart under other keys, and at other login servers', async () => {
    const [one, two] = [await setUpDatabase(), await setUpDatabase()]
    const key = crypto.randomUUID()
    const auths = [
      { ...one.settings, auth: one.storeOf(key) },
      { ...two.settings, auth: two.storeOf(key) },
      { ...two.settings, auth: two.storeOf(`${key} 2`) },
    ]
    const [first, second] = await Promise.all(
      auths.map((settings) => createTokenManager(settings).getTokens()),
    )
    expect(first?.accessToken).not.toBe(second?.accessToken)
    expect(one.server.tokenRequests).toHaveLength(1)
    expect(two.server.tokenRequests.length).toBeGreaterThan(0)
  })

  it.each(['', 7, null, {}])('refuse the key %j', async (key) => {
    const { settings, storeOf } = await setUpDatabase()
    const auth = { ...storeOf(), key } as unknown as TokenStore
    expect(() => createTokenManager({ ...settings, auth })).toThrow(
      expect.objectContaining({ name: 'AI_InvalidArgumentError', message: expect.stringContaining('`key`') }),
    )
  })
})

describe('tokens that live less than the margin of a renewal', () => {
  const LIFE = 240

  /** A login server whose tokens live for so many seconds from `from`. */
  async function setUpShort(seconds: number, clockIsAheadMs = 0, hasIssueTime = true) {
    const parts = await setUp(EXPIRED)
    const { clock, server, settings, file } = parts
    const now = () => clock.now + clockIsAheadMs
    const issue = () => {
      const iat = clock.now / 1000
      const claims = { exp: iat + seconds, ...(hasIssueTime ? { iat } : {}) }
      const answer = { access_token: encodeJwt(claims), refresh_token: `rt_${crypto.randomUUID()}` }
      server.answerToken({ type: 'error', status: 200, body: answer })
    }
    const manager = createTokenManager({ ...settings, auth: fileTokenStore(file), now })
    const call = async (count = 10) => {
      issue()
      for (let n = 0; n < count; n++) await manager.getTokens()
      return server.tokenRequests.length
    }
    return { ...parts, call }
  }

  it('are renewed after half their life', async () => {
    const { clock, call } = await setUpShort(LIFE)
    expect(await call()).toBe(1)
    clock.now += (LIFE * 1000) / 2 - 1
    expect(await call()).toBe(1)
    clock.now += 1
    expect(await call()).toBe(2)
  })

  it.each([
    ['3 days', 3 * DAY],
    ['30 days', 30 * DAY],
  ])('are used although the clock is ahead by %s', async (_, ahead) => {
    const { clock, call } = await setUpShort(10 * 86_400, ahead)
    expect(await call()).toBe(1)
    clock.now += DAY
    expect(await call()).toBe(1)
  })

  it('are renewed once a half minute at most where nothing says how long they live', async () => {
    const { clock, call } = await setUpShort(LIFE, 30 * DAY, false)
    expect(await call()).toBe(1)
    clock.now += 29_999
    expect(await call()).toBe(1)
    clock.now += 1
    expect(await call()).toBe(2)
  })

  it('are renewed once a call in 30 calls that get a 401', async () => {
    const { server, clock, file, settings } = await setUp()
    const refused = { type: 'error', status: 401, body: { error: { message: 'no' } } } as const
    server.answer(...Array.from({ length: 100 }, () => refused))
    const manager = createTokenManager({ ...settings, auth: fileTokenStore(file) })
    const call = async () => {
      const { accessToken } = await manager.getTokens()
      manager.invalidate(accessToken)
      await manager.getTokens()
    }
    for (let n = 0; n < 30; n++) await call()
    expect(server.tokenRequests).toHaveLength(1)
    clock.now += MINUTE
    for (let n = 0; n < 30; n++) await call()
    expect(server.tokenRequests).toHaveLength(2)
  })

  it('are not renewed for each of 30 calls of a provider that get a 401', async () => {
    const { server, file } = await setUp()
    const refused = { type: 'error', status: 401, body: { error: { message: 'no' } } } as const
    server.answer(...Array.from({ length: 100 }, () => refused))
    const { baseURL, issuer } = server
    const codex = createCodex({ baseURL, issuer, authFile: file, codexMode: false })
    for (let n = 0; n < 30; n++) {
      const failure = await rejection(generateText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 }))
      expect(failure).toMatchObject({ statusCode: 401 })
    }
    expect(server.tokenRequests).toHaveLength(1)
  })
})

describe('a renewal that brings the tokens of another account', () => {
  const jwt = (account: string, exp: number) =>
    encodeJwt({ exp, [AUTH_CLAIM]: { chatgpt_account_id: account } })

  it('is an error; nothing is saved, and the old token is used while it works', async () => {
    const { clock, server, settings } = await setUp()
    const exp = clock.now / 1000 + 240
    const file = await makeAuthFile({ tokens: { access_token: jwt('mine', exp), refresh_token: 'rt_1' } })
    const before = await readFile(file, 'utf8')
    server.answerToken({
      type: 'error',
      status: 200,
      body: { access_token: jwt('theirs', exp + DAY), refresh_token: 'rt_2' },
    })
    const manager = createTokenManager({ ...settings, auth: fileTokenStore(file) })
    expect(manager.peek()).toBeUndefined()
    await manager.getTokens()
    expect(manager.peek()).toMatchObject({ accountId: 'mine' })
    clock.now += 5 * MINUTE
    expect(await rejection(manager.getTokens())).toMatchObject({
      reason: 'other',
      message: expect.stringMatching(/account mine.*account theirs/),
    })
    expect(await readFile(file, 'utf8')).toBe(before)
    expect(server.tokenRequests).toHaveLength(1)
  })
})

describe('a named pipe', () => {
  const makePipe = (path: string) => execFileSync('mkfifo', [path])

  it.skipIf(process.platform === 'win32')('in the place of a lock file is removed', async () => {
    const { file, manage, tokens } = await setUp(EXPIRED)
    makePipe(`${file}.refresh-lock`)
    expect((await manage().getTokens()).accessToken).not.toBe(tokens.accessToken)
    expect(await readdir(dirname(file))).toEqual(['auth.json'])
  })

  it.skipIf(process.platform === 'win32')('in the place of a guard is removed', async () => {
    const { file } = await setUp()
    makePipe(`${file}.refresh-lock`)
    makePipe(`${file}.refresh-lock.unknown`)
    expect(await withFileLock(file, async () => 'run')).toBe('run')
    expect(await readdir(dirname(file))).toEqual(['auth.json'])
  })

  it.skipIf(process.platform === 'win32')(
    'behind a link is not opened; a dangling link is removed',
    async () => {
      const { file } = await setUp()
      const pipe = join(await makeFolder(), 'pipe')
      makePipe(pipe)
      for (const target of [pipe, '/nowhere/at/all']) {
        await symlink(target, `${file}.refresh-lock`)
        expect(await withFileLock(file, async () => 'run')).toBe('run')
        expect(await readdir(dirname(file))).toEqual(['auth.json'])
      }
      expect((await stat(pipe)).isFIFO()).toBe(true)
    },
  )

  it.skipIf(process.platform === 'win32')('in the place of config.toml is not read', async () => {
    const file = join(await makeFolder(), 'auth.json')
    makePipe(join(dirname(file), 'config.toml'))
    expect(await rejection(fileTokenStore(file).read())).toMatchObject({ code: 'CODEX_AUTH_FILE_NOT_FOUND' })
  })

  it.skipIf(process.platform === 'win32')('that comes in the place of the login is not opened', async () => {
    const { file, manage, tokens } = await setUp({ expiresInSeconds: 360 })
    const manager = manage()
    await manager.getTokens()
    execFileSync('rm', [file])
    makePipe(file)
    manager.invalidate(tokens.accessToken)
    expect(await rejection(manager.getTokens())).toMatchObject({
      code: 'CODEX_AUTH_TOKEN',
      message: expect.stringContaining('is not a regular file'),
    })
    await fileTokenStore(file)
      .write(tokens, tokens)
      .catch(() => {})
  })
})

test('no token can be seen from globalThis', async () => {
  const { settings, tokens } = await setUp(EXPIRED)
  const auth: TokenStore = {
    key: crypto.randomUUID(),
    read: async () => tokens,
    write: () => Promise.reject(new Error('full')),
  }
  const manager = createTokenManager({ ...settings, auth })
  const renewed = await manager.getTokens()

  const ended = await setUp(EXPIRED)
  ended.server.answerToken({ type: 'error', status: 401, body: { error: { code: 'refresh_token_expired' } } })
  await rejection(ended.manage().getTokens())

  const found = [renewed, tokens, ended.tokens].flatMap(({ accessToken, refreshToken, idToken }) => [
    accessToken,
    refreshToken ?? '',
    idToken ?? '',
  ])
  const shown = inspect(globalThis, { depth: 20, maxArrayLength: null, maxStringLength: null })
  expect(found.filter((secret) => secret !== '' && shown.includes(secret))).toEqual([])
  expect(shown).not.toContain('ai-sdk-provider-codex.logins')
  const logins = Reflect.get(globalThis, Symbol.for('ai-sdk-provider-codex.logins'))
  const all = inspect(logins, { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null })
  expect(all).toContain(String(auth.key))
  expect(found.filter((secret) => secret !== '' && all.includes(secret))).toEqual([])
})

test('a login that others have changed is read again after a 401 within the floor', async () => {
  const { server, file, manage } = await setUp(EXPIRED)
  const manager = manage()
  const { accessToken } = await manager.getTokens()
  const newer = server.login()
  await save(file, newer)
  manager.invalidate(accessToken)
  expect((await manager.getTokens()).accessToken).toBe(newer.tokens.access_token)
})
