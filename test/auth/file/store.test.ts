import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { chmod, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileTokenStore, memoryTokenStore } from 'ai-sdk-provider-codex/auth'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { replaceFile } from '../../../src/auth/file/atomic-write.ts'
import { resolveAuthFilePath } from '../../../src/auth/file/path.ts'
import { waitsByItself } from '../../../src/auth/file/store.ts'
import { makeAuthFile, makeFolder, rejection, secretsIn, withoutRights } from '../helpers.ts'

const old = { accessToken: 'access-1', refreshToken: 'rt_1' }
const renewed = {
  accessToken: 'access-2',
  refreshToken: 'rt_2',
  lastRefresh: Date.parse('2026-11-25T00:00:00Z'),
}
const content = {
  auth_mode: 'chatgpt',
  tokens: { access_token: 'access-1', refresh_token: 'rt_1', account_id: 'acct-1', more: 1 },
  last_refresh: '2026-11-01T00:00:00.000Z',
  bedrock_api_key: { any: 'thing' },
}

beforeEach(() => {
  for (const name of ['CODEX_AUTH_FILE', 'CODEX_HOME']) vi.stubEnv(name, undefined)
})

describe('resolveAuthFilePath', () => {
  it.each([
    ['default', {}, {}, '~/.codex/auth.json'],
    ['CODEX_HOME', { CODEX_HOME: '/c' }, {}, '/c/auth.json'],
    ['CODEX_HOME with ~', { CODEX_HOME: '~/c' }, {}, '~/c/auth.json'],
    ['CODEX_AUTH_FILE', { CODEX_AUTH_FILE: '/a.json', CODEX_HOME: '/c' }, {}, '/a.json'],
    ['CODEX_AUTH_FILE with ~', { CODEX_AUTH_FILE: '~/a.json' }, {}, '~/a.json'],
    ['empty variables', { CODEX_AUTH_FILE: '', CODEX_HOME: '' }, {}, '~/.codex/auth.json'],
    ['setting', { CODEX_AUTH_FILE: '/a.json' }, { authFile: '/b.json' }, '/b.json'],
    ['setting with ~', {}, { authFile: '~/b.json' }, '~/b.json'],
    ['no home of others', {}, { authFile: '/x/~/b.json' }, '/x/~/b.json'],
  ])('%s', async (_, env, settings, expected) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    vi.stubEnv('HOME', '/home/someone')
    expect(await resolveAuthFilePath(settings)).toBe(expected.replace(/^~/, '/home/someone'))
  })

  it('does without HOME', async () => {
    vi.stubEnv('HOME', undefined)
    expect(await resolveAuthFilePath()).toBe(join(homedir(), '.codex', 'auth.json'))
  })

  it('says what to do where there is no file system', async () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never)
    const failure = await rejection(fileTokenStore('/a.json').read())
    vi.restoreAllMocks()
    expect(failure).toMatchObject({ code: 'CODEX_AUTH', message: expect.stringContaining('`auth` setting') })
  })
})

