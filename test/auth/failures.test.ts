import { readFile, rm } from 'node:fs/promises'
import {
  createTokenManager,
  fileTokenStore,
  memoryTokenStore,
  type TokenStore,
} from 'ai-sdk-provider-codex/auth'
import { describe, expect, it, vi } from 'vitest'
import { rejection } from './helpers.ts'
import { EXPIRED, MINUTE, save, setUp } from './login.ts'

const nested = (code: string) => ({ error: { message: 'x', code } })
const LOG_IN = 'Log in again with `npx ai-sdk-provider-codex login` or `npx @openai/codex login`.'

describe('a failure that will not pass is remembered until the file changes', () => {
  it.each([
    ['refresh_token_expired', 401, nested('refresh_token_expired'), 'expired'],
    ['refresh_token_reused', 401, nested('refresh_token_reused'), 'reused'],
    ['refresh_token_reused', 400, nested('refresh_token_reused'), 'reused'],
    ['refresh_token_invalidated', 401, nested('refresh_token_invalidated'), 'revoked'],
    ['refresh_token_revoked', 401, nested('refresh_token_revoked'), 'revoked'],
    ['session_invalidated', 400, { error: 'session_invalidated' }, 'revoked'],
    ['invalid_grant', 400, { error: 'invalid_grant' }, 'other'],
  ])('%s, %i', async (_, status, body, reason) => {
    const { server, file, manage, settings } = await setUp(EXPIRED)
    server.answerToken({ type: 'error', status, body })
    const before = await readFile(file, 'utf8')
    const manager = manage()
    vi.resetModules()
    const copy = await import('ai-sdk-provider-codex/auth')
    const others = [
      manage(),
      copy.createTokenManager({ ...settings, auth: copy.fileTokenStore(file) }),
      createTokenManager({ ...settings, auth: fileTokenStore(file) }),
    ]
    for (const each of [manager, manager, ...others]) {
      const failure = await rejection(each.getTokens())
      expect(failure).toMatchObject({ code: 'CODEX_AUTH_REFRESH', reason })
      expect(failure).toHaveProperty('message', expect.stringContaining(LOG_IN))
    }
    expect(server.tokenRequests).toHaveLength(1)
    expect(await readFile(file, 'utf8')).toBe(before)

    const newer = server.login()
    await save(file, newer)
    for (const each of [manager, ...others]) {
      expect((await each.getTokens()).accessToken).toBe(newer.tokens.access_token)
    }
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('holds for these tokens only', async () => {
    const { server, file, manage } = await setUp(EXPIRED)
    server.answerToken({ type: 'error', status: 400, body: { error: 'invalid_grant' } })
    const manager = manage()
    await rejection(manager.getTokens())
    const other = server.login(EXPIRED)
    await save(file, other)
    expect((await manager.getTokens()).accessToken).not.toBe(other.tokens.access_token)
    expect(server.tokenRequests.map(({ status }) => status)).toEqual([400, 200])
  })

  it.each([
    ['429', { type: 'error', status: 429, body: {} } as const],
    ['500', { type: 'error', status: 500, body: {} } as const],
    ['another 401', { type: 'error', status: 401, body: nested('something_else') } as const],
    ['a 401 of nothing', { type: 'error', status: 401, body: {} } as const],
    [
      'a country',
      { type: 'error', status: 403, body: nested('unsupported_country_region_territory') } as const,
    ],
    ['a block as 400', { type: 'error', status: 400, body: nested('access_denied') } as const],
    ['a page', { type: 'error', status: 403, body: '<html>Just a moment…</html>' } as const],
    ['451', { type: 'error', status: 451, body: {} } as const],
    ['a broken connection', { type: 'reset' } as const],
  ])('but one that may pass is tried again: %s', async (_, answer) => {
    const { server, manage, tokens } = await setUp(EXPIRED)
    server.answerToken(answer)
    const manager = manage()
    expect(await rejection(manager.getTokens())).toMatchObject({ reason: 'network' })
    expect((await manager.getTokens()).accessToken).not.toBe(tokens.accessToken)
    expect(server.tokenRequests).toHaveLength(2)
  })
})

describe('a lock that can not be had', () => {
  const busy = new Error('the lock is held')

  it('is no error while the token lives, and is not waited for at each call', async () => {
    const { server, clock, settings, tokens } = await setUp({ expiresInSeconds: 200 })
    let locks = 0
    const auth = {
      ...memoryTokenStore(tokens),
      lock: () => {
        locks++
        return Promise.reject(busy)
      },
    }
    const manager = createTokenManager({ ...settings, auth })
    for (let n = 0; n < 3; n++) expect((await manager.getTokens()).accessToken).toBe(tokens.accessToken)
    expect(locks).toBe(1)
    clock.now += 31_000
    await manager.getTokens()
    expect(locks).toBe(2)
    clock.now += 200_000
    expect(await rejection(manager.getTokens())).toBe(busy)
    expect(server.tokenRequests).toEqual([])
  })

  it('is none where the store has good tokens by then', async () => {
    const { server, settings, tokens } = await setUp(EXPIRED)
    const memory = memoryTokenStore(tokens)
    const auth = {
      ...memory,
      async lock() {
        await memory.write({ accessToken: 'newer' }, tokens)
        throw busy
      },
    }
    expect(await createTokenManager({ ...settings, auth }).getTokens()).toEqual({ accessToken: 'newer' })
    expect(server.tokenRequests).toEqual([])
  })

  it('is not asked for where no refresh would follow', async () => {
    const { server, settings, tokens } = await setUp(EXPIRED)
    server.answerToken({ type: 'error', status: 400, body: { error: 'invalid_grant' } })
    let locks = 0
    const auth = {
      ...memoryTokenStore(tokens),
      lock: <T>(run: () => Promise<T>) => {
        locks++
        return run()
      },
    }
    const manager = createTokenManager({ ...settings, auth })
    for (let n = 0; n < 3; n++) await rejection(manager.getTokens())
    expect(locks).toBe(1)
  })
})

describe('a store that can not be read', () => {
  const fault = new Error('connection lost')

  /** A manager with 4 minutes left on its tokens, on a store that is out of reach by now. */
  async function setUpUnreadable() {
    const parts = await setUp({ expiresInSeconds: 360 })
    const memory = memoryTokenStore(parts.tokens)
    const store = { isDown: false, reads: 0 }
    const auth: TokenStore = {
      ...memory,
      async read() {
        store.reads++
        if (store.isDown) throw fault
        return memory.read()
      },
    }
    const manager = createTokenManager({ ...parts.settings, auth })
    await manager.getTokens()
    parts.clock.now += 2 * MINUTE
    Object.assign(store, { isDown: true, reads: 0 })
    return { ...parts, auth, store, manager }
  }

  it('is no error while the token in memory lives, and is read again half a minute later', async () => {
    const { clock, manager, tokens, auth, settings, store } = await setUpUnreadable()
    for (let n = 0; n < 3; n++) expect((await manager.getTokens()).accessToken).toBe(tokens.accessToken)
    expect(store.reads).toBe(1)
    clock.now += 30_000
    expect((await manager.getTokens()).accessToken).toBe(tokens.accessToken)
    expect(store.reads).toBe(2)
    clock.now += 4 * MINUTE
    expect(await rejection(manager.getTokens())).toBe(fault)
    expect(await rejection(createTokenManager({ ...settings, auth }).getTokens())).toBe(fault)
  })

  it('is read to renew the login once it is back', async () => {
    const { clock, manager, tokens, store } = await setUpUnreadable()
    await manager.getTokens()
    store.isDown = false
    clock.now += 30_000
    expect((await manager.getTokens()).accessToken).not.toBe(tokens.accessToken)
  })

  it('is no reason to use a token that got a 401', async () => {
    const { manager, tokens } = await setUpUnreadable()
    await manager.getTokens()
    manager.invalidate(tokens.accessToken)
    expect(await rejection(manager.getTokens())).toBe(fault)
  })

  it('is another thing than one whose login is gone: that may be a logout', async () => {
    const { clock, file, manage } = await setUp({ expiresInSeconds: 360 })
    const manager = manage()
    await manager.getTokens()
    clock.now += 2 * MINUTE
    await rm(file)
    expect(await rejection(manager.getTokens())).toMatchObject({ code: 'CODEX_AUTH_FILE_NOT_FOUND' })
  })
})
