import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type CodexTokens, fileTokenStore } from 'ai-sdk-provider-codex/auth'
import { describe, expect, it, test, vi } from 'vitest'
import { withFileLock } from '../../../src/auth/file/lock.ts'
import { assertCanSave, existingLogin, saveLogin } from '../../../src/auth/login/save.ts'
import {
  AUTH_CLAIM,
  encodeJwt,
  makeAuthFile,
  makeFolder,
  rejection,
  secretsIn,
  withoutRights,
} from '../helpers.ts'
import { authError, NOW, once } from './support.ts'

const CLAIM = { [AUTH_CLAIM]: { chatgpt_account_id: 'acct-1', chatgpt_plan_type: 'pro' } }
const TOKENS: CodexTokens = {
  accessToken: encodeJwt({ exp: NOW / 1000 + 3600, ...CLAIM }),
  refreshToken: 'rt_1',
  idToken: encodeJwt({ email: 'user@example.com', ...CLAIM }),
  accountId: 'acct-1',
  lastRefresh: NOW,
}
const OLD = {
  auth_mode: 'chatgpt',
  OPENAI_API_KEY: null,
  tokens: {
    id_token: TOKENS.idToken,
    access_token: encodeJwt(CLAIM),
    refresh_token: 'rt_0',
    account_id: 'acct-0',
  },
  last_refresh: '2026-01-01T00:00:00Z',
  agent_identity: 'kept nowhere',
}

const now = () => NOW
const modeOf = async (file: string) => (await stat(file)).mode & 0o777
const newFile = async (...names: string[]) => join(await makeFolder(), ...names, 'auth.json')

describe('a login that is saved', () => {
  it('is what the Codex CLI writes', async () => {
    const file = await newFile()
    expect(await saveLogin(TOKENS, { file, force: false, now })).toEqual({ file })
    const content = {
      auth_mode: 'chatgpt',
      OPENAI_API_KEY: null,
      tokens: {
        id_token: TOKENS.idToken,
        access_token: TOKENS.accessToken,
        refresh_token: 'rt_1',
        account_id: 'acct-1',
      },
      last_refresh: '2026-11-25T00:00:00.000Z',
    }
    // As text, for the order of the keys.
    expect(await readFile(file, 'utf8')).toBe(`${JSON.stringify(content, null, 2)}\n`)
    expect(await fileTokenStore(file).read()).toEqual(TOKENS)
  })

  it("takes the account from the tokens' claims", async () => {
    const file = await newFile()
    const { accountId, ...tokens } = TOKENS
    await saveLogin(tokens, { file, force: false, now })
    expect(JSON.parse(await readFile(file, 'utf8')).tokens.account_id).toBe('acct-1')
  })

  it('is for its owner alone, with the folders made for it', async () => {
    const file = await newFile('a', 'b')
    await saveLogin(TOKENS, { file, force: false, now })
    expect(await modeOf(file)).toBe(0o600)
    expect(await modeOf(dirname(file))).toBe(0o700)
    expect(await modeOf(dirname(dirname(file)))).toBe(0o700)
    expect(await readdir(dirname(file))).toEqual(['auth.json'])
  })

  it('leaves a folder that is there as it is', async () => {
    const file = await newFile('a')
    await mkdir(dirname(file))
    await chmod(dirname(file), 0o750)
    await saveLogin(TOKENS, { file, force: false, now })
    expect(await modeOf(dirname(file))).toBe(0o750)
  })
})

describe('with force', () => {
  it('the old file is kept beside, and nothing of it is carried over', async () => {
    const file = await makeAuthFile(OLD, 0o644)
    await writeFile(`${file}.backup`, 'an older backup', { mode: 0o644 })
    const old = await readFile(file)
    expect(await saveLogin(TOKENS, { file, force: true, now })).toEqual({ file, backup: `${file}.backup` })
    expect(await readFile(`${file}.backup`)).toEqual(old)
    expect(Object.keys(JSON.parse(await readFile(file, 'utf8')))).toEqual([
      'auth_mode',
      'OPENAI_API_KEY',
      'tokens',
      'last_refresh',
    ])
    expect([await modeOf(file), await modeOf(`${file}.backup`)]).toEqual([0o600, 0o600])
    expect((await readdir(dirname(file))).sort()).toEqual(['auth.json', 'auth.json.backup'])
  })

  it('no copy that a killed process has left stays', async () => {
    const file = await makeAuthFile(OLD)
    await writeFile(join(dirname(file), `.auth.json.${crypto.randomUUID()}.tmp`), 'tokens')
    await saveLogin(TOKENS, { file, force: true, now })
    expect((await readdir(dirname(file))).sort()).toEqual(['auth.json', 'auth.json.backup'])
  })

  it('there is no backup of nothing', async () => {
    const file = await newFile()
    expect(await saveLogin(TOKENS, { file, force: true, now })).toEqual({ file })
    expect(await readdir(dirname(file))).toEqual(['auth.json'])
  })

  it('the old file stays where its backup can not be made', async () => {
    const file = await makeAuthFile(OLD)
    await mkdir(join(`${file}.backup`, 'full'), { recursive: true })
    const error = await authError(saveLogin(TOKENS, { file, force: true, now }))
    expect(error.message).toContain(`Could not save the login in ${file} (E`)
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(OLD)
    expect((await readdir(dirname(file))).sort()).toEqual(['auth.json', 'auth.json.backup'])
  })
})

