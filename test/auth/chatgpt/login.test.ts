import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { AuthorizeAnswer, TokenAnswer } from 'ai-sdk-provider-codex/testing'
import { describe, expect, it, test, vi } from 'vitest'
import { CodexAuthError } from '../../../src/errors.ts'
import { APP } from '../../support/plan-login.ts'
import { makeFolder, rejection, secretsIn } from '../helpers.ts'
import { authError, holdPort, once, paths, portOf, stateOf, visit } from '../login/support.ts'
import { formOf, NOW, openPage, SCOPES, setUp } from './support.ts'

describe('a first login', () => {
  it('asks for what the reference says, in its order', async () => {
    const { server, login, saved } = await setUp()
    const opened = vi.fn(openPage)
    await login({ openBrowser: opened })
    const query = new URL(opened.mock.calls[0]?.[0] ?? '').searchParams
    expect([...query]).toEqual([
      ['client_id', 'dynamic_agent_client'],
      ['agent_name_hint', APP],
      ['ext_agent_host_id', (await saved()).ext_agent_host_id],
      ['response_type', 'code'],
      ['redirect_uri', expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/auth\/callback$/)],
      ['resource', 'https://api.openai.com/v1'],
      ['scope', SCOPES],
      ['state', expect.stringMatching(/^[\w-]{43}$/)],
      ['nonce', expect.stringMatching(/^[\w-]{43}$/)],
      ['code_challenge', expect.stringMatching(/^[\w-]{43}$/)],
      ['code_challenge_method', 'S256'],
    ])
    expect(query.get('state')).not.toBe(query.get('nonce'))
    expect(paths(server)).toEqual([
      '/api/accounts/authorize',
      '/api/accounts/oauth/token',
      '/.well-known/jwks.json',
    ])
    const [exchange] = server.tokenRequests
    expect(exchange?.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(Object.keys(formOf(exchange ?? { text: '' }))).toEqual([
      'grant_type',
      'client_id',
      'code',
      'code_verifier',
      'redirect_uri',
      'resource',
    ])
  })

  it('saves the login, the registration and the host id, for the owner alone', async () => {
    const { login, saved, mode, file, server } = await setUp()
    const result = await login()
    expect(result).toEqual({
      account: { subject: 'user-acct-0001', email: 'user@example.com' },
      planUsage: true,
      isFirst: true,
      clientId: expect.stringMatching(/^oaiapp_/),
      file,
    })
    expect(await mode()).toBe(0o600)
    expect(await saved()).toMatchObject({
      ext_agent_host_id: expect.stringMatching(/^urn:uuid:[\da-f-]{36}$/),
      clients: [
        { app_name: APP, issuer: server.issuer, client_id: result.clientId, subject: 'user-acct-0001' },
      ],
      login: {
        issuer: server.issuer,
        subject: 'user-acct-0001',
        email: 'user@example.com',
        client_id: result.clientId,
        token_type: 'Bearer',
        scopes: SCOPES.split(' '),
        expires_at: new Date(NOW + 3_600_000).toISOString(),
        earliest_refresh_at: new Date(NOW + 3_240_000).toISOString(),
        saved_at: new Date(NOW).toISOString(),
      },
    })
  })

  it('shows in the browser how it ended', async () => {
    const { login } = await setUp()
    const page = once<string>()
    await login({ openBrowser: async (url) => page.call((await visit(url)).text) })
    expect(await page.value).toContain('You are logged in')
  })

  it.each([[''], ['   '], ['a\u0007b'], ['x'.repeat(201)], [undefined as unknown as string]])(
    'needs the name of the app, and not %j',
    async (appName) => {
      const { login, server } = await setUp()
      expect(await rejection(login({ appName }))).toMatchObject({ name: 'AI_InvalidArgumentError' })
      expect(server.requests).toEqual([])
    },
  )
})