describe('read', () => {
  it('reads the environment at each call', async () => {
    const store = fileTokenStore()
    vi.stubEnv('CODEX_AUTH_FILE', await makeAuthFile({ access_token: 'one' }))
    expect(await store.read()).toEqual({ accessToken: 'one' })
    vi.stubEnv('CODEX_AUTH_FILE', await makeAuthFile({ access_token: 'two' }))
    expect(await store.read()).toEqual({ accessToken: 'two' })
  })

  it('says where it looked, how to log in, and that the keyring may have it (BR-66)', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'config.toml'), 'cli_auth_credentials_store = "keyring"\n')
    const file = join(folder, 'auth.json')
    const failure = await rejection(fileTokenStore(file).read())
    expect(failure).toMatchObject({ code: 'CODEX_AUTH_FILE_NOT_FOUND' })
    for (const words of [file, 'npx @openai/codex login', 'keyring', 'cli_auth_credentials_store = "file"']) {
      expect(failure).toHaveProperty('message', expect.stringContaining(words))
    }
  })

  it('takes a CODEX_HOME that is a file for no login (BR-66)', async () => {
    vi.stubEnv('CODEX_HOME', await makeAuthFile(content))
    expect(await rejection(fileTokenStore().read())).toMatchObject({ code: 'CODEX_AUTH_FILE_NOT_FOUND' })
  })

  it('says that a path is a folder', async () => {
    const folder = await makeFolder()
    expect(await rejection(fileTokenStore(folder).read())).toMatchObject({
      code: 'CODEX_AUTH_TOKEN',
      message: expect.stringMatching(/is a folder/),
      cause: expect.objectContaining({ code: 'EISDIR' }),
    })
  })

  it('says that it may not read a file', async () => {
    const file = await makeAuthFile(content)
    const failure = await withoutRights(file, 0, () => rejection(fileTokenStore(file).read()))
    expect(failure).toMatchObject({
      code: 'CODEX_AUTH_TOKEN',
      message: expect.stringMatching(/permission denied \(EACCES\)/),
    })
  })

  it('reads again where another client is in the middle of writing', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const file = await makeAuthFile('')
    const tokens = fileTokenStore(file).read()
    for (const text of ['{"tokens": {"acc', JSON.stringify(content)]) {
      while (vi.getTimerCount() === 0) await new Promise(setImmediate)
      await writeFile(file, text)
      vi.runAllTimers()
    }
    expect(await tokens).toMatchObject(old)
  })

  it('names the file that is broken, and shows nothing of it', async () => {
    const file = await makeAuthFile('{"access_token": "my-secret"')
    const failure = await rejection(fileTokenStore(file).read())
    expect(failure).toHaveProperty('message', expect.stringContaining(file))
    expect(secretsIn(failure, ['my-secret'])).toEqual([])
  })
})

