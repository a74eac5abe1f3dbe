import { APICallError, InvalidArgumentError } from '@ai-sdk/provider'
import {
  CodexAuthTokenError,
  CodexAuthTokenExpiredError,
  createTokenManager,
  getAuthContext,
} from 'ai-sdk-provider-codex/auth'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { accountFacts } from '../../src/auth/claims.ts'
import { rejection, secretsIn, startServer } from './helpers.ts'

const WHOAMI = '/api/accounts/v1/user-auth-credential/whoami'

beforeEach(() => {
  vi.stubEnv('CODEX_ACCESS_TOKEN', undefined)
  vi.stubEnv('CODEX_ACCOUNT_ID', undefined)
  vi.stubEnv('CODEX_AUTHAPI_BASE_URL', undefined)
})

const START = { accountId: 'acct-ci', planType: 'business', authClaims: { chatgpt_account_is_fedramp: true } }

describe('a personal access token', () => {
  it('gets its account, asked for once by all managers and calls', async () => {
    const server = await startServer()
    const accessToken = server.personalAccessToken(START)
    const headers = { originator: 'me', 'user-agent': 'me/1' }
    const managers = [1, 2].map(() =>
      createTokenManager({ auth: { accessToken }, issuer: server.issuer, headers }),
    )
    expect(managers[0]?.peek()).toBeUndefined()
    const tokens = await Promise.all([...managers, ...managers].map((manager) => manager.getTokens()))
    expect(tokens[0]).toEqual({ accessToken, accountId: 'acct-ci' })
    expect(tokens[2]).toBe(tokens[0])
    expect(accountFacts(tokens[1] ?? { accessToken })).toEqual({
      accountId: 'acct-ci',
      userId: 'user-acct-ci user@example.com',
      planType: 'business',
      isFedramp: true,
    })
    expect(managers[0]?.peek()).toEqual({ accountId: 'acct-ci', planType: 'business' })
    expect(server.requests).toMatchObject([
      {
        method: 'GET',
        path: WHOAMI,
        headers: { authorization: `Bearer ${accessToken}`, originator: 'me', 'user-agent': 'me/1' },
        status: 200,
      },
    ])
  })

  it('of the environment is looked up at CODEX_AUTHAPI_BASE_URL', async () => {
    const server = await startServer()
    vi.stubEnv('CODEX_ACCESS_TOKEN', server.personalAccessToken(START))
    vi.stubEnv('CODEX_AUTHAPI_BASE_URL', `${server.url}/api/accounts/`)
    expect(await getAuthContext({ issuer: 'http://127.0.0.1:1' })).toMatchObject({ accountId: 'acct-ci' })
  })

  it('of a function or a store is looked up too', async () => {
    const server = await startServer()
    const accessToken = server.personalAccessToken(START)
    const store = { read: async () => ({ accessToken }), write: async () => {} }
    for (const auth of [() => ({ accessToken }), store]) {
      expect(await getAuthContext({ auth, issuer: server.issuer })).toMatchObject({ accountId: 'acct-ci' })
    }
  })

  it('with an account of its own is not looked up', async () => {
    const auth = { accessToken: 'at-mine', accountId: 'acct-mine' }
    expect(await getAuthContext({ auth, issuer: 'http://127.0.0.1:1' })).toEqual(auth)
  })

  it('after a 401 of the backend, the error says what to do', async () => {
    const server = await startServer()
    const accessToken = server.personalAccessToken()
    const manager = createTokenManager({ auth: { accessToken }, issuer: server.issuer })
    await manager.getTokens()
    manager.invalidate(accessToken)
    const error = await rejection(manager.getTokens())
    expect(CodexAuthTokenExpiredError.isInstance(error)).toBe(true)
    expect(String(error)).toContain('The personal access token was refused by the backend. Create a new one')
  })
})

describe('an account that can not be looked up', () => {
  it('a refused token is an error of the login', async () => {
    const server = await startServer()
    const accessToken = server.personalAccessToken()
    server.revokeAccessToken(accessToken)
    const error = await rejection(getAuthContext({ auth: { accessToken }, issuer: server.issuer }))
    expect(CodexAuthTokenExpiredError.isInstance(error)).toBe(true)
    expect(String(error)).toContain('The personal access token was refused.')
    expect(secretsIn(error, [accessToken])).toEqual([])
  })

  it('so is one without an account', async () => {
    const server = await startServer()
    const accessToken = server.personalAccessToken()
    server.answerPath('/whoami', { type: 'raw', chunks: ['{"user_id":"u"}'] })
    const error = await rejection(getAuthContext({ auth: { accessToken }, issuer: server.issuer }))
    expect(CodexAuthTokenError.isInstance(error)).toBe(true)
    expect(CodexAuthTokenExpiredError.isInstance(error)).toBe(false)
  })

  it.each([
    ['no connection', { type: 'reset' }, true, undefined],
    ['busy', { type: 'error', status: 503, body: 'busy' }, true, 503],
    ['too many requests', { type: 'error', status: 429, body: {} }, true, 429],
    ['a cut answer', { type: 'raw', chunks: ['{"us'], end: 'reset' }, true, undefined],
    ['a firewall', { type: 'error', status: 403, body: '<html>' }, false, 403],
    [
      'a redirect',
      { type: 'error', status: 302, body: '', headers: { location: 'https://example.com' } },
      false,
      302,
    ],
  ] as const)('%s is an API error, and asked for again', async (_, answer, isRetryable, statusCode) => {
    const server = await startServer()
    const accessToken = server.personalAccessToken()
    server.answerPath('/whoami', answer)
    const manager = createTokenManager({ auth: { accessToken }, issuer: server.issuer })
    const error = await rejection(manager.getTokens())
    expect(APICallError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({ isRetryable, statusCode })
    expect(secretsIn(error, [accessToken])).toEqual([])
    expect(await manager.getTokens()).toMatchObject({ accountId: 'acct-0001' })
  })

  it('a server that does not answer ends with the limit, and an abort ends the wait', async () => {
    const server = await startServer()
    const accessToken = server.personalAccessToken()
    server.answerPath('/whoami', { type: 'hang' }, { type: 'hang' })
    const settings = { auth: { accessToken }, issuer: server.issuer }
    const late = await rejection(createTokenManager({ ...settings, refreshTimeoutMs: 30 }).getTokens())
    expect(late).toMatchObject({ isRetryable: true })
    expect(String(late)).toContain('timeouts.refresh')
    const controller = new AbortController()
    const asked = server.nextRequest('/whoami')
    const waiting = rejection(
      createTokenManager({ ...settings, refreshTimeoutMs: 0 }).getTokens(controller.signal),
    )
    await asked
    controller.abort(new Error('enough'))
    expect(String(await waiting)).toContain('enough')
  })

  it('plain http beyond this machine is refused', async () => {
    vi.stubEnv('CODEX_AUTHAPI_BASE_URL', 'http://example.com')
    const error = await rejection(getAuthContext({ auth: { accessToken: 'at-1' } }))
    expect(InvalidArgumentError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({ argument: 'CODEX_AUTHAPI_BASE_URL' })
  })
})

it('the stand-in takes no other token for one', async () => {
  const server = await startServer()
  const headers = { authorization: `Bearer ${server.login().tokens.access_token}` }
  expect((await fetch(`${server.url}${WHOAMI}`, { headers })).status).toBe(401)
  expect((await fetch(`${server.url}${WHOAMI}`)).status).toBe(401)
})
