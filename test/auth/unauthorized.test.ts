import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { createTokenManager, fileTokenStore } from 'ai-sdk-provider-codex/auth'
import type { CodexServer } from 'ai-sdk-provider-codex/testing'
import { describe, expect, it, vi } from 'vitest'
import type { CodexAuth } from '../../src/auth/tokens.ts'
import { rejection, secretsIn } from './helpers.ts'
import { MINUTE, reasons, save, setUp } from './login.ts'

describe('after a 401', () => {
  it('refreshes, and says why', async () => {
    const { server, manage } = await setUp()
    const manager = manage()
    const { accessToken } = await manager.getTokens()
    manager.invalidate(accessToken)
    expect((await manager.getTokens()).accessToken).not.toBe(accessToken)
    expect(reasons(server)).toEqual(['unauthorized_recovery'])
  })

  it('uses other tokens that the store holds', async () => {
    const { server, file, manage } = await setUp()
    const manager = manage()
    const { accessToken } = await manager.getTokens()
    const newer = server.login()
    await save(file, newer)
    manager.invalidate(accessToken)
    expect((await manager.getTokens()).accessToken).toBe(newer.tokens.access_token)
    expect(server.tokenRequests).toEqual([])
  })

  it('refreshes once for many calls that got it', async () => {
    const { server, manage } = await setUp()
    const manager = manage()
    const { accessToken } = await manager.getTokens()
    const again = () => {
      manager.invalidate(accessToken)
      return manager.getTokens()
    }
    await Promise.all([again(), again(), again()])
    await again()
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('does not give a rejected token that another flight comes back with', async () => {
    const { server, clock, manage } = await setUp({ expiresInSeconds: 360 })
    const [one, two] = [manage(), manage()]
    const { accessToken } = await one.getTokens()
    clock.now += 2 * MINUTE
    server.answerToken({ type: 'error', status: 500, body: {} })
    const asked = server.nextRequest('/oauth/token')
    const other = two.getTokens()
    await asked
    one.invalidate(accessToken)
    const [first, second] = await Promise.all([other, one.getTokens()])
    expect(first.accessToken).toBe(accessToken)
    expect(second.accessToken).not.toBe(accessToken)
    expect(reasons(server)).toEqual(['proactive_expiry', 'unauthorized_recovery'])
  })

  it('fails where there is nothing to refresh with', async () => {
    const manager = createTokenManager({ auth: { accessToken: 'my-secret' } })
    await manager.getTokens()
    manager.invalidate('my-secret')
    const failure = await rejection(manager.getTokens())
    expect(failure).toMatchObject({
      code: 'CODEX_AUTH_TOKEN_EXPIRED',
      message: expect.stringContaining('refused'),
    })
    expect(secretsIn(failure, ['my-secret'])).toEqual([])
  })

  it('gives up on a rejected token that cannot be renewed just now', async () => {
    const { server, manage } = await setUp()
    const manager = manage()
    await manager.getTokens()
    manager.invalidate()
    server.answerToken({ type: 'error', status: 500, body: {} })
    expect(await rejection(manager.getTokens())).toMatchObject({ reason: 'network' })
  })

  it('ends where the login server gives no other access token', async () => {
    const { server, manage, tokens } = await setUp()
    const manager = manage()
    await manager.getTokens()
    manager.invalidate()
    server.answerToken({ type: 'ok', omit: ['access_token'] })
    expect((await manager.getTokens()).accessToken).toBe(tokens.accessToken)
    expect(server.tokenRequests).toHaveLength(1)
  })
})

describe('the error where the login can not be renewed after a 401', () => {
  const refusal = { type: 'error', status: 401, body: { error: { message: 'Go away' } } } as const
  const ask = async (server: CodexServer, auth: CodexAuth | undefined): Promise<string> => {
    const codex = createCodex({ baseURL: server.baseURL, issuer: server.issuer, auth, codexMode: false })
    server.answer(refusal, refusal)
    const failure = await rejection(
      generateText({ model: codex('gpt-6.1-sol'), prompt: 'hi', maxRetries: 0 }),
    )
    return (failure as Error).message
  }

  it('says once to log in again', async () => {
    const { server, file } = await setUp()
    server.answerToken({ type: 'error', status: 400, body: { error: 'invalid_grant' } })
    const message = await ask(server, fileTokenStore(file))
    expect(message).toMatch(/Log in again with .* The backend said: Codex API error 401: Go away\.$/)
    expect(message.match(/log in again/gi)).toHaveLength(1)
  })

  it('says of tokens of the environment what to do about them, and nothing else', async () => {
    const { server, tokens } = await setUp()
    vi.stubEnv('CODEX_ACCESS_TOKEN', tokens.accessToken)
    const message = await ask(server, undefined)
    expect(message).toMatch(/set a new one there.* The backend said: Codex API error 401: Go away\.$/)
    expect(message).not.toMatch(/log in/i)
  })
})