describe('a symbolic link', () => {
  it('stays one, and its backup stays beside it', async () => {
    const target = await makeAuthFile(OLD)
    const link = await newFile()
    await symlink(target, link)
    const result = await saveLogin(TOKENS, { file: link, force: true, now })
    expect(result).toEqual({ file: link, backup: `${link}.backup` })
    expect(await readlink(link)).toBe(target)
    expect(await fileTokenStore(target).read()).toEqual(TOKENS)
    expect(JSON.parse(await readFile(`${link}.backup`, 'utf8'))).toEqual(OLD)
  })

  it('to nothing gets what it names', async () => {
    const link = await newFile()
    await symlink(join('deep', 'login.json'), link)
    expect(await existingLogin(link)).toBeUndefined()
    expect(await saveLogin(TOKENS, { file: link, force: false, now })).toEqual({ file: link })
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
    expect(await fileTokenStore(join(dirname(link), 'deep', 'login.json')).read()).toEqual(TOKENS)
  })

  it('to itself is an error', async () => {
    const link = await newFile()
    await symlink(link, link)
    expect((await authError(existingLogin(link))).message).toContain(
      `Could not inspect the login file ${link} (ELOOP)`,
    )
  })
})

describe('what is there', () => {
  it.each([
    ['a login', OLD, { kind: 'chatgpt', accountId: 'acct-0', email: 'user@example.com', planType: 'pro' }],
    ['a login of opaque tokens', { tokens: { access_token: 'opaque' } }, { kind: 'chatgpt' }],
    ['an API key', { auth_mode: 'apikey', OPENAI_API_KEY: 'sk-secret' }, { kind: 'api-key' }],
    ['no tokens', { auth_mode: 'chatgpt', tokens: null }, { kind: 'unknown' }],
    ['half a file', '{"tokens":', { kind: 'unknown' }],
    ['an empty file', '', { kind: 'unknown' }],
  ])('%s is told, and refused without force', async (_, content, found) => {
    const file = await makeAuthFile(content)
    expect(await existingLogin(file)).toEqual({ file, ...found })
    const errors = [
      await authError(assertCanSave(file, false)),
      await authError(saveLogin(TOKENS, { file, force: false, now })),
    ]
    for (const error of errors) {
      expect(error.message).toContain(file)
      expect(error.message).toContain('`force: true`')
      for (const value of Object.values(found).slice(1, 3)) expect(error.message).toContain(value)
    }
    const secrets = ['sk-secret', 'rt_0', OLD.tokens.access_token, OLD.tokens.id_token ?? '', 'opaque']
    expect(secretsIn(errors, secrets)).toEqual([])
    await assertCanSave(file, true)
    expect(await readdir(dirname(file))).toEqual(['auth.json'])
  })

  it('is nothing where the folder is not there either, or is a file', async () => {
    expect(await existingLogin(await newFile('a', 'b'))).toBeUndefined()
    expect(await existingLogin(join(await makeAuthFile(OLD), 'auth.json'))).toBeUndefined()
  })

  it('is looked for at the default path', async () => {
    const file = await makeAuthFile(OLD)
    vi.stubEnv('CODEX_AUTH_FILE', file)
    expect(await existingLogin()).toMatchObject({ file, accountId: 'acct-0' })
  })

  it('is no folder, with force neither', async () => {
    const folder = await makeFolder()
    for (const force of [false, true]) {
      expect((await authError(assertCanSave(folder, force))).message).toContain(`${folder} is a folder`)
    }
  })
})

describe('a place that can not be written', () => {
  it('is found before the login', async () => {
    const file = join(await makeAuthFile(OLD), 'codex', 'auth.json')
    const error = await authError(assertCanSave(file, false))
    for (const words of [`Could not save the login in ${file} (ENOTDIR)`, '`authFile`', 'CODEX_AUTH_FILE']) {
      expect(error.message).toContain(words)
    }
  })

  it('is a typed error after it too, without secrets', async () => {
    const file = await newFile('a')
    await mkdir(dirname(file))
    // The folder alone: the file is not there.
    const probe = join(dirname(file), 'probe')
    await writeFile(probe, '')
    const error = await withoutRights(probe, 0o444, () =>
      authError(saveLogin(TOKENS, { file, force: false, now })),
    )
    expect(error.message).toContain(`Could not save the login in ${file} (EACCES)`)
    expect(secretsIn(error, [TOKENS.accessToken, 'rt_1', TOKENS.idToken ?? ''])).toEqual([])
    expect(await readdir(dirname(file))).toEqual(['probe'])
  })
})

describe('under the lock', () => {
  it('a login that another process has made meanwhile is found', async () => {
    const file = await newFile()
    const [held, released] = [once<void>(), once<void>()]
    const other = withFileLock(file, async () => {
      held.call()
      await released.value
      await writeFile(file, JSON.stringify(OLD))
    })
    await held.value
    const saving = saveLogin(TOKENS, { file, force: false, now })
    released.call()
    await other
    expect((await authError(saving)).message).toContain('acct-0')
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(OLD)
  })

  it('one of many logins is saved', async () => {
    const file = await newFile()
    const saves = Array.from({ length: 5 }, () => saveLogin(TOKENS, { file, force: false, now }))
    const results = await Promise.allSettled(saves)
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', ...Array(4).fill('rejected')])
    expect(await readdir(dirname(file))).toEqual(['auth.json'])
  })

  test('an abort ends the wait, and nothing is written', async () => {
    const file = await newFile()
    const [held, released] = [once<void>(), once<void>()]
    const other = withFileLock(file, async () => {
      held.call()
      await released.value
    })
    await held.value
    const aborts = new AbortController()
    const saving = saveLogin(TOKENS, { file, force: false, now, signal: aborts.signal })
    const reason = new Error('stop')
    aborts.abort(reason)
    expect(await rejection(saving)).toBe(reason)
    released.call()
    await other
    await withFileLock(file, async () => {
      expect(await existingLogin(file)).toBeUndefined()
    })
  })
})
