import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type LoginOptions, startCodexServer, type TokenAnswer } from 'ai-sdk-provider-codex/testing'
import { afterAll, describe, expect, it, test } from 'vitest'
import { createChatGPTTokenManager } from '../../../src/auth/chatgpt/manager.ts'
import { chatGPTTokenStore } from '../../../src/auth/chatgpt/store.ts'
import { createTokenManager } from '../../../src/auth/create-token-manager.ts'
import { fileTokenStore } from '../../../src/auth/file/store.ts'
import { memoryTokenStore } from '../../../src/auth/memory-store.ts'
import { bundle } from '../../processes/bundle.ts'
import { rejection, secretsIn, startServer, tokensOf } from '../helpers.ts'
import { authError } from '../login/support.ts'
import { formOf, NOW, SCOPES, setUp, writeLogin } from './support.ts'

/** A login in a file, which ends in a minute unless the test says otherwise. */
async function setUpLogin(options: LoginOptions = {}, changes: Record<string, unknown> = {}) {
  const world = await setUp()
  const { file, login } = await writeLogin(world.server, { expiresInSeconds: 60, ...options }, changes)
  return {
    ...world,
    file,
    old: login,
    manager: (more: Parameters<typeof createChatGPTTokenManager>[0] = {}) =>
      world.manager({ auth: chatGPTTokenStore({ file }), ...more }),
    read: async () => JSON.parse(await readFile(file, 'utf8')),
  }
}

