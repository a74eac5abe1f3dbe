import { getAccessToken, getAuthContext } from 'ai-sdk-provider-codex/auth'
import { describe, expect, it, vi } from 'vitest'
import { AUTH_CLAIM, encodeJwt, makeAuthFile, startServer, tokensOf } from './helpers.ts'

describe('getAuthContext', () => {
  it('reads the default file', async () => {
    const server = await startServer()
    const login = server.login({ accountId: 'acc_1' })
    vi.stubEnv('CODEX_AUTH_FILE', await makeAuthFile(login))
    const { accessToken } = tokensOf(login)
    expect(await getAuthContext()).toEqual({ accessToken, accountId: 'acc_1' })
    expect(await getAccessToken()).toBe(accessToken)
  })

  it('takes the account from the claims', async () => {
    const accessToken = encodeJwt({ [AUTH_CLAIM]: { chatgpt_account_id: 'acc_1' } })
    const authFile = await makeAuthFile({ access_token: accessToken })
    expect(await getAuthContext({ authFile })).toEqual({ accessToken, accountId: 'acc_1' })
  })

  it('renews an expired login', async () => {
    const server = await startServer()
    const login = server.login({ expiresInSeconds: -1 })
    const authFile = await makeAuthFile(login)
    expect(await getAccessToken({ authFile, issuer: server.issuer })).not.toBe(tokensOf(login).accessToken)
  })

  it.each([
    ['no JWT', 'opaque', /not a readable JWT/],
    ['no claim', encodeJwt({ sub: 'user-1' }), /names no account/],
  ])('says that there is no account id: %s', async (_, access_token, message) => {
    const authFile = await makeAuthFile({ access_token })
    await expect(getAuthContext({ authFile })).rejects.toMatchObject({
      code: 'CODEX_AUTH_TOKEN',
      message: expect.stringMatching(message),
    })
    expect(await getAccessToken({ authFile })).toBe(access_token)
  })
})
