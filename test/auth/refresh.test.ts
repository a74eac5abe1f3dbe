import { CodexAuthRefreshError, refreshTokens } from 'ai-sdk-provider-codex/auth'
import type { TokenAnswer } from 'ai-sdk-provider-codex/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
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

describe('tokens of another account', () => {
  const jwt = (account: string | undefined) =>
    encodeJwt(account === undefined ? {} : { [AUTH_CLAIM]: { chatgpt_account_id: account } })
  type Accounts = { id?: string; access?: string }
  const tokensFor = ({ id, access }: Accounts) => ({ id: id && jwt(id), access: jwt(access) })

  it.each<[string, Accounts, Accounts, boolean]>([
    ['both tokens change', { id: 'a', access: 'a' }, { id: 'b', access: 'b' }, true],
    ['the access token changes', { access: 'a' }, { access: 'b' }, true],
    ['the access token changes, no new id token', { id: 'a', access: 'a' }, { access: 'b' }, true],
    ['the id token changes', { id: 'a', access: 'a' }, { id: 'b', access: 'a' }, true],
    ['known from another token', { id: 'a' }, { access: 'b' }, true],
    ['nothing changes', { id: 'a', access: 'a' }, { id: 'a', access: 'a' }, false],
    ['the two differ from the start', { id: 'a', access: 'b' }, { access: 'b' }, false],
    ['not known before', {}, { id: 'b', access: 'b' }, false],
    ['not known afterwards', { id: 'a', access: 'a' }, {}, false],
  ])('are refused: %s', async (_, before, after, isRefused) => {
    const server = await startServer()
    const [old, fresh] = [tokensFor(before), tokensFor(after)]
    server.answerToken({
      type: 'error',
      status: 200,
      body: {
        access_token: fresh.access,
        refresh_token: 'rt_new',
        ...(fresh.id ? { id_token: fresh.id } : {}),
      },
    })
    const tokens = { accessToken: old.access, refreshToken: 'rt_old', ...(old.id ? { idToken: old.id } : {}) }
    const refreshing = refreshTokens(tokens, { issuer: server.issuer })
    if (!isRefused) {
      expect(await refreshing).toMatchObject({ accessToken: fresh.access, refreshToken: 'rt_new' })
      return
    }
    const failure = await rejection(refreshing)
    expect(failure).toMatchObject({
      reason: 'other',
      message: expect.stringMatching(/belongs to account a, .*tokens of account b\b.*[Ll]og in/),
    })
    expect(secretsIn(failure, [old.access, fresh.access, 'rt_old', 'rt_new'])).toEqual([])
  })

  it('does not mind a workspace that the user has chosen', async () => {
    const server = await startServer()
    const tokens = { ...tokensOf(server.login()), accountId: 'my-workspace' }
    expect(await refreshTokens(tokens, { issuer: server.issuer })).toMatchObject({
      accountId: 'my-workspace',
    })
  })
})

const error = (status: number, body: Record<string, unknown> | string): TokenAnswer => ({
  type: 'error',
  status,
  body,
})
const code = (value: string) => ({ error: { message: 'x', type: 'invalid_request_error', code: value } })

describe('failures', () => {
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
    ['invalid_grant, 401', error(401, code('invalid_grant')), 'other'],
    ['invalid_grant, 500', error(500, code('invalid_grant')), 'other'],
    ['refresh_token_revoked, 403', error(403, code('refresh_token_revoked')), 'revoked'],
    ['session_revoked', error(401, code('session_revoked')), 'revoked'],
    ['session_expired', error(400, { error: 'session_expired' }), 'expired'],
    ['401, another code', error(401, code('something_else')), 'network'],
    ['401, no JSON', error(401, 'no'), 'network'],
    ['400, empty', error(400, ''), 'network'],
    ['400, invalid_request', error(400, { error: 'invalid_request' }), 'network'],
    ['401, invalid_client', error(401, { error: 'invalid_client' }), 'network'],
    ['403, access_denied', error(403, code('access_denied')), 'network'],
    ['403, a country', error(403, code('unsupported_country_region_territory')), 'network'],
    ['400, a country', error(400, code('unsupported_country_region_territory')), 'network'],
    ['401, access_denied', error(401, { error: 'access_denied' }), 'network'],
    ['400, a page', error(400, '<!doctype html><title>Attention Required! | Cloudflare</title>'), 'network'],
    ['403, a page in between', error(403, '<html>Just a moment…</html>'), 'network'],
    ['404, a page', error(404, '<html>Not found</html>'), 'network'],
    ['404, JSON', error(404, { detail: 'Not Found' }), 'network'],
    ['451', error(451, {}), 'network'],
    ['a code that only looks alike', error(400, code('refresh_token_expired_soon')), 'network'],
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
    const advice = expect.stringContaining('npx @openai/codex login')
    if (reason === 'network') expect(String(failure)).not.toMatch(/log in/i)
    else expect(failure).toHaveProperty('message', advice)
    expect(secretsIn(failure, Object.values(tokens).slice(0, 3))).toEqual([])
    expect(server.tokenRequests).toHaveLength(1)
  })

  it.each([
    [
      'a country',
      error(403, {
        error: { code: 'unsupported_country_region_territory', message: 'Country not supported' },
      }),
      /refused the request.*HTTP 403: Country not supported/,
    ],
    ['a code alone', error(403, { error: 'access_denied' }), /refused the request.*HTTP 403: access_denied/],
    ['a page as 400', error(400, '<html>Just a moment…</html>'), /refused the request.*HTTP 400, a web page/],
    ['a page as 404', error(404, ' <html></html>'), /refused the request.*HTTP 404, a web page/],
    [
      'a page as 502',
      error(502, '<html>Bad gateway</html>'),
      /just now; try again\. \(HTTP 502, a web page\)/,
    ],
    ['another code', error(401, code('something_else')), /just now; try again\. \(HTTP 401: x\)/],
  ])('reports a failure that does not end the login as what it is: %s', async (_, answer, message) => {
    const server = await startServer()
    server.answerToken(answer)
    const failure = await rejection(refreshTokens(tokensOf(server.login()), { issuer: server.issuer }))
    expect(failure).toHaveProperty('message', expect.stringMatching(message))
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

  it('ends the wait after 20 s where no limit is set', async () => {
    const server = await startServer()
    const tokens = tokensOf(server.login())
    server.answerToken({ type: 'hang' })
    const asked = server.nextRequest('/oauth/token')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    let isOver = false
    const failure = rejection(refreshTokens(tokens, { issuer: server.issuer })).finally(() => {
      isOver = true
    })
    await asked
    await vi.advanceTimersByTimeAsync(19_999)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await failure).toMatchObject({
      reason: 'network',
      message: expect.stringContaining('did not answer within 20000 ms'),
    })
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