describe('a renewal', () => {
  it('is a form with the resource and without scopes, and names no Codex client', async () => {
    const { manager, server, old } = await setUpLogin()
    await manager({ headers: { originator: 'x', 'user-agent': 'my-app/1' } }).getTokens()
    const [request] = server.tokenRequests
    expect(formOf(request ?? { text: '' })).toEqual({
      grant_type: 'refresh_token',
      client_id: old.grant?.client_id,
      refresh_token: old.tokens.refresh_token,
      resource: 'https://api.openai.com/v1',
    })
    expect(request?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'my-app/1',
    })
    expect(request?.headers).not.toHaveProperty('originator')
    expect(request?.headers).not.toHaveProperty('authorization')
  })

  it('is saved whole, and keeps what else is in the file', async () => {
    const { manager, old, read } = await setUpLogin()
    const before = await read()
    const { accessToken } = await manager().getTokens()
    const after = await read()
    expect(accessToken).not.toBe(old.tokens.access_token)
    expect(after).toMatchObject({
      ext_agent_host_id: before.ext_agent_host_id,
      clients: before.clients,
      login: {
        access_token: accessToken,
        client_id: old.grant?.client_id,
        scopes: SCOPES.split(' '),
        earliest_refresh_at: new Date(NOW + 3_240_000).toISOString(),
        saved_at: new Date(NOW).toISOString(),
      },
    })
    expect(after.login.refresh_token).not.toBe(old.tokens.refresh_token)
  })

  it('keeps the scopes and the id token where the answer leaves them out', async () => {
    const { manager, server, old, read } = await setUpLogin()
    server.answerToken({ type: 'ok', omit: ['scope', 'id_token', 'earliest_refresh_at', 'expires_in'] })
    await manager().getTokens()
    const { login } = await read()
    expect(login).toMatchObject({ scopes: SCOPES.split(' '), id_token: old.tokens.id_token })
    expect(login).not.toHaveProperty('earliest_refresh_at')
  })

  it('that lost the scope is saved, and turns plan usage off', async () => {
    const { manager, server, old, read } = await setUpLogin()
    server.answerToken({ type: 'ok', scope: 'openid' })
    const tokens = manager()
    expect((await authError(tokens.getTokens())).message).toContain('does not allow the app to use the plan')
    const { login } = await read()
    expect(login.refresh_token).not.toBe(old.tokens.refresh_token)
    expect(login.scopes).toEqual(['openid'])
    // Nothing is asked for again, until another login is in the file.
    await authError(tokens.getTokens())
    expect(server.tokenRequests).toHaveLength(1)
    const { file } = await writeLogin(server)
    const other = await manager({ auth: chatGPTTokenStore({ file }) }).getTokens()
    expect(other.scopes).toContain('chatgpt.tokens.use.direct')
  })

  it('happens once for five calls', async () => {
    const { manager, server } = await setUpLogin()
    const tokens = manager()
    const all = await Promise.all(Array.from({ length: 5 }, () => tokens.getTokens()))
    expect(new Set(all.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('happens once for six processes', { timeout: 60_000 }, async () => {
    const server = await startServer({ route: 'chatgpt' })
    const { file } = await writeLogin(server, { expiresInSeconds: 60 })
    const worker = await bundle(new URL('./worker.ts', import.meta.url))
    const run = () => promisify(execFile)(process.execPath, [worker, file, server.issuer])
    const all = await Promise.all(Array.from({ length: 6 }, run))
    expect(new Set(all.map(({ stdout }) => stdout)).size).toBe(1)
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('of another account is refused', async () => {
    const { manager, server, read } = await setUpLogin({}, {})
    server.answerToken({ type: 'ok', idClaims: { sub: 'user-other' } })
    const tokens = manager()
    // The old access token works for another minute.
    await expect(tokens.getTokens()).resolves.toHaveProperty('accessToken')
    expect((await read()).login.saved_at).toBeUndefined()
  })

  it.each([503, 500, 429])('that gets HTTP %i keeps the tokens for later', async (status) => {
    const { manager, server, old, read, setTime } = await setUpLogin()
    server.answerToken({ type: 'error', status, body: 'no' })
    const tokens = manager()
    expect((await tokens.getTokens()).accessToken).toBe(old.tokens.access_token)
    expect((await read()).login.refresh_token).toBe(old.tokens.refresh_token)
    setTime(NOW + 31_000)
    expect((await tokens.getTokens()).accessToken).not.toBe(old.tokens.access_token)
  })

  it('that fails after the end of the access token is an error that may pass', async () => {
    const { manager, server, read } = await setUpLogin({ expiresInSeconds: -60 })
    server.answerToken({ type: 'error', status: 503, body: 'no' })
    expect(await rejection(manager().getTokens())).toMatchObject({
      code: 'CODEX_AUTH_REFRESH',
      reason: 'network',
      message: expect.stringContaining('The ChatGPT login could not be renewed just now'),
    })
    expect((await read()).login).toBeDefined()
  })
})

describe('the earliest time of a renewal', () => {
  it('is waited for, whatever the margin', async () => {
    const { manager, server, old, setTime } = await setUpLogin({ expiresInSeconds: 3600 })
    const tokens = manager()
    for (const seconds of [0, 1800, 3239]) {
      setTime(NOW + seconds * 1000)
      expect((await tokens.getTokens()).accessToken).toBe(old.tokens.access_token)
    }
    expect(server.tokenRequests).toEqual([])
    // Five minutes before the end.
    setTime(NOW + 3301 * 1000)
    expect((await tokens.getTokens()).accessToken).not.toBe(old.tokens.access_token)
  })

  it('later than the margin, is waited for', async () => {
    const earliest = new Date(NOW + 3500 * 1000).toISOString()
    const { manager, server, setTime } = await setUpLogin(
      { expiresInSeconds: 3600 },
      { earliest_refresh_at: earliest },
    )
    const tokens = manager()
    setTime(NOW + 3499 * 1000)
    await tokens.getTokens()
    expect(server.tokenRequests).toEqual([])
    setTime(NOW + 3501 * 1000)
    await tokens.getTokens()
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('keeps a token that got a 401 from being renewed', async () => {
    const { manager, server, old } = await setUpLogin({ expiresInSeconds: 3600 })
    const tokens = manager()
    const { accessToken } = await tokens.getTokens()
    tokens.invalidate(accessToken)
    expect((await tokens.getTokens()).accessToken).toBe(old.tokens.access_token)
    expect(server.tokenRequests).toEqual([])
  })

  it('is by the clock of the server, where this machine is hours off', async () => {
    const world = await setUpLogin()
    // Renewed while the clock of this machine is two hours ahead.
    world.setTime(NOW)
    const ahead = NOW + 2 * 3_600_000
    const tokens = world.manager({ now: () => ahead })
    await tokens.getTokens()
    expect((await world.read()).login.earliest_refresh_at).toBe(new Date(ahead + 3_240_000).toISOString())
    // Another manager, as in another process, uses the token that looks dead.
    await world.manager({ now: () => ahead, shareKey: 'other' }).getTokens()
    expect(world.server.tokenRequests).toHaveLength(1)
  })

  it.each([
    ['a number of seconds', (NOW + 50_000) / 1000],
    ['an ISO text', new Date(NOW + 50_000).toISOString()],
  ])('may be %s', async (_, value) => {
    const { manager, server } = await setUpLogin({}, { earliest_refresh_at: value })
    await manager().getTokens()
    expect(server.tokenRequests).toEqual([])
  })

  it('in a far future does not lock the user out', async () => {
    const { manager, server, read, setTime } = await setUpLogin()
    const answer = {
      ...server.login({ expiresInSeconds: 3600 }).tokens,
      expires_in: 3600,
      earliest_refresh_at: 99_999_999_999,
    }
    const { account_id: _, ...body } = answer
    server.answerToken({ type: 'error', status: 200, body })
    await manager().getTokens()
    setTime(NOW + 3_600_000)
    expect(Date.parse((await read()).login.earliest_refresh_at)).toBeLessThanOrEqual(NOW + 3_600_000)
  })
})

describe('a 401', () => {
  it('first takes the token that is in the file by now', async () => {
    const { manager, server, old, file } = await setUpLogin({ expiresInSeconds: 3600 })
    const tokens = manager()
    await tokens.getTokens()
    const newer = await writeLogin(server)
    await writeFile(file, await readFile(newer.file))
    tokens.invalidate(old.tokens.access_token)
    expect((await tokens.getTokens()).accessToken).toBe(newer.login.tokens.access_token)
    expect(server.tokenRequests).toEqual([])
  })

  it('renews the token once its earliest time has come', async () => {
    const { manager, server, old, setTime } = await setUpLogin({ expiresInSeconds: 3600 })
    const tokens = manager()
    await tokens.getTokens()
    setTime(NOW + 3_250_000)
    tokens.invalidate(old.tokens.access_token)
    expect((await tokens.getTokens()).accessToken).not.toBe(old.tokens.access_token)
    expect(server.tokenRequests).toHaveLength(1)
  })
})

describe('a login has ended', () => {
  const nested = (code: string) => ({ error: { message: 'no', code } })
  it.each<[string, object]>([
    ['invalid_grant', { error: 'invalid_grant' }],
    ['invalid_refresh_token', { error: 'invalid_refresh_token' }],
    ['token_expired', nested('token_expired')],
    ['refresh_token_expired', nested('refresh_token_expired')],
    ['refresh_token_invalidated', nested('refresh_token_invalidated')],
    ['refresh_token_reused', nested('refresh_token_reused')],
    ['a code under detail', { detail: nested('refresh_token_expired') }],
    ['a code of detail', { detail: { error_code: 'refresh_token_invalidated' } }],
  ])('with %s: its tokens are cleared, and the registration stays', async (_, body) => {
    const { manager, server, old, read } = await setUpLogin({ expiresInSeconds: -60 })
    const before = await read()
    server.answerToken({ type: 'error', status: 400, body: body as Record<string, unknown> })
    const error = await authError(manager().getTokens())
    expect(error).toHaveProperty('code', 'CODEX_AUTH_REFRESH')
    expect(error.message).toContain('login --plan')
    expect(error.message).not.toMatch(/Codex login|npx @openai\/codex/)
    expect(secretsIn(error, Object.values(old.tokens))).toEqual([])
    const { login, ...rest } = await read()
    expect(login).toBeUndefined()
    expect({ ...rest, login: before.login }).toEqual(before)
    // Nobody is signed in now; nothing is asked for again.
    expect(await rejection(manager({ shareKey: 'other' }).getTokens())).toHaveProperty(
      'code',
      'CODEX_AUTH_FILE_NOT_FOUND',
    )
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('not with invalid_client, which is a matter of configuration', async () => {
    const { manager, server, read } = await setUpLogin({ expiresInSeconds: -60 })
    server.answerToken({ type: 'error', status: 401, body: { error: 'invalid_client' } })
    const error = await authError(manager().getTokens())
    expect(error).toHaveProperty('reason', 'network')
    expect(error.message).toContain('`issuer`')
    expect((await read()).login).toBeDefined()
  })

  it('not where another process has put newer tokens into the file', async () => {
    const world = await setUpLogin({ expiresInSeconds: -60 })
    const newer = await writeLogin(world.server)
    const answer: TokenAnswer = { type: 'error', status: 401, body: { error: 'refresh_token_reused' } }
    world.server.answerToken(answer)
    let waits = 0
    const sleep = async () => {
      if (++waits === 3) await writeFile(world.file, await readFile(newer.file))
    }
    const { accessToken } = await world.manager({ sleep }).getTokens()
    expect(accessToken).toBe(newer.login.tokens.access_token)
  })
})

const CODEX = await startCodexServer({ now: () => NOW })
const CHATGPT = await startCodexServer({ route: 'chatgpt', now: () => NOW })
afterAll(() => Promise.all([CODEX.close(), CHATGPT.close()]))

describe('no token of one route goes to the hosts of the other', () => {
  const codex = tokensOf(CODEX.login({ expiresInSeconds: 60 }))
  const chatgpt = tokensOf(CHATGPT.login({ expiresInSeconds: 60 }))

  it.each([
    ['tokens', codex],
    ['a store', memoryTokenStore(codex)],
    ['a function', () => codex],
    ['a personal access token', { accessToken: 'at-x' }],
  ])('a Codex login as %s', async (_, auth) => {
    const error = await authError(
      createChatGPTTokenManager({ auth, issuer: CHATGPT.issuer, now: () => NOW }).getTokens(),
    )
    expect(error.message).toContain('Codex login')
    expect(secretsIn(error, [codex.accessToken, codex.refreshToken])).toEqual([])
  })

  it.each([
    ['tokens', chatgpt],
    ['a store', memoryTokenStore(chatgpt)],
    ['a function', () => chatgpt],
  ])('a login with ChatGPT as %s', async (_, auth) => {
    const error = await authError(
      createTokenManager({ auth, issuer: CODEX.issuer, now: () => NOW }).getTokens(),
    )
    expect(error.message).toContain('createChatGPT')
    expect(secretsIn(error, [chatgpt.accessToken, chatgpt.refreshToken])).toEqual([])
  })

  it('and neither login server was asked', () => {
    expect([...CODEX.requests, ...CHATGPT.requests]).toEqual([])
  })

  it('the file of one is no login of the other', async () => {
    const { file } = await writeLogin(CHATGPT)
    await authError(createTokenManager({ auth: fileTokenStore(file), issuer: CODEX.issuer }).getTokens())
  })
})

test('tokens without a client id can not be renewed', async () => {
  const { server, now } = await setUp()
  const auth = { ...tokensOf(server.login({ expiresInSeconds: -60 })) }
  const manager = createChatGPTTokenManager({ auth, issuer: server.issuer, now })
  expect((await authError(manager.getTokens())).message).toContain('no client id')
  expect(server.tokenRequests).toEqual([])
})
