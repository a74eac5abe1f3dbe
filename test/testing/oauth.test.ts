import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AuthJson, CodexServer, JsonObject } from '../../src/testing/types.ts'
import { classic, identity, post, useServer } from './support.ts'

const CLIENT_ID = 'app_EMoamEEZ73f0CkXaXp7hrann'
const NOW = 1_800_000_000_000

const claims = (jwt: unknown): JsonObject =>
  JSON.parse(Buffer.from(String(jwt).split('.')[1] ?? '', 'base64url').toString()) as JsonObject

async function postJson(server: CodexServer, path: string, body: JsonObject) {
  const response = await fetch(server.issuer + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as JsonObject }
}

async function postForm(server: CodexServer, fields: Record<string, string>) {
  const response = await fetch(`${server.issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  })
  return { status: response.status, body: (await response.json()) as JsonObject }
}

const refresh = (server: CodexServer, token: string, fields: JsonObject = {}) =>
  postJson(server, '/oauth/token', {
    client_id: CLIENT_ID,
    grant_type: 'refresh_token',
    refresh_reason: 'scheduled',
    refresh_token: token,
    ...fields,
  })

const works = async (server: CodexServer, accessToken: unknown) =>
  (await post(server, classic(), { authorization: `Bearer ${accessToken}` })).status === 200

describe('a login', () => {
  const server = useServer({ now: () => NOW })

  it('is an auth.json with the claims of the account', () => {
    const login = server().login({
      accountId: 'acct-7',
      planType: 'pro',
      email: 'a@example.com',
      authClaims: { chatgpt_account_is_fedramp: true },
    })
    expect(login).toMatchObject({
      auth_mode: 'chatgpt',
      OPENAI_API_KEY: null,
      tokens: { account_id: 'acct-7' },
      last_refresh: new Date(NOW).toISOString(),
    })
    const auth = { chatgpt_account_id: 'acct-7', chatgpt_plan_type: 'pro', chatgpt_account_is_fedramp: true }
    expect(claims(login.tokens.id_token)).toMatchObject({
      email: 'a@example.com',
      'https://api.openai.com/auth': auth,
    })
    expect(claims(login.tokens.access_token)).toMatchObject({
      exp: NOW / 1000 + 864_000,
      'https://api.openai.com/auth': auth,
    })
  })

  it('has tokens of its own each time', () => {
    const all = [server().login(), server().login()].flatMap(({ tokens }) => [
      tokens.access_token,
      tokens.id_token,
      tokens.refresh_token,
    ])
    expect(new Set(all).size).toBe(6)
  })
})

describe('a refresh', () => {
  const server = useServer({ now: () => NOW })

  it('rotates the tokens and takes each refresh token once', async () => {
    const { tokens } = server().login({ accountId: 'acct-7', expiresInSeconds: -5 })
    const first = await refresh(server(), tokens.refresh_token)
    expect(first).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 864_000 } })
    expect(first.body.refresh_token).not.toBe(tokens.refresh_token)
    expect(claims(first.body.access_token)).toMatchObject({ exp: NOW / 1000 + 864_000 })
    const headers = { authorization: `Bearer ${first.body.access_token}`, 'chatgpt-account-id': 'acct-7' }
    expect((await post(server(), classic(), headers)).status).toBe(200)

    const again = await refresh(server(), tokens.refresh_token)
    expect(again).toMatchObject({ status: 401, body: { error: { code: 'refresh_token_reused' } } })
    expect((await refresh(server(), String(first.body.refresh_token))).status).toBe(200)
    expect(server().tokenRequests).toHaveLength(3)
  })

  it('gives one winner where many ask at once', async () => {
    const { tokens } = server().login()
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => refresh(server(), tokens.refresh_token)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401])
  })

  it.each([
    ['an unknown token', { refresh_token: 'rt_unknown' }, { error: 'invalid_grant' }],
    ['another client', { client_id: 'app_other' }, { error: 'invalid_client' }],
    ['another grant', { grant_type: 'password' }, { error: 'unsupported_grant_type' }],
    ['an unknown reason', { refresh_reason: 'because' }, { error: 'invalid_request' }],
  ])('refuses %s', async (_, fields, body) => {
    const { tokens } = server().login()
    expect(await refresh(server(), tokens.refresh_token, fields)).toMatchObject({ status: 400, body })
    expect((await refresh(server(), tokens.refresh_token)).status).toBe(200)
  })

  it('is not taken as a form', async () => {
    const fields = { client_id: CLIENT_ID, grant_type: 'refresh_token' }
    const answer = await postForm(server(), {
      ...fields,
      refresh_token: server().login().tokens.refresh_token,
    })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })

  it('leaves out tokens when told so; who gets no new refresh token keeps the old one', async () => {
    const { tokens } = server().login()
    server().answerToken({ type: 'ok', omit: ['refresh_token', 'id_token'] })
    const partial = await refresh(server(), tokens.refresh_token)
    expect(Object.keys(partial.body)).not.toContain('refresh_token')
    expect(Object.keys(partial.body)).not.toContain('id_token')
    expect(await works(server(), partial.body.access_token)).toBe(true)
    expect((await refresh(server(), tokens.refresh_token)).status).toBe(200)
  })

  it('fails as told, without spending the token', async () => {
    const { tokens } = server().login()
    server().answerToken(
      { type: 'error', status: 500, body: 'oops' },
      { type: 'reset' },
      { type: 'raw', chunks: ['{"access'], end: 'reset' },
    )
    for (let n = 0; n < 3; n++) await expect(refresh(server(), tokens.refresh_token)).rejects.toThrow()
    expect((await refresh(server(), tokens.refresh_token)).status).toBe(200)
  })
})

describe('a revocation', () => {
  const server = useServer()
  const revoke = (fields: JsonObject) =>
    postJson(server(), '/oauth/revoke', { client_id: CLIENT_ID, ...fields })

  it('ends a refresh token', async () => {
    const { tokens } = server().login()
    const done = await revoke({ token: tokens.refresh_token, token_type_hint: 'refresh_token' })
    expect(done).toEqual({ status: 200, body: {} })
    expect(await refresh(server(), tokens.refresh_token)).toMatchObject({
      status: 401,
      body: { error: { code: 'refresh_token_invalidated' } },
    })
  })

  it('takes an unknown token, but not another client', async () => {
    expect((await revoke({ token: 'rt_unknown' })).status).toBe(200)
    expect((await revoke({ token: 'rt_unknown', client_id: 'app_other' })).status).toBe(400)
  })
})

describe('the browser login', () => {
  const server = useServer()
  const verifier = 'v'.repeat(86)
  const redirect = 'http://127.0.0.1:1455/auth/callback'
  const query = {
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: redirect,
    scope: 'openid profile email offline_access',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: 'state-1',
  }
  const authorize = (fields: Record<string, string> = {}) =>
    fetch(`${server().issuer}/oauth/authorize?${new URLSearchParams({ ...query, ...fields })}`, {
      redirect: 'manual',
    })
  const exchange = (code: string, fields: Record<string, string> = {}) =>
    postForm(server(), {
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      code,
      redirect_uri: redirect,
      code_verifier: verifier,
      ...fields,
    })
  const getCode = async () => {
    const back = new URL((await authorize()).headers.get('location') ?? '')
    expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([redirect, 'state-1'])
    return back.searchParams.get('code') ?? ''
  }

  it('gives a code for tokens, once', async () => {
    const code = await getCode()
    const { status, body } = await exchange(code)
    expect(status).toBe(200)
    expect(await works(server(), body.access_token)).toBe(true)
    expect((await exchange(code)).body).toMatchObject({ error: 'invalid_grant' })
  })

  it.each([
    ['verifier', { code_verifier: 'w'.repeat(86) }],
    ['redirect', { redirect_uri: 'http://localhost:1455/auth/callback' }],
    ['code', { code: 'ac_other' }],
  ])('wants the right %s', async (_, fields) => {
    expect(await exchange(await getCode(), fields)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
  })

  it.each(Object.keys(query))('wants %s', async (name) => {
    const response = await authorize({ [name]: '' })
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(name)])
  })
})

describe('the device login', () => {
  let now = NOW
  const server = useServer({ now: () => now })
  const start = () => postJson(server(), '/api/accounts/deviceauth/usercode', { client_id: CLIENT_ID })
  const poll = (body: JsonObject) => postJson(server(), '/api/accounts/deviceauth/token', body)

  it('waits until the code is approved, then gives a code and its verifier', async () => {
    const { body } = await start()
    expect(body).toMatchObject({ interval: '1' })
    const device = { device_auth_id: body.device_auth_id, user_code: body.user_code }
    expect(await poll(device)).toMatchObject({ status: 403, body: { error: { message: 'pending' } } })
    server().approveDevice(String(body.user_code), { accountId: 'acct-9' })
    const { status, body: code } = await poll(device)
    expect(status).toBe(200)
    const tokens = await postForm(server(), {
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      code: String(code.authorization_code),
      redirect_uri: `${server().issuer}/deviceauth/callback`,
      code_verifier: String(code.code_verifier),
    })
    expect(claims(tokens.body.id_token)['https://api.openai.com/auth']).toMatchObject({
      chatgpt_account_id: 'acct-9',
    })
  })

  it('ends after a quarter of an hour, and knows its codes only', async () => {
    const { body } = await start()
    expect((await poll({ ...body, device_auth_id: 'other' })).status).toBe(400)
    now += 900_000
    expect((await poll(body)).status).toBe(400)
    expect(() => server().approveDevice('NONE-00000')).toThrow('NONE-00000')
  })
})

describe('expiry', () => {
  let now = NOW
  const server = useServer({ now: () => now })

  it('follows the clock that was given', async () => {
    const login: AuthJson = server().login({ expiresInSeconds: 60 })
    expect((await post(server(), classic(), identity(login))).status).toBe(200)
    now += 60_000
    expect((await post(server(), classic(), identity(login))).status).toBe(401)
  })
})