describe('a later login', () => {
  it('uses the issued client id and the same host id, and the welcome is not shown again', async () => {
    const { login, saved, server } = await setUp()
    const first = await login()
    const before = await saved()
    const again = await login({ force: true })
    expect(again).toMatchObject({ clientId: first.clientId, isFirst: false })
    const query = new URL(server.url + (server.requests.at(-3)?.path ?? '')).searchParams
    expect(query.get('client_id')).toBe(first.clientId)
    expect(query.has('agent_name_hint')).toBe(false)
    expect(query.get('ext_agent_host_id')).toBe(before.ext_agent_host_id)
    expect((await saved()).clients).toHaveLength(1)
  })

  it('replaces a login with force only', async () => {
    const { login, saved, file } = await setUp()
    await login()
    const before = await saved()
    const error = await authError(login())
    expect(error.message).toContain(file)
    expect(error.message).toContain('user@example.com')
    expect(error.message).toContain('force')
    expect(await saved()).toEqual(before)
  })

  it('of another account is refused, and changes nothing', async () => {
    const { login, saved, server } = await setUp()
    await login()
    const before = await saved()
    server.answerAuthorize({ login: { accountId: 'acct-9' } })
    expect((await authError(login({ force: true }))).message).toContain('another ChatGPT account')
    expect((await saved()).login).toEqual(before.login)
  })

  it('of another account registers the app anew where the user switches', async () => {
    const { login, saved, server } = await setUp()
    const first = await login()
    server.answerAuthorize({ login: { accountId: 'acct-9' } })
    const second = await login({ switchAccount: true })
    expect(second.account.subject).toBe('user-acct-9')
    expect(second.clientId).not.toBe(first.clientId)
    expect((await saved()).clients?.map(({ subject }) => subject)).toEqual(['user-acct-0001', 'user-acct-9'])
  })

  it('that names another client id is refused', async () => {
    const { login, server, saved } = await setUp()
    await login()
    const before = await saved()
    server.answerAuthorize({ query: { client_id: 'oaiapp_other' } })
    expect((await authError(login({ force: true }))).message).toContain('another client id')
    expect(await saved()).toEqual(before)
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('may leave the client id out of the callback', async () => {
    const { login, server } = await setUp()
    const { clientId } = await login()
    server.answerAuthorize({ query: { client_id: undefined } })
    expect(await login({ force: true })).toMatchObject({ clientId })
  })

  it('of an app with another name is a registration of its own', async () => {
    const { login, saved } = await setUp()
    const first = await login()
    const second = await login({ appName: 'Other app', force: true })
    expect(second.clientId).not.toBe(first.clientId)
    expect((await saved()).clients?.map((client) => client.app_name)).toEqual([APP, 'Other app'])
  })

  it('asks for consent where the user wants that', async () => {
    const { login, server } = await setUp()
    await login()
    await login({ consent: true })
    const query = new URL(server.url + (server.requests.at(-3)?.path ?? '')).searchParams
    expect(query.get('prompt')).toBe('consent')
  })
})

describe('a callback', () => {
  it('with a wrong state is refused, and the login goes on', async () => {
    const { login } = await setUp()
    const opened = once<string>()
    const running = login({ openBrowser: opened.call })
    const url = await opened.value
    const foreign = `http://127.0.0.1:${portOf(url)}/auth/callback?code=ac_x&state=wrong&client_id=oaiapp_x`
    expect((await visit(foreign)).status).toBe(400)
    const twice = `http://127.0.0.1:${portOf(url)}/auth/callback?code=ac_x&state=${stateOf(url)}&state=x&client_id=oaiapp_x`
    expect((await visit(twice)).status).toBe(400)
    await visit(url)
    await expect(running).resolves.toMatchObject({ planUsage: true })
  })

  it.each<[string, AuthorizeAnswer['query'], string]>([
    ['that the user declined', { error: 'access_denied', code: undefined }, 'declined'],
    ['with another error', { error: 'server_error', code: undefined }, 'server_error'],
    ['without a client id', { client_id: undefined }, 'no client id'],
    ['with a client id of another form', { client_id: 'a b' }, 'no client id'],
    ['with the client id of a first login', { client_id: 'dynamic_agent_client' }, 'no client id'],
    ['without a code', { code: undefined }, 'no authorization code'],
  ])('%s ends the login, and nothing is stored', async (_, query, words) => {
    const { login, server, saved } = await setUp()
    server.answerAuthorize({ query: query ?? {} })
    expect((await authError(login())).message).toContain(words)
    expect(Object.keys(await saved())).toEqual(['ext_agent_host_id'])
    expect(server.tokenRequests).toEqual([])
  })

  it('with an error and a wrong state does not end the login', async () => {
    const { login } = await setUp()
    const opened = once<string>()
    const running = login({ openBrowser: opened.call })
    const url = await opened.value
    const denied = `http://127.0.0.1:${portOf(url)}/auth/callback?error=access_denied&state=wrong`
    expect((await visit(denied)).status).toBe(400)
    await visit(url)
    await expect(running).resolves.toMatchObject({ planUsage: true })
  })
})

describe('the exchange of the code', () => {
  it('saves the client id first, so that the next login uses it', async () => {
    const { login, server, saved } = await setUp()
    server.answerToken({ type: 'error', status: 400, body: { error: 'invalid_grant' } })
    expect((await authError(login())).message).toContain('invalid_grant')
    const [client] = (await saved()).clients ?? []
    expect(client?.client_id).toMatch(/^oaiapp_/)
    expect((await saved()).login).toBeUndefined()
    expect(await login()).toMatchObject({ clientId: client?.client_id, isFirst: true })
  })

  it('without the scope leaves plan usage off, and says so', async () => {
    const { login, server, saved, manager } = await setUp()
    server.answerToken({ type: 'ok', scope: 'openid profile email offline_access' })
    expect(await login()).toMatchObject({ planUsage: false, isFirst: false })
    expect((await saved()).login).toBeDefined()
    expect((await authError(manager().getTokens())).message).toContain('consent')
    // The user allows it.
    expect(await login({ consent: true })).toMatchObject({ planUsage: true, isFirst: true })
    await expect(manager().getTokens()).resolves.toHaveProperty('accessToken')
  })

  it.each<[string, TokenAnswer, string]>([
    ['a server that fails', { type: 'error', status: 503, body: 'no' }, '503'],
    ['no access token', { type: 'ok', omit: ['access_token'] }, 'access or refresh token'],
    ['no refresh token', { type: 'ok', omit: ['refresh_token'] }, 'access or refresh token'],
    ['no id token', { type: 'ok', omit: ['id_token'] }, 'id token'],
    ['a reset', { type: 'reset' }, 'Could not reach'],
    [
      'a redirect',
      { type: 'error', status: 307, body: '', headers: { location: 'http://127.0.0.1:9/' } },
      'HTTP 307',
    ],
  ])('with %s ends the login', async (_, answer, words) => {
    const { login, server, saved } = await setUp()
    server.answerToken(answer)
    expect((await authError(login())).message).toContain(words)
    expect((await saved()).login).toBeUndefined()
  })

  it.each<[string, Extract<TokenAnswer, { type: 'ok' }>, string]>([
    ['of another issuer', { type: 'ok', idClaims: { iss: 'https://example.com' } }, '"iss"'],
    ['for another app', { type: 'ok', idClaims: { aud: 'oaiapp_other' } }, '"aud"'],
    ['of another login', { type: 'ok', idClaims: { nonce: 'other' } }, '"nonce"'],
    ['without a nonce', { type: 'ok', idClaims: { nonce: undefined } }, '"nonce"'],
    ['that has expired', { type: 'ok', idClaims: { exp: NOW / 1000 - 31 } }, 'expired'],
    ['that is not valid yet', { type: 'ok', idClaims: { nbf: NOW / 1000 + 31 } }, '"nbf"'],
    ['without an end', { type: 'ok', idClaims: { exp: undefined } }, '"exp"'],
    ['without an account', { type: 'ok', idClaims: { sub: undefined } }, '"sub"'],
    ['with an empty account', { type: 'ok', idClaims: { sub: '' } }, '"sub"'],
    ['of another party', { type: 'ok', idClaims: { azp: 'oaiapp_other' } }, '"azp"'],
    ['that is forged', { type: 'ok', isForged: true }, 'signature'],
  ])('with an ID token %s ends the login', async (_, answer, words) => {
    const { login, server, saved } = await setUp()
    server.answerToken(answer)
    const error = await authError(login())
    expect(error.message).toContain('ID token')
    expect(error.message).toContain(words)
    expect((await saved()).login).toBeUndefined()
  })

  it('accepts clocks that differ by seconds', async () => {
    const { login, server } = await setUp()
    server.answerToken({ type: 'ok', idClaims: { exp: NOW / 1000 - 20 } })
    await expect(login()).resolves.toMatchObject({ planUsage: true })
  })

  it.each([
    ['fails', { type: 'error', status: 500, body: 'no' } as const],
    ['has no keys', { type: 'error', status: 200, body: {} } as const],
    ['has odd keys', { type: 'error', status: 200, body: { keys: [1, null] } } as const],
    ['has no key of the token', { type: 'error', status: 200, body: { keys: [] } } as const],
  ])('ends the login where the list of keys %s', async (_, answer) => {
    const { login, server, saved } = await setUp()
    server.answerPath('/jwks.json', answer)
    await authError(login())
    expect((await saved()).login).toBeUndefined()
  })

  it('shows no secret in any error', async () => {
    const { login, server } = await setUp()
    const secrets: string[] = []
    const open = async (url: string) => {
      const { searchParams } = new URL(
        (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '',
      )
      secrets.push(searchParams.get('code') ?? '')
      await visit(url)
    }
    for (const answer of [
      { type: 'ok', isForged: true },
      { type: 'ok', omit: ['id_token'] },
      { type: 'error', status: 400, body: { error: 'invalid_grant' } },
    ] as const) {
      server.answerToken(answer)
      const error = await authError(login({ openBrowser: open }))
      expect(secretsIn(error, secrets)).toEqual([])
      expect(String(error)).not.toMatch(/eyJ|rt_/)
    }
  })
})

describe('without a browser on this machine', () => {
  it('the address that was pasted will do, where the port is in use', async () => {
    const { login, file } = await setUp()
    const port = await holdPort()
    const opened = once<string>()
    const result = await login({
      port,
      openBrowser: opened.call,
      readPastedUrl: async () => {
        const response = await fetch(await opened.value, { redirect: 'manual' })
        return ` ${response.headers.get('location')}\n`
      },
    })
    expect(portOf(await opened.value)).toBe(port)
    expect(result).toMatchObject({ file, planUsage: true })
  })

  it.each([
    ['a code alone', () => 'ac_x', 'no authorization code'],
    [
      'the address of another login',
      () => 'http://127.0.0.1:1/auth/callback?code=ac_x&state=x',
      'state mismatch',
    ],
    [
      'an address without the client id',
      (url: string) => `http://127.0.0.1:1/auth/callback?code=ac_x&state=${stateOf(url)}`,
      'no client id',
    ],
  ])('%s is refused', async (_, paste, words) => {
    const { login } = await setUp()
    const opened = once<string>()
    const error = await authError(
      login({ openBrowser: opened.call, readPastedUrl: async () => paste(await opened.value) }),
    )
    expect(error.message).toContain(words)
  })

  it('a port in use is an error that says what to do', async () => {
    const { login } = await setUp()
    const port = await holdPort()
    const { message } = await authError(login({ port }))
    expect(message).toContain(`Port ${port}`)
    expect(message).toContain('readPastedUrl')
    expect(message).not.toContain('device')
  })
})

describe('a login ends', () => {
  it('with the reason of its signal', async () => {
    const { login } = await setUp()
    const controller = new AbortController()
    const opened = once<string>()
    const running = login({ openBrowser: opened.call, signal: controller.signal })
    await opened.value
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await rejection(running)).toBe(reason)
  })

  it('with the reason of its signal, also while the code is exchanged', async () => {
    const { login, server } = await setUp()
    server.answerToken({ type: 'hang' })
    const controller = new AbortController()
    const asked = server.nextRequest('/oauth/token')
    const running = login({ openBrowser: async (url) => void openPage(url), signal: controller.signal })
    const request = await asked
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await rejection(running)).toBe(reason)
    expect(await request.closed).toBe('aborted')
  })

  it('when its time is up', async () => {
    const { login } = await setUp()
    expect((await authError(login({ openBrowser: async () => {}, timeoutMs: 30 }))).message).toContain(
      'not completed within',
    )
  })
})

describe('the login of the Codex CLI', () => {
  const codex = { auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens: { access_token: 'eyJ.eyJ.x' } }

  it('is left as it is, and the login server hears nothing, where the file is that one', async () => {
    const { login, file, server } = await setUp()
    await mkdir(dirname(file))
    const text = JSON.stringify(codex)
    await writeFile(file, text)
    const error = await rejection(login({ force: true }))
    expect(CodexAuthError.isInstance(error) && error.message).toContain('something else')
    expect(await readFile(file, 'utf8')).toBe(text)
    expect(server.requests).toEqual([])
  })

  it('is neither read nor written, whatever the environment says', async () => {
    const { login, manager, file } = await setUp()
    const home = await makeFolder()
    const auth = join(home, 'auth.json')
    await writeFile(auth, JSON.stringify(codex))
    vi.stubEnv('CODEX_HOME', home)
    vi.stubEnv('CODEX_AUTH_FILE', auth)
    vi.stubEnv('CODEX_ACCESS_TOKEN', 'eyJ.eyJ.y')
    vi.stubEnv('CHATGPT_AUTH_FILE', file)
    await login({ authFile: undefined })
    const { accessToken } = await manager({ auth: undefined }).getTokens()
    expect(accessToken).not.toMatch(/^eyJ\.eyJ\./)
    expect(await readFile(auth, 'utf8')).toBe(JSON.stringify(codex))
    vi.unstubAllEnvs()
  })
})

test('an insecure issuer is refused', async () => {
  const { login } = await setUp()
  expect(await rejection(login({ issuer: 'http://example.com' }))).toMatchObject({
    name: 'AI_InvalidArgumentError',
  })
})
