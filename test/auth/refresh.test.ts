import { CodexAuthRefreshError, refreshTokens } from 'ai-sdk-provider-codex/auth'
import type { TokenAnswer } from 'ai-sdk-provider-codex/testing'
import { describe, expect, it } from 'vitest'
import { isPermanent } from '../../src/auth/refresh-error.ts'
import { closedOrigin } from '../support/closed-port.ts'
import { AUTH_CLAIM, encodeJwt, rejection, secretsIn, startServer, tokensOf } from './helpers.ts'

const NOW = Date.parse('2026-11-25T00:00:00Z')
const now = () => NOW

describe('request', () => {
  it('is what the Codex CLI sends, in JSON, with the headers given', async () => {
    const server = await startServer()
    const tokens = tokensOf(server.login())
    await refreshTokens(tokens, {
      issuer: `${server.issuer}/`,
      reason: 'unauthorized_recovery',
      headers: { originator: 'my_app', 'User-Agent': 'my_app/1', Accept: 'text/html' },
    })
    expect(server.tokenRequests).toHaveLength(1)
    const request = server.tokenRequests[0]
    expect(request?.path).toBe('/oauth/token')
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      accept: '*/*',
      originator: 'my_app',
      'user-agent': 'my_app/1',
    })
    expect(request?.headers).not.toHaveProperty('authorization')
    expect(request?.text).toBe(
      `{"client_id":"app_EMoamEEZ73f0CkXaXp7hrann","grant_type":"refresh_token","refresh_reason":"unauthorized_recovery","refresh_token":"${tokens.refreshToken}"}`,
    )
  })

  it('sends nothing to an issuer without encryption', async () => {
    await expect(
      refreshTokens({ accessToken: 'a', refreshToken: 'r' }, { issuer: 'http://auth.example.com' }),
    ).rejects.toThrow('issuer is plain http')
  })

  it('needs a refresh token', async () => {
    await expect(refreshTokens({ accessToken: 'a' })).rejects.toMatchObject({
      code: 'CODEX_AUTH_TOKEN_EXPIRED',
      message: expect.stringContaining('npx @openai/codex login'),
    })
  })
})

describe('answer', () => {
  const ok = async (body: object, tokens = { accessToken: 'old', refreshToken: 'rt_old' }) => {
    const server = await startServer()
    server.answerToken({ type: 'error', status: 200, body: body as Record<string, unknown> })
    return refreshTokens(tokens, { issuer: server.issuer, now })
  }

  it('gives all tokens anew', async () => {
    const server = await startServer()
    const old = tokensOf(server.login())
    const renewed = await refreshTokens(old, { issuer: server.issuer, now })
    expect(renewed).toMatchObject({ accountId: old.accountId, lastRefresh: NOW })
    for (const name of ['accessToken', 'refreshToken', 'idToken'] as const) {
      expect(renewed[name]).toEqual(expect.any(String))
      expect(renewed[name]).not.toBe(old[name])
    }
    expect(renewed).not.toHaveProperty('expiresAt')
  })

  it.each([
    ['access_token', 'accessToken'],
    ['refresh_token', 'refreshToken'],
    ['id_token', 'idToken'],
  ] as const)('keeps the old %s where it has none', async (omitted, name) => {
    const server = await startServer()
    const old = tokensOf(server.login())
    server.answerToken({ type: 'ok', omit: [omitted] })
    const renewed = await refreshTokens(old, { issuer: server.issuer })
    const kept = (['accessToken', 'refreshToken', 'idToken'] as const).filter(
      (each) => renewed[each] === old[each],
    )
    expect(kept).toEqual([name])
  })

  it.each([
    ['an opaque token: expires_in', { access_token: 'new', expires_in: 600 }, NOW + 600_000],
    ['as text', { access_token: 'new', expires_in: '600' }, NOW + 600_000],
    ['unknown', { access_token: 'new' }, undefined],
    ['a JWT: its own exp', { access_token: encodeJwt({ exp: 9_999_999_999 }), expires_in: 600 }, undefined],
    ['a JWT without exp', { access_token: encodeJwt({}), expires_in: 600 }, NOW + 600_000],
  ])('says when it ends: %s', async (_, body, expiresAt) => {
    const renewed = await ok(body, { accessToken: 'old', refreshToken: 'rt_old', expiresAt: 5 } as never)
    expect(renewed.expiresAt).toBe(expiresAt)
  })

  it('keeps an account id that only the old claims had (BR-63)', async () => {
    const old = encodeJwt({ [AUTH_CLAIM]: { chatgpt_account_id: 'acc_1' }, sub: 'user-1' })
    const renewed = await ok(
      { access_token: encodeJwt({ sub: 'user-1' }) },
      { accessToken: old, refreshToken: 'r' },
    )
    expect(renewed.accountId).toBe('acc_1')
  })
})

const error = (status: number, body: Record<string, unknown> | string): TokenAnswer => ({
  type: 'error',
  status,
  body,
})
const code = (value: string) => ({ error: { message: 'x', type: 'invalid_request_error', code: value } })

