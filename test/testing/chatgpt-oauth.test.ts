import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it, test } from 'vitest'
import type { CodexServer, JsonObject } from '../../src/testing/types.ts'
import { useServer } from './support.ts'

const NOW = 1_800_000_000_000
const RESOURCE = 'https://api.openai.com/v1'
const SCOPE = 'openid profile email offline_access resource.invoke chatgpt.tokens.use.direct'
const VERIFIER = 'v'.repeat(43)

const claims = (jwt: unknown): JsonObject =>
  JSON.parse(Buffer.from(String(jwt).split('.')[1] ?? '', 'base64url').toString()) as JsonObject

const secret = () => randomBytes(32).toString('base64url')

const request = (): Record<string, string> => ({
  client_id: 'dynamic_agent_client',
  agent_name_hint: 'My app',
  ext_agent_host_id: 'urn:uuid:11111111-2222-4333-8444-555555555555',
  response_type: 'code',
  redirect_uri: 'http://127.0.0.1:1455/auth/callback',
  resource: RESOURCE,
  scope: SCOPE,
  state: secret(),
  nonce: secret(),
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  code_challenge_method: 'S256',
})

async function authorize(server: CodexServer, query: Record<string, string>) {
  const url = `${server.issuer}/api/accounts/authorize?${new URLSearchParams(query)}`
  const response = await fetch(url, { redirect: 'manual' })
  const location = response.headers.get('location')
  return {
    status: response.status,
    back: location === null ? new URLSearchParams() : new URL(location).searchParams,
  }
}

async function postForm(server: CodexServer, fields: Record<string, string>, path = 'token') {
  const body = new URLSearchParams(fields)
  const response = await fetch(`${server.issuer}/api/accounts/oauth/${path}`, { method: 'POST', body })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as JsonObject }
}

async function signIn(server: CodexServer, query = request()) {
  const { back } = await authorize(server, query)
  const fields = {
    grant_type: 'authorization_code',
    client_id: back.get('client_id') ?? '',
    code: back.get('code') ?? '',
    code_verifier: VERIFIER,
    redirect_uri: query.redirect_uri ?? '',
    resource: RESOURCE,
  }
  return { query, fields, back, answer: await postForm(server, fields) }
}

const refresh = (server: CodexServer, { tokens, grant }: ReturnType<CodexServer['login']>, token?: string) =>
  postForm(server, {
    grant_type: 'refresh_token',
    client_id: grant?.client_id ?? '',
    refresh_token: token ?? tokens.refresh_token,
    resource: RESOURCE,
  })

const server = useServer({ route: 'chatgpt', now: () => NOW })

test('a first sign-in registers the app and issues tokens for it', async () => {
  const { query, back, answer } = await signIn(server())
  expect(back.get('state')).toBe(query.state)
  expect(back.get('client_id')).toMatch(/^oaiapp_\w+$/)
  expect(answer).toMatchObject({
    status: 200,
    body: { token_type: 'Bearer', expires_in: 3600, scope: SCOPE, earliest_refresh_at: NOW / 1000 + 3240 },
  })
  expect(claims(answer.body.id_token)).toMatchObject({
    iss: server().issuer,
    aud: back.get('client_id'),
    nonce: query.nonce,
  })
  expect(claims(answer.body.access_token)).toMatchObject({ aud: RESOURCE, client_id: back.get('client_id') })
})

test('a later sign-in names the issued client, and may change the port of its redirect only', async () => {
  const first = await signIn(server())
  const later: Record<string, string> = {
    ...request(),
    client_id: first.back.get('client_id') ?? '',
    redirect_uri: 'http://127.0.0.1:9/auth/callback',
  }
  delete later.agent_name_hint
  expect((await authorize(server(), later)).back.get('client_id')).toBe(later.client_id)
  expect(await authorize(server(), { ...later, redirect_uri: 'http://127.0.0.1:9/callback' })).toMatchObject({
    status: 400,
  })
})

