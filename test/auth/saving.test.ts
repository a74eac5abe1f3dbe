import { readFile, rm } from 'node:fs/promises'
import {
  type CodexTokens,
  createTokenManager,
  fileTokenStore,
  memoryTokenStore,
  type TokenStore,
} from 'ai-sdk-provider-codex/auth'
import { describe, expect, it } from 'vitest'
import { secretsIn, tokensOf, withoutRights } from './helpers.ts'
import { DAY, EXPIRED, MINUTE, setUp } from './login.ts'

describe('stores that do not take the tokens', () => {
  const readOnly = (tokens: CodexTokens, code = 'EROFS'): TokenStore => ({
    read: async () => tokens,
    write: async () => {
      throw Object.assign(new Error(`can't write ${tokens.refreshToken}`), { code })
    },
  })

  it('keeps them in memory, with one warning, for all managers on the store', async () => {
    const { server, clock, settings, tokens } = await setUp(EXPIRED)
    const warnings: string[] = []
    const auth = readOnly(tokens)
    const manager = createTokenManager({ ...settings, auth, onWarning: (text) => warnings.push(text) })
    const first = await manager.getTokens()
    expect((await createTokenManager({ ...settings, auth }).getTokens()).accessToken).toBe(first.accessToken)

    clock.now += 11 * DAY
    const second = await manager.getTokens()
    expect(second.accessToken).not.toBe(first.accessToken)
    clock.now += 11 * DAY
    expect((await manager.getTokens()).accessToken).not.toBe(second.accessToken)
    expect(server.tokenRequests.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(warnings).toEqual([expect.stringContaining('EROFS')])
    expect(secretsIn(warnings, [tokens.refreshToken, tokens.accessToken])).toEqual([])
  })

  class RowLockError extends Error {}
  it.each<[string, unknown, string]>([
    ['a code', Object.assign(new Error('rt_x'), { code: '23505' }), '(23505)'],
    [
      'a class',
      new RowLockError('rt_x'),
      '(RowLockError; its message is withheld, since it may hold tokens)',
    ],
    ['a name', new TypeError('rt_x'), '(TypeError; its message is withheld'],
    ['a code that is none', Object.assign(new Error('rt_x'), { code: 'key rt_x' }), '(Error; its message'],
    ['no error', 'rt_x', '(not an Error)'],
  ])('names what they fail with, without its words: %s', async (_, failure, words) => {
    const { settings, tokens } = await setUp(EXPIRED)
    const auth: TokenStore = { read: async () => tokens, write: () => Promise.reject(failure) }
    const warnings: string[] = []
    await createTokenManager({ ...settings, auth, onWarning: (text) => warnings.push(text) }).getTokens()
    expect(warnings).toEqual([expect.stringContaining(`could not be saved ${words}`)])
    expect(warnings[0]).not.toContain('rt_x')
  })

  it.each([undefined, null])('hold no login where they read %s', async (nothing) => {
    const auth = { read: async () => nothing, write: async () => {} } as TokenStore
    await expect(createTokenManager({ auth }).getTokens()).rejects.toMatchObject({
      code: 'CODEX_AUTH_FILE_NOT_FOUND',
    })
  })

  it('goes on with a file that may be read only', async () => {
    const { file, manage, tokens } = await setUp(EXPIRED)
    const warnings: string[] = []
    const text = await readFile(file, 'utf8')
    const { accessToken } = await withoutRights(file, 0o444, () =>
      manage({ onWarning: (warning) => warnings.push(warning) }).getTokens(),
    )
    expect(accessToken).not.toBe(tokens.accessToken)
    expect(warnings).toEqual([expect.stringContaining('EACCES')])
    expect(await readFile(file, 'utf8')).toBe(text)
  })

  it('spends no refresh token before it must, where it could not be replaced', async () => {
    const { server, clock, settings, tokens } = await setUp({ expiresInSeconds: 240 })
    const auth = { ...readOnly(tokens), canWrite: async () => false }
    const manager = createTokenManager({ ...settings, auth })
    expect((await manager.getTokens()).accessToken).toBe(tokens.accessToken)
    expect(server.tokenRequests).toEqual([])
    clock.now += 5 * MINUTE
    expect((await manager.getTokens()).accessToken).not.toBe(tokens.accessToken)
  })

  it.each([
    ['was not written', false],
    ['was written', true],
  ])('keeps them while the store can be neither written nor read: %s', async (_, isWritten) => {
    const { server, clock, settings, tokens } = await setUp(EXPIRED)
    const memory = memoryTokenStore(tokens)
    const start = clock.now
    let isDown = false
    const auth: TokenStore = {
      async read() {
        if (isDown) throw new Error('connection lost')
        return memory.read()
      },
      async write(renewed, previous) {
        isDown = clock.now === start
        if (!isDown || isWritten) await memory.write(renewed, previous)
        if (isDown) throw new Error('connection lost')
      },
    }
    const manager = createTokenManager({ ...settings, auth })
    const first = await manager.getTokens()
    isDown = false
    expect((await createTokenManager({ ...settings, auth }).getTokens()).accessToken).toBe(first.accessToken)

    clock.now += 11 * DAY
    const second = await manager.getTokens()
    expect(server.tokenRequests.map(({ status }) => status)).toEqual([200, 200])
    expect(await memory.read()).toEqual(second)
  })

  it('uses what the store holds where it refuses to write', async () => {
    const { server, settings, tokens } = await setUp(EXPIRED)
    const newer = tokensOf(server.login())
    const memory = memoryTokenStore(tokens)
    const auth: TokenStore = {
      ...memory,
      async write(renewed, previous) {
        await memory.write(newer, previous)
        await memory.write(renewed, previous)
      },
    }
    expect((await createTokenManager({ ...settings, auth }).getTokens()).accessToken).toBe(newer.accessToken)
  })

  it('leaves a file deleted, and lives from memory', async () => {
    const { server, file, settings, tokens } = await setUp(EXPIRED)
    const store = fileTokenStore(file)
    const auth: TokenStore = {
      read: store.read,
      async write(renewed, previous) {
        await rm(file)
        await store.write(renewed, previous)
      },
    }
    const manager = createTokenManager({ ...settings, auth })
    const { accessToken } = await manager.getTokens()
    expect(accessToken).not.toBe(tokens.accessToken)
    expect((await manager.getTokens()).accessToken).toBe(accessToken)
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(server.tokenRequests).toHaveLength(1)
  })
})
