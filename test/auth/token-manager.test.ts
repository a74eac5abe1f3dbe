import {
  type CodexTokens,
  createTokenManager,
  fileTokenStore,
  type TokenStore,
} from 'ai-sdk-provider-codex/auth'
import { describe, expect, it, vi } from 'vitest'
import { encodeJwt, rejection, secretsIn } from './helpers.ts'
import { DAY, EXPIRED, MINUTE, onDisk, reasons, setUp } from './login.ts'

/** A store that counts its reads. */
function countReads(store: TokenStore) {
  const counts = { reads: 0 }
  const read = () => {
    counts.reads++
    return store.read()
  }
  return { counts, store: { ...store, read } }
}

describe('when tokens are renewed', () => {
  it.each([
    ['ten days left', 10 * 24 * 3600, []],
    ['330 s left', 330, []],
    ['300 s left', 300, ['proactive_expiry']],
    ['290 s left', 290, ['proactive_expiry']],
    ['expired', -60, ['proactive_expiry']],
  ])('%s', async (_, expiresInSeconds, expected) => {
    const { server, manage, tokens } = await setUp({ expiresInSeconds })
    const { accessToken } = await manage().getTokens()
    expect(reasons(server)).toEqual(expected)
    expect(accessToken === tokens.accessToken).toBe(expected.length === 0)
  })

  it.each([
    ['9 days ago, end known', true, 9, []],
    ['9 days ago, end unknown', false, 9, ['scheduled']],
    ['7 days ago, end unknown', false, 7, []],
    ['never, end unknown', false, undefined, []],
  ])('last renewed %s', async (_, isKnown, days, expected) => {
    const { clock, server, settings, tokens } = await setUp()
    const auth: CodexTokens = {
      ...tokens,
      accessToken: isKnown ? tokens.accessToken : 'opaque',
      ...(days === undefined ? {} : { lastRefresh: clock.now - days * DAY }),
    }
    await createTokenManager({ ...settings, auth }).getTokens()
    expect(reasons(server)).toEqual(expected)
  })

  it('reads the store once, and then lives from memory', async () => {
    const { clock, settings, file } = await setUp()
    const { counts, store } = countReads(fileTokenStore(file))
    const manager = createTokenManager({ ...settings, auth: store })
    await Promise.all(Array.from({ length: 10 }, () => manager.getTokens()))
    clock.now += DAY
    await manager.getTokens()
    expect(counts.reads).toBe(1)
  })

  it('writes renewed tokens back', async () => {
    const { clock, file, manage, tokens } = await setUp(EXPIRED)
    const renewed = await manage().getTokens()
    expect(renewed.refreshToken).not.toBe(tokens.refreshToken)
    expect(await onDisk(file)).toEqual({ ...renewed, lastRefresh: clock.now })
  })

  it('sends the headers it was given', async () => {
    const { server, manage } = await setUp(EXPIRED)
    await manage({ headers: { originator: 'my_app' } }).getTokens()
    expect(server.tokenRequests[0]?.headers.originator).toBe('my_app')
  })

  it('sends the client id it was given', async () => {
    const { server, manage } = await setUp(EXPIRED)
    await manage({ clientId: 'app_mine' })
      .getTokens()
      .catch(() => {})
    expect(server.tokenRequests[0]?.text).toContain('app_mine')
  })
})

describe('forms of auth', () => {
  it('uses tokens without a refresh token to their end', async () => {
    const clock = { now: 1_000_000_000_000 }
    const auth = { accessToken: encodeJwt({ exp: clock.now / 1000 + 60 }) }
    const manager = createTokenManager({ auth, now: () => clock.now })
    expect(await manager.getTokens()).toEqual(auth)
    clock.now += MINUTE
    expect(await rejection(manager.getTokens())).toMatchObject({
      code: 'CODEX_AUTH_TOKEN_EXPIRED',
      message: expect.stringMatching(/has expired.*npx @openai\/codex login/),
    })
  })

  it('says that a store is empty', async () => {
    const auth: TokenStore = { read: async () => undefined, write: async () => {} }
    expect(await rejection(createTokenManager({ auth }).getTokens())).toMatchObject({
      code: 'CODEX_AUTH_FILE_NOT_FOUND',
    })
  })

  it.each([
    ['empty', ''],
    ['missing', undefined],
    ['with a line break', 'my-secret\r\nx: y'],
    ['no text', 7],
  ])('refuses an access token that is %s', async (_, accessToken) => {
    const tokens = { accessToken } as unknown as CodexTokens
    const store: TokenStore = { read: async () => tokens, write: async () => {} }
    for (const auth of [tokens, store, () => tokens]) {
      const failure = await rejection(createTokenManager({ auth }).getTokens())
      expect(failure).toMatchObject({ code: 'CODEX_AUTH_TOKEN' })
      expect(secretsIn(failure, ['my-secret'])).toEqual([])
    }
  })

  it.each([null, 'token', 7, {}, []])('refuses %j', (auth) => {
    expect(() => createTokenManager({ auth: auth as never })).toThrow(
      expect.objectContaining({ name: 'AI_InvalidArgumentError', argument: 'auth' }),
    )
  })

  it.each(['read', 'write'])('refuses a store that can only %s', (method) => {
    expect(() => createTokenManager({ auth: { [method]: async () => undefined } as never })).toThrow(
      expect.objectContaining({ argument: 'auth', message: expect.stringContaining('({ read, write })') }),
    )
  })

  it('uses the default file', async () => {
    const { file, tokens } = await setUp()
    vi.stubEnv('CODEX_AUTH_FILE', file)
    expect((await createTokenManager({ now: () => 0 }).getTokens()).accessToken).toBe(tokens.accessToken)
  })
})

describe('peek', () => {
  it('tells of the login what is no secret, once it is known', async () => {
    const { clock, manage, tokens } = await setUp({ expiresInSeconds: 600, planType: 'pro' })
    const manager = manage()
    expect(manager.peek()).toBeUndefined()
    await manager.getTokens()
    expect(manager.peek()).toEqual({
      accountId: tokens.accountId,
      planType: 'pro',
      expiresAt: clock.now + 600_000,
    })
  })
})

describe('errors', () => {
  it('hold no secret', async () => {
    const bodies = ['refresh_token_expired', 'refresh_token_reused', 'refresh_token_invalidated', 'else']
    for (const code of bodies) {
      const { server, manage, tokens } = await setUp(EXPIRED)
      const secrets = [tokens.accessToken, tokens.refreshToken, tokens.idToken]
      server.answerToken({
        type: 'error',
        status: 401,
        body: { error: { code, message: `bad ${tokens.refreshToken}` }, access_token: tokens.accessToken },
      })
      const failure = await rejection(manage().getTokens())
      expect(failure).toMatchObject({ code: 'CODEX_AUTH_REFRESH' })
      expect(secretsIn(failure, secrets)).toEqual([])
    }
  })
})
