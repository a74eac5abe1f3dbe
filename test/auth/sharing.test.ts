import { readFile } from 'node:fs/promises'
import {
  type CodexTokens,
  createTokenManager,
  memoryTokenStore,
  type TokenStore,
} from 'ai-sdk-provider-codex/auth'
import { describe, expect, it, vi } from 'vitest'
import { rejection, tokensOf } from './helpers.ts'
import { EXPIRED, MINUTE, onDisk, save, setUp } from './login.ts'

describe('one refresh at a time (BR-60)', () => {
  it('refreshes once for ten calls over two managers on one file', async () => {
    const { server, file, manage } = await setUp(EXPIRED)
    const managers = [manage(), manage()]
    const all = await Promise.all(Array.from({ length: 10 }, (_, n) => managers[n % 2]?.getTokens()))
    expect(server.tokenRequests).toHaveLength(1)
    const { accessToken } = await onDisk(file)
    expect(new Set(all.map((tokens) => tokens?.accessToken))).toEqual(new Set([accessToken]))
  })

  it('holds for copies of the module', async () => {
    const { server, file, settings, manage } = await setUp(EXPIRED)
    vi.resetModules()
    const copy = await import('ai-sdk-provider-codex/auth')
    expect(copy.createTokenManager).not.toBe(createTokenManager)
    const other = copy.createTokenManager({ ...settings, auth: copy.fileTokenStore(file) })
    await Promise.all([manage().getTokens(), other.getTokens()])
    expect(server.tokenRequests).toHaveLength(1)
  })

  it.each([
    ['a store', (tokens: CodexTokens) => memoryTokenStore(tokens)],
    ['a tokens object', (tokens: CodexTokens) => ({ ...tokens })],
  ])('holds for managers on %s', async (_, make) => {
    const { server, settings, tokens } = await setUp(EXPIRED)
    const auth = make(tokens)
    const managers = [createTokenManager({ ...settings, auth }), createTokenManager({ ...settings, auth })]
    const all = await Promise.all(managers.map((manager) => manager.getTokens()))
    expect(server.tokenRequests).toHaveLength(1)
    const third = await createTokenManager({ ...settings, auth }).getTokens()
    expect(new Set([...all, third].map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('frees a caller who aborts, and only that one', async () => {
    const { server, file, manage } = await setUp(EXPIRED)
    const manager = manage()
    const controller = new AbortController()
    const reason = new Error('enough')
    const asked = server.nextRequest('/oauth/token')
    const [one, two] = [rejection(manager.getTokens(controller.signal)), manager.getTokens()]
    await asked
    controller.abort(reason)
    expect(await one).toBe(reason)
    expect((await two).accessToken).toBe((await onDisk(file)).accessToken)
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('saves the tokens even where all callers have gone', async () => {
    const { server, file, manage, tokens } = await setUp(EXPIRED)
    const controller = new AbortController()
    const asked = server.nextRequest('/oauth/token')
    const one = rejection(manage().getTokens(controller.signal))
    await asked
    controller.abort()
    expect(await one).toMatchObject({ name: 'AbortError' })
    // A second manager waits for the same flight.
    await manage().getTokens()
    expect(server.tokenRequests).toHaveLength(1)
    expect((await onDisk(file)).refreshToken).not.toBe(tokens.refreshToken)
  })

  it('does nothing for a caller who has aborted before', async () => {
    const { server, manage } = await setUp(EXPIRED)
    expect(await rejection(manage().getTokens(AbortSignal.abort()))).toMatchObject({ name: 'AbortError' })
    expect(server.tokenRequests).toEqual([])
  })

  it('runs a refresh under the lock of the store, and reads there again', async () => {
    const { server, settings, tokens } = await setUp(EXPIRED)
    const newer = tokensOf(server.login())
    const memory = memoryTokenStore(tokens)
    const auth: TokenStore = {
      ...memory,
      async lock(run) {
        await memory.write(newer, tokens)
        return run()
      },
    }
    expect((await createTokenManager({ ...settings, auth }).getTokens()).accessToken).toBe(newer.accessToken)
    expect(server.tokenRequests).toEqual([])
  })
})

describe('another process used the refresh token first (BR-61)', () => {
  it('(a) uses newer tokens of the file, without a refresh', async () => {
    const { clock, server, file, manage } = await setUp({ expiresInSeconds: 600 })
    const manager = manage()
    await manager.getTokens()
    const newer = server.login()
    await save(file, newer)
    clock.now += 20 * MINUTE
    expect((await manager.getTokens()).accessToken).toBe(newer.tokens.access_token)
    expect(server.tokenRequests).toEqual([])
  })

  it('(b) uses tokens that the winner writes a little later', async () => {
    const { clock, server, file, manage } = await setUp(EXPIRED)
    server.answerToken({ type: 'error', status: 401, body: { error: { code: 'refresh_token_reused' } } })
    const newer = server.login()
    const sleep = async (ms: number) => {
      clock.slept += ms
      if (clock.slept === 1000) await save(file, newer)
    }
    expect((await manage({ sleep }).getTokens()).accessToken).toBe(newer.tokens.access_token)
    expect(clock.slept).toBe(1000)
    expect(await onDisk(file)).toMatchObject({ refreshToken: newer.tokens.refresh_token })
  })

  it('(c) waits 3 s, then says that another client used the login, and asks no more', async () => {
    const { clock, server, file, manage } = await setUp(EXPIRED)
    const before = await readFile(file, 'utf8')
    server.answerToken({ type: 'error', status: 401, body: { error: { code: 'refresh_token_reused' } } })
    const manager = manage()
    for (const each of [manager, manager, manage()]) {
      expect(await rejection(each.getTokens())).toMatchObject({
        reason: 'reused',
        message: expect.stringMatching(/another client has used this login.*npx @openai\/codex login/),
      })
    }
    expect(clock.slept).toBe(3000)
    expect(server.tokenRequests).toHaveLength(1)
    expect(await readFile(file, 'utf8')).toBe(before)

    const newer = server.login()
    await save(file, newer)
    expect((await manager.getTokens()).accessToken).toBe(newer.tokens.access_token)
  })

  it.each([
    ['expired', { error: { code: 'refresh_token_expired' } }],
    ['revoked', { error: { code: 'refresh_token_revoked' } }],
    ['another', { error: 'invalid_grant' }],
    ['a passing one', {}],
  ])('waits for no other client after a failure that is not about reuse: %s', async (_, body) => {
    const { clock, server, manage } = await setUp(EXPIRED)
    server.answerToken({ type: 'error', status: 400, body })
    expect(await rejection(manage().getTokens())).toMatchObject({ code: 'CODEX_AUTH_REFRESH' })
    expect(clock.slept).toBe(0)
  })

  it('waits for no other client where nobody else writes the login: a tokens object', async () => {
    const { clock, server, settings, tokens } = await setUp(EXPIRED)
    server.answerToken({ type: 'error', status: 400, body: { error: 'refresh_token_reused' } })
    const manager = createTokenManager({ ...settings, auth: tokens })
    expect(await rejection(manager.getTokens())).toMatchObject({ reason: 'reused' })
    expect(clock.slept).toBe(0)
  })

  it('passes on an error under the lock as it is, and looks no further', async () => {
    const { clock, server, settings, tokens } = await setUp({ expiresInSeconds: 240 })
    const fault = new Error('connection lost')
    let reads = 0
    const auth: TokenStore = {
      ...memoryTokenStore(tokens),
      lock: (run) => run(),
      read: async () => {
        if (++reads === 2) throw fault
        return tokens
      },
    }
    expect(await rejection(createTokenManager({ ...settings, auth }).getTokens())).toBe(fault)
    expect([reads, clock.slept]).toEqual([2, 0])
    expect(server.tokenRequests).toEqual([])
  })

  it.each([
    ['passing', 503],
    ['permanent', 401],
  ])('(d) uses living tokens where the refresh fails: %s', async (_, status) => {
    const { server, clock, manage, tokens } = await setUp({ expiresInSeconds: 240 })
    server.answerToken({ type: 'error', status, body: {} })
    const manager = manage()
    expect((await manager.getTokens()).accessToken).toBe(tokens.accessToken)
    expect((await manager.getTokens()).accessToken).toBe(tokens.accessToken)
    expect(server.tokenRequests).toHaveLength(1)
    expect(clock.slept).toBe(0)
  })

  it('tries again half a minute after a passing failure, and shows it once the token is dead', async () => {
    const { server, clock, manage, tokens } = await setUp({ expiresInSeconds: 240 })
    const manager = manage()
    server.answerToken({ type: 'error', status: 500, body: {} }, { type: 'reset' }, { type: 'reset' })
    await manager.getTokens()
    clock.now += 29_999
    await manager.getTokens()
    expect(server.tokenRequests).toHaveLength(1)
    clock.now += 1
    expect((await manager.getTokens()).accessToken).toBe(tokens.accessToken)
    expect(server.tokenRequests).toHaveLength(2)
    clock.now += 210_000
    expect(await rejection(manager.getTokens())).toMatchObject({
      reason: 'network',
      cause: expect.any(Error),
    })
    expect((await manager.getTokens()).accessToken).not.toBe(tokens.accessToken)
    expect(server.tokenRequests).toHaveLength(4)
  })
})