test.each<[string, Record<string, string>]>([
  ['an unknown client', { client_id: 'oaiapp_other', agent_name_hint: '' }],
  ['no name of the app', { agent_name_hint: '' }],
  ['a host id of another form', { ext_agent_host_id: 'my-laptop' }],
  ['a redirect to localhost', { redirect_uri: 'http://localhost:1455/auth/callback' }],
  ['another resource', { resource: 'https://chatgpt.com' }],
  ['a missing scope', { scope: SCOPE.replace(' resource.invoke', '') }],
  ['a plain challenge', { code_challenge_method: 'plain' }],
  ['a short state', { state: 'abc' }],
  ['no nonce', { nonce: '' }],
  ['a parameter of the other login', { originator: 'x' }],
])('an authorization request is refused: %s', async (_, changes) => {
  expect(await authorize(server(), { ...request(), ...changes })).toMatchObject({ status: 400 })
})

test('a user who declines sends the browser back with the error and the state', async () => {
  server().answerAuthorize({ query: { error: 'access_denied', code: undefined } })
  const query = request()
  const { back } = await authorize(server(), query)
  expect(back.get('error')).toBe('access_denied')
  expect(back.get('state')).toBe(query.state)
  expect(back.has('code')).toBe(false)
})

describe('the token endpoint', () => {
  it('takes a code once', async () => {
    const { fields } = await signIn(server())
    expect(await postForm(server(), fields)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  it.each([['client_id'], ['code_verifier'], ['redirect_uri'], ['resource']])('needs %s', async (name) => {
    const query = request()
    const { back } = await authorize(server(), query)
    const fields: Record<string, string> = {
      grant_type: 'authorization_code',
      client_id: back.get('client_id') ?? '',
      code: back.get('code') ?? '',
      code_verifier: VERIFIER,
      redirect_uri: query.redirect_uri ?? '',
      resource: RESOURCE,
    }
    expect(await postForm(server(), { ...fields, [name]: 'other' })).toMatchObject({ status: 400 })
  })

  it('refuses JSON', async () => {
    const response = await fetch(`${server().issuer}/api/accounts/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"grant_type":"refresh_token"}',
    })
    expect(response.status).toBe(400)
  })

  it('rotates a refresh token, and refuses the spent one', async () => {
    const login = server().login({ expiresInSeconds: 60 })
    const { status, body } = await refresh(server(), login)
    expect(status).toBe(200)
    expect(body.refresh_token).not.toBe(login.tokens.refresh_token)
    expect(await refresh(server(), login)).toMatchObject({
      status: 401,
      body: { error: { code: 'refresh_token_reused' } },
    })
  })

  it('refuses a refresh that comes too early, and spends its token', async () => {
    const login = server().login()
    expect(await refresh(server(), login)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await refresh(server(), login)).toMatchObject({ status: 401 })
  })

  it('leaves out and changes what a scripted answer says', async () => {
    const login = server().login({ expiresInSeconds: 60 })
    server().answerToken({ type: 'ok', omit: ['scope', 'id_token'] })
    const { body } = await refresh(server(), login)
    expect(Object.keys(body)).not.toContain('scope')
    expect(Object.keys(body)).not.toContain('id_token')
  })
})

test('a revoked refresh token is refused; an unknown one is no fault', async () => {
  const login = server().login({ expiresInSeconds: 60 })
  const form = { token_type_hint: 'refresh_token', client_id: login.grant?.client_id ?? '' }
  expect(await postForm(server(), { ...form, token: login.tokens.refresh_token }, 'revoke')).toMatchObject({
    status: 200,
  })
  expect(await postForm(server(), { ...form, token: 'rt_unknown' }, 'revoke')).toMatchObject({ status: 200 })
  expect(await refresh(server(), login)).toMatchObject({ status: 401 })
})

test('the paths of the Codex route are not there', async () => {
  for (const path of ['/oauth/token', '/backend-api/codex/responses', '/oauth/authorize']) {
    expect((await fetch(server().url + path, { method: 'POST' })).status).toBe(404)
  }
})