describe('failures (codex-wire.md 5.2)', () => {
  it.each([
    ['refresh_token_expired, 401', error(401, code('refresh_token_expired')), 'expired'],
    ['refresh_token_expired, 400', error(400, code('refresh_token_expired')), 'expired'],
    ['refresh_token_expired, 500', error(500, code('refresh_token_expired')), 'expired'],
    ['refresh_token_expired, 200', error(200, code('refresh_token_expired')), 'expired'],
    ['refresh_token_reused, 401', error(401, code('refresh_token_reused')), 'reused'],
    ['refresh_token_reused, 400', error(400, code('refresh_token_reused')), 'reused'],
    ['code in capitals', error(401, code('REFRESH_TOKEN_REUSED')), 'reused'],
    ['error as text', error(401, { error: 'refresh_token_reused' }), 'reused'],
    ['code at the top', error(401, { code: 'refresh_token_reused' }), 'reused'],
    ['refresh_token_invalidated', error(401, code('refresh_token_invalidated')), 'revoked'],
    ['invalid_grant', error(400, { error: 'invalid_grant', error_description: 'x' }), 'other'],
    ['401, another code', error(401, code('something_else')), 'other'],
    ['401, no JSON', error(401, 'no'), 'other'],
    ['400, empty', error(400, ''), 'other'],
    ['403 in its own words', error(403, code('access_denied')), 'other'],
    ['403, a page in between', error(403, '<html>Just a moment…</html>'), 'network'],
    ['404, a page', error(404, '<html>Not found</html>'), 'network'],
    ['408', error(408, {}), 'network'],
    ['429', error(429, { error: { message: 'slow', code: 'rate_limited' } }), 'network'],
    ['500', error(500, { error: { message: 'boom' } }), 'network'],
    ['503, empty', error(503, ''), 'network'],
    ['200, no JSON', error(200, '<html></html>'), 'network'],
    ['200, no tokens', error(200, {}), 'network'],
    ['200, a list', error(200, '[]'), 'network'],
    ['200, a token that is none', error(200, { access_token: 7 }), 'network'],
    ['200, a token with a line break', error(200, { access_token: 'a\r\nb' }), 'network'],
    ['200, an empty token', error(200, { access_token: '' }), 'network'],
    ['connection reset', { type: 'reset' } as TokenAnswer, 'network'],
  ])('%s', async (_, answer, reason) => {
    const server = await startServer()
    const tokens = tokensOf(server.login())
    server.answerToken(answer)
    const failure = await rejection(refreshTokens(tokens, { issuer: server.issuer }))
    expect(failure).toBeInstanceOf(CodexAuthRefreshError)
    expect(failure).toMatchObject({ code: 'CODEX_AUTH_REFRESH', reason })
    expect(isPermanent(failure as CodexAuthRefreshError)).toBe(reason !== 'network')
    if (reason !== 'network')
      expect(failure).toHaveProperty('message', expect.stringContaining('npx @openai/codex login'))
    expect(secretsIn(failure, Object.values(tokens).slice(0, 3))).toEqual([])
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('says that another client has used the login', async () => {
    const server = await startServer()
    const tokens = tokensOf(server.login())
    await refreshTokens(tokens, { issuer: server.issuer })
    await expect(refreshTokens(tokens, { issuer: server.issuer })).rejects.toMatchObject({
      reason: 'reused',
      message: expect.stringMatching(/another client has used this login.*npx @openai\/codex login/),
    })
  })

  it("quotes the server's words unless they hold a token", async () => {
    const server = await startServer()
    const tokens = tokensOf(server.login())
    const failWith = async (message: string) => {
      server.answerToken(error(400, { error: { message, code: 'x' } }))
      return rejection(refreshTokens(tokens, { issuer: server.issuer }))
    }
    expect(await failWith('Workspace\nis gone')).toHaveProperty(
      'message',
      expect.stringContaining('Workspace is gone'),
    )
    for (const secret of [
      tokens.accessToken,
      tokens.refreshToken,
      tokens.idToken,
      'rt_another',
      'ac_another',
      'eyJhbGciOi',
    ]) {
      expect(secretsIn(await failWith(`bad token ${secret}!`), [secret])).toEqual([])
    }
  })

  it('keeps the cause of a broken connection', async () => {
    const server = await startServer()
    const issuer = await closedOrigin()
    await expect(refreshTokens(tokensOf(server.login()), { issuer })).rejects.toMatchObject({
      reason: 'network',
      message: expect.stringContaining(`${new URL(issuer).host} can't be reached`),
      cause: expect.objectContaining({ message: 'fetch failed' }),
    })
  })

  it('ends the wait after timeoutMs', async () => {
    const server = await startServer()
    server.answerToken({ type: 'hang' })
    const failure = await rejection(
      refreshTokens(tokensOf(server.login()), { issuer: server.issuer, timeoutMs: 500 }),
    )
    expect(failure).toMatchObject({ reason: 'network', cause: { name: 'TimeoutError' } })
    expect(await server.tokenRequests[0]?.closed).toBe('aborted')
  })

  it("rejects with the caller's reason", async () => {
    const server = await startServer()
    server.answerToken({ type: 'hang' })
    const controller = new AbortController()
    const reason = new Error('enough')
    const asked = server.nextRequest('/oauth/token')
    const failure = rejection(
      refreshTokens(tokensOf(server.login()), {
        issuer: server.issuer,
        signal: controller.signal,
        timeoutMs: 0,
      }),
    )
    await asked
    controller.abort(reason)
    expect(await failure).toBe(reason)
  })

  it('follows no redirect', async () => {
    const [server, other] = [await startServer(), await startServer()]
    const tokens = tokensOf(server.login())
    for (const status of [302, 307, 308]) {
      server.answerToken({
        type: 'error',
        status,
        body: '',
        headers: { location: `${other.url}/oauth/token` },
      })
      await expect(refreshTokens(tokens, { issuer: server.issuer })).rejects.toMatchObject({
        reason: 'network',
      })
    }
    expect(other.requests).toEqual([])
  })
})