describe('write', () => {
  it.each([0o600, 0o640, 0o644])('keeps unknown fields, the order of keys and the mode %o', async (mode) => {
    const file = await makeAuthFile(content)
    await chmod(file, mode)
    await fileTokenStore(file).write(renewed, old)
    const expected = {
      ...content,
      tokens: { ...content.tokens, access_token: 'access-2', refresh_token: 'rt_2' },
      last_refresh: '2026-11-25T00:00:00.000Z',
    }
    expect(await readFile(file, 'utf8')).toBe(`${JSON.stringify(expected, null, 2)}\n`)
    expect((await stat(file)).mode & 0o777).toBe(mode)
    expect(await readdir(dirname(file))).toEqual(['auth.json'])
  })

  it.each([
    ['another refresh token', { tokens: { access_token: 'access-1', refresh_token: 'rt_9' } }],
    ['no refresh token', { tokens: { access_token: 'access-1' } }],
    ['an API key', { auth_mode: 'apikey', OPENAI_API_KEY: 'sk-1' }],
    ['no JSON', 'oops'],
    ['nothing', ''],
  ])('writes nothing where the file holds %s', async (_, now) => {
    const file = await makeAuthFile(now)
    const before = await readFile(file, 'utf8')
    await fileTokenStore(file).write(renewed, old)
    expect(await readFile(file, 'utf8')).toBe(before)
    expect(await readdir(dirname(file))).toEqual(['auth.json'])
  })

  it('goes by the access token where no refresh token was spent', async () => {
    const file = await makeAuthFile({ access_token: 'access-1' })
    await fileTokenStore(file).write({ accessToken: 'access-2' }, { accessToken: 'other' })
    expect(await fileTokenStore(file).read()).toEqual({ accessToken: 'access-1' })
    await fileTokenStore(file).write({ accessToken: 'access-2' }, { accessToken: 'access-1' })
    expect(await fileTokenStore(file).read()).toEqual({ accessToken: 'access-2' })
  })

  it('never makes a deleted file again', async () => {
    const file = await makeAuthFile(content)
    await rm(file)
    await fileTokenStore(file).write(renewed, old)
    expect(await readdir(dirname(file))).toEqual([])
  })

  it('leaves a symbolic link a link', async () => {
    const target = await makeAuthFile(content)
    const link = join(await makeFolder(), 'auth.json')
    await symlink(target, link)
    await fileTokenStore(link).write(renewed, old)
    expect(await readlink(link)).toBe(target)
    expect(await fileTokenStore(target).read()).toMatchObject({ accessToken: 'access-2' })
    expect(await fileTokenStore(link).realPath()).toBe(await fileTokenStore(target).realPath())
  })

  it('leaves no temporary file where the replacement fails', async () => {
    const file = await makeAuthFile(content)
    const failure = await rejection(
      replaceFile(file, (text) => {
        rmSync(file)
        mkdirSync(file)
        return text
      }),
    )
    expect(failure).toMatchObject({ code: 'EISDIR' })
    expect(await readdir(dirname(file))).toEqual(['auth.json'])
  })

  it('leaves a file deleted that goes while it is replaced', async () => {
    const file = await makeAuthFile(content)
    await replaceFile(file, (text) => {
      rmSync(file, { force: true })
      return text
    })
    expect(await readdir(dirname(file))).toEqual([])
  })

  it('shows a reader the old file or the new one, never a part', async () => {
    const padding = 'x'.repeat(300_000)
    const file = await makeAuthFile({ ...content, padding })
    const store = fileTokenStore(file)
    let isWriting = true
    const seen = new Set<string>()
    const reader = async () => {
      while (isWriting) {
        const document = JSON.parse(await readFile(file, 'utf8'))
        expect(document.padding).toBe(padding)
        seen.add(document.tokens.access_token)
      }
    }
    const readers = Promise.all([reader(), reader()])
    for (let n = 1; n <= 30; n++) {
      const names = (m: number) => ({ accessToken: `access-${m}`, refreshToken: `rt_${m}` })
      await store.write(names(n + 1), names(n))
    }
    isWriting = false
    await readers
    expect(await store.read()).toMatchObject({ accessToken: 'access-31' })
    expect(seen.size).toBeGreaterThan(1)
  })

  it('loses no change that another writer makes meanwhile', async () => {
    const file = await makeAuthFile(content)
    let calls = 0
    await replaceFile(file, (text) => {
      calls++
      // As a writer that comes between our read and our rename.
      if (calls === 1) writeFileSync(file, text.replace('"any": "thing"', '"any": "other"'))
      return text.replace('access-1', 'access-2')
    })
    expect(calls).toBe(2)
    const text = await readFile(file, 'utf8')
    expect(text).toContain('"any": "other"')
    expect(text).toContain('access-2')
    expect(await readdir(dirname(file))).toEqual(['auth.json'])
  })
})

describe('canWrite', () => {
  it('is true for a file of ours and false for none', async () => {
    const file = await makeAuthFile(content)
    expect(await fileTokenStore(file).canWrite()).toBe(true)
    expect(await fileTokenStore(join(dirname(file), 'none.json')).canWrite()).toBe(false)
  })
})

describe('memoryTokenStore', () => {
  it('keeps what it is given, unless something else was spent', async () => {
    const store = memoryTokenStore(old)
    await store.write(renewed, { accessToken: 'x', refreshToken: 'rt_0' })
    expect(await store.read()).toEqual(old)
    await store.write(renewed, old)
    expect(await store.read()).toEqual(renewed)
  })
})

it('a lock of a file waits by itself, one of another store does not', async () => {
  const store = fileTokenStore(join(await makeFolder(), 'auth.json'))
  expect(waitsByItself(store)).toBe(true)
  expect(waitsByItself({ ...store, lock: (run) => run() })).toBe(false)
  expect(waitsByItself(memoryTokenStore(old))).toBe(false)
})
