import { createTokenManager, getAccessToken, getAuthContext } from 'ai-sdk-provider-codex/auth'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { envTokens } from '../../src/auth/env-tokens.ts'
import { AUTH_CLAIM, encodeJwt, makeAuthFile, rejection, secretsIn } from './helpers.ts'

const NOW = Date.parse('2026-11-25T00:00:00Z')
const now = () => NOW
const jwt = (secondsLeft: number, accountId?: string) =>
  encodeJwt({
    exp: NOW / 1000 + secondsLeft,
    ...(accountId && { [AUTH_CLAIM]: { chatgpt_account_id: accountId } }),
  })

beforeEach(async () => {
  vi.stubEnv('CODEX_ACCESS_TOKEN', undefined)
  vi.stubEnv('CODEX_ACCOUNT_ID', undefined)
  vi.stubEnv('CODEX_AUTH_FILE', await makeAuthFile({ access_token: 'from-default-file' }))
})

describe('envTokens', () => {
  it.each([
    ['nothing', {}, undefined],
    ['empty', { CODEX_ACCESS_TOKEN: '' }, undefined],
    ['blank', { CODEX_ACCESS_TOKEN: ' \n' }, undefined],
    ['an account alone', { CODEX_ACCOUNT_ID: 'acc_1' }, undefined],
    ['a token', { CODEX_ACCESS_TOKEN: 't' }, { accessToken: 't' }],
    [
      'both, with line breaks',
      { CODEX_ACCESS_TOKEN: 't\n', CODEX_ACCOUNT_ID: 'acc_1\r\n' },
      { accessToken: 't', accountId: 'acc_1' },
    ],
    ['an empty account', { CODEX_ACCESS_TOKEN: 't', CODEX_ACCOUNT_ID: '' }, { accessToken: 't' }],
  ])('%s', (_, env, tokens) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    expect(envTokens()).toEqual(tokens)
    expect(envTokens()).toBe(envTokens())
  })
})

describe('where a login comes from', () => {
  const token = 'from-env'

  it.each([
    ['the auth setting', { auth: { accessToken: 'from-auth' } }, true, true, 'from-auth'],
    ['the authFile setting', {}, true, true, 'from-file'],
    ['the environment', {}, false, true, token],
    ['the default file', {}, false, false, 'from-default-file'],
  ])('%s', async (_, settings, hasFile, hasEnv, expected) => {
    if (hasEnv) vi.stubEnv('CODEX_ACCESS_TOKEN', token)
    const authFile = hasFile ? await makeAuthFile({ access_token: 'from-file' }) : undefined
    expect(await getAccessToken({ ...settings, authFile })).toBe(expected)
  })

  it('is looked up at each call', async () => {
    const manager = createTokenManager()
    expect((await manager.getTokens()).accessToken).toBe('from-default-file')
    vi.stubEnv('CODEX_ACCESS_TOKEN', 'one')
    expect((await manager.getTokens()).accessToken).toBe('one')
    vi.stubEnv('CODEX_ACCESS_TOKEN', 'two')
    vi.stubEnv('CODEX_ACCOUNT_ID', 'acc_2')
    expect(await manager.getTokens()).toEqual({ accessToken: 'two', accountId: 'acc_2' })
    expect(manager.peek()).toEqual({ accountId: 'acc_2' })
    vi.stubEnv('CODEX_ACCESS_TOKEN', undefined)
    expect((await manager.getTokens()).accessToken).toBe('from-default-file')
  })

  it('names the account by CODEX_ACCOUNT_ID, else by the claims', async () => {
    vi.stubEnv('CODEX_ACCESS_TOKEN', jwt(60, 'acc_claim'))
    expect(await getAuthContext({ now })).toMatchObject({ accountId: 'acc_claim' })
    vi.stubEnv('CODEX_ACCOUNT_ID', 'acc_env')
    expect(await getAuthContext({ now })).toMatchObject({ accountId: 'acc_env' })
  })
})

describe('a token of the environment that can not be used', () => {
  it('has expired', async () => {
    const token = jwt(-1)
    vi.stubEnv('CODEX_ACCESS_TOKEN', token)
    const failure = await rejection(createTokenManager({ now }).getTokens())
    expect(failure).toMatchObject({
      code: 'CODEX_AUTH_TOKEN_EXPIRED',
      message:
        'The Codex access token has expired, and there is no refresh token to renew it with. ' +
        'It comes from CODEX_ACCESS_TOKEN: set a new one there, or unset it to use the login file.',
    })
    expect(secretsIn(failure, [token])).toEqual([])
  })

  it('was refused, until there is another', async () => {
    vi.stubEnv('CODEX_ACCESS_TOKEN', 'one')
    const manager = createTokenManager({ now })
    manager.invalidate((await manager.getTokens()).accessToken)
    expect(await rejection(manager.getTokens())).toMatchObject({
      code: 'CODEX_AUTH_TOKEN_EXPIRED',
      message: expect.stringMatching(/^The Codex access token was refused.* CODEX_ACCESS_TOKEN/),
    })
    vi.stubEnv('CODEX_ACCESS_TOKEN', 'two')
    expect((await manager.getTokens()).accessToken).toBe('two')
  })

  it('is an API key', async () => {
    vi.stubEnv('CODEX_ACCESS_TOKEN', 'sk-proj-1')
    expect(await rejection(createTokenManager({ now }).getTokens())).toMatchObject({
      code: 'CODEX_AUTH_TOKEN',
      message:
        'The environment (CODEX_ACCESS_TOKEN) provided an API key, not a ChatGPT login. This package runs on a ChatGPT ' +
        'plan and does not accept API keys.',
    })
  })

  it('is no token', async () => {
    vi.stubEnv('CODEX_ACCESS_TOKEN', 'my secret')
    const failure = await rejection(createTokenManager({ now }).getTokens())
    expect(failure).toMatchObject({
      code: 'CODEX_AUTH_TOKEN',
      message: expect.stringMatching(/^The environment \(CODEX_ACCESS_TOKEN\) .* contains spaces/),
    })
    expect(secretsIn(failure, ['my secret'])).toEqual([])
  })
})
