import { EventEmitter, once as onceEvent } from 'node:events'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { CodexAuthError, fileTokenStore } from 'ai-sdk-provider-codex/auth'
import type { CodexServer, TokenAnswer } from 'ai-sdk-provider-codex/testing'
import { afterEach, describe, expect, it, onTestFinished, test, vi } from 'vitest'
import { type BrowserLoginOptions, loginWithBrowser } from '../../../src/auth/login/browser.ts'
import { makeFolder, rejection, secretsIn } from '../helpers.ts'
import {
  authError,
  holdPort,
  isFree,
  NOW,
  once,
  paths,
  portOf,
  setUpLogin,
  stateOf,
  visit,
} from './support.ts'

// captures/login-browser.json and login-appserver-browser.json (0.169.0).
const CAPTURED_AUTHORIZE =
  'https://auth.openai.com/oauth/authorize?response_type=code&client_id=app_EMoamEEZ73f0CkXaXp7hrann' +
  '&redirect_uri=http%3A%2F%2F127.0.0.1%3A1455%2Fauth%2Fcallback&code_challenge=1d5Awxz3aSbKkH4vxNXaao00dc6mue7rrwAXLXYwm14' +
  '&code_challenge_method=S256&state=ZvvlUUXaNSPIEJusUw5puNsirTewucOGk-Z2clMOrHE' +
  '&scope=openid+profile+email+offline_access+api.connectors.read+api.connectors.invoke' +
  '&id_token_add_organizations=true&codex_cli_simplified_flow=true&originator=codex_cli_rs'
const CAPTURED_FORM =
  'grant_type=authorization_code&client_id=app_EMoamEEZ73f0CkXaXp7hrann&code=ac_fake_1' +
  '&redirect_uri=http%3A%2F%2F127.0.0.1%3A1455%2Fauth%2Fcallback' +
  '&code_verifier=0rd5-eQZWFWUhHTklZGkrh08JxDmlcWFja4Giu22ra-F91LU8SRcSrxdXI-39WYvcHV4FJAnm72kNNiVo0QVxQ'

afterEach(() => vi.restoreAllMocks())

const noBrowser = () => {}

/** A login whose address is at hand; nothing opens it yet. */
async function start(options: BrowserLoginOptions) {
  const url = once<string>()
  const result = loginWithBrowser({ port: 0, openBrowser: noBrowser, onUrl: url.call, ...options })
  result.catch(() => undefined)
  const authorizeUrl = await Promise.race([url.value, result.then(() => '')])
  const port = portOf(authorizeUrl)
  const callback = (query: Record<string, string>, path = '/auth/callback') =>
    `http://127.0.0.1:${port}${path}?${new URLSearchParams(query)}`
  return { result, url: authorizeUrl, port, state: stateOf(authorizeUrl), callback }
}

/** All that is secret in what was sent and answered. */
const sentSecrets = (server: CodexServer): string[] =>
  server.tokenRequests.flatMap(({ text }) => {
    const form = new URLSearchParams(text)
    return [form.get('code') ?? '', form.get('code_verifier') ?? '']
  })

/** Installs a script as the program that opens the platform's browser. */
async function installOpener(
  script: string,
  name = process.platform === 'darwin' ? 'open' : 'xdg-open',
): Promise<void> {
  const opener = join(await makeFolder(), name)
  await writeFile(opener, `#!/usr/bin/env node\n${script}\n`)
  await chmod(opener, 0o755)
  vi.stubEnv('PATH', `${dirname(opener)}${delimiter}${process.env.PATH}`)
}

/** Runs without one of Node's modules. */
function withoutModule(name: string): void {
  const original = process.getBuiltinModule
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(((id: string) =>
    id === name ? undefined : original(id)) as typeof process.getBuiltinModule)
}

describe('a login', () => {
  it('is made in the browser and saved', async () => {
    const { server, options, file } = await setUpLogin()
    const login = await start(options)
    const page = await visit(login.url)
    const { tokens, account, ...rest } = await login.result

    expect(rest).toEqual({ file })
    expect(account).toEqual({ accountId: 'acct-0001', planType: 'plus', email: 'user@example.com' })
    expect(tokens).toMatchObject({ accountId: 'acct-0001', lastRefresh: NOW })
    expect(await fileTokenStore(file).read()).toEqual(tokens)
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('You are logged in') })
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'")
    const { accessToken, refreshToken = '', idToken = '' } = tokens
    expect(secretsIn(page, [accessToken, refreshToken, idToken])).toEqual([])
    expect(await isFree(login.port)).toBe(true)
    expect(paths(server)).toEqual(['/oauth/authorize', '/oauth/token'])
  })

  it('is only returned where authFile is false', async () => {
    const { options, folder } = await setUpLogin()
    const login = await start({ ...options, authFile: false })
    await visit(login.url)
    expect(Object.keys(await login.result)).toEqual(['tokens', 'account'])
    expect(await readdir(folder)).toEqual([])
  })

  it('asks as the Codex CLI does', async () => {
    const { options, server } = await setUpLogin()
    const login = await start({ ...options, originator: 'codex_cli_rs' })
    const ours = new URL(login.url)
    const captured = new URL(CAPTURED_AUTHORIZE)
    expect(ours.origin + ours.pathname).toBe(`${server.issuer}/oauth/authorize`)
    const fixed = (url: URL) =>
      [...url.searchParams].map(([name, value]) => {
        if (name === 'redirect_uri') return [name, value.replace(/:\d+/, '')]
        return [name, name === 'state' || name === 'code_challenge' ? value.length : value]
      })
    expect(fixed(ours)).toEqual(fixed(captured))
    const spaces = (url: string) => url.match(/scope=[^&]*/)?.[0]
    expect(spaces(login.url)).toBe(spaces(CAPTURED_AUTHORIZE))
    await visit(login.url)
    await login.result

    const [request] = server.tokenRequests
    const form = [...new URLSearchParams(request?.text)]
    const capturedForm = [...new URLSearchParams(CAPTURED_FORM)]
    expect(form.map(([name]) => name)).toEqual(capturedForm.map(([name]) => name))
    expect(form.slice(0, 2)).toEqual(capturedForm.slice(0, 2))
    expect(form[3]?.[1]).toBe(`http://127.0.0.1:${login.port}/auth/callback`)
    expect(form[4]?.[1]).toMatch(/^[\w-]{86}$/)
    expect(request?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      accept: '*/*',
    })
    expect(request?.headers).not.toHaveProperty('authorization')
    expect(request?.headers).not.toHaveProperty('originator')
  })

  it('says who we are, and has a verifier and a state of its own each time', async () => {
    const { options } = await setUpLogin()
    const aborts = new AbortController()
    const logins = await Promise.all(
      [1, 2].map(() => start({ ...options, clientId: 'app_other', signal: aborts.signal })),
    )
    const queries = logins.map(({ url }) => new URL(url).searchParams)
    expect(queries.map((query) => query.get('originator'))).toEqual(Array(2).fill('ai_sdk_provider_codex'))
    expect(queries.map((query) => query.get('client_id'))).toEqual(Array(2).fill('app_other'))
    for (const name of ['state', 'code_challenge']) {
      expect(queries[0]?.get(name)).not.toBe(queries[1]?.get(name))
    }
    aborts.abort()
    await Promise.allSettled(logins.map(({ result }) => result))
  })

  it("opens the platform's browser", async () => {
    const { options } = await setUpLogin()
    await installOpener('fetch(process.argv[2])')
    const { account } = await loginWithBrowser({ port: 0, ...options })
    expect(account.accountId).toBe('acct-0001')
  })

  it.each([
    ['darwin', 'open', (url: string) => [url]],
    ['win32', 'cmd.exe', (url: string) => ['/d', '/s', '/c', `"start "" "${url}""`]],
    ['freebsd', 'xdg-open', (url: string) => [url]],
  ])('opens the browser of %s', async (platform, program, argsOf) => {
    const { options } = await setUpLogin()
    const record = join(await makeFolder(), 'args.json')
    const script = `const { writeFileSync, renameSync } = require('node:fs')
      writeFileSync('${record}.new', JSON.stringify(process.argv.slice(2)))
      renameSync('${record}.new', '${record}')
      fetch(/http[^"]+/.exec(process.argv.at(-1))[0])`
    await installOpener(script, program)
    const original = Object.getOwnPropertyDescriptor(process, 'platform') ?? {}
    Object.defineProperty(process, 'platform', { value: platform })
    onTestFinished(() => void Object.defineProperty(process, 'platform', original))
    const { account } = await loginWithBrowser({ port: 0, ...options })
    expect(account.accountId).toBe('acct-0001')
    const args = JSON.parse(await readFile(record, 'utf8'))
    const [url = ''] = /http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}/.exec(args.at(-1)) ?? []
    expect(args).toEqual(argsOf(url))
  })

  it.each<[string, BrowserLoginOptions['openBrowser']]>([
    [
      'throws',
      () => {
        throw new Error('no display')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no display'))],
    ['never ends', () => new Promise(() => {})],
  ])('goes on where opening the browser %s', async (_, openBrowser) => {
    const { options } = await setUpLogin()
    const login = await start({ ...options, openBrowser })
    await visit(login.url)
    expect((await login.result).account.accountId).toBe('acct-0001')
  })

  it('goes on where there is no browser to open', async () => {
    const { options } = await setUpLogin()
    vi.stubEnv('PATH', await makeFolder())
    const url = once<string>()
    const result = loginWithBrowser({ port: 0, onUrl: url.call, ...options })
    await visit(await url.value)
    expect((await result).account.accountId).toBe('acct-0001')
  })

  it('keeps a hint of when tokens end that do not say so themselves', async () => {
    const { options, server } = await setUpLogin()
    server.answerToken({
      type: 'raw',
      chunks: ['{"access_token":"opaque","refresh_token":"rt_1","id_token":"opaque-too","expires_in":60}'],
    })
    const login = await start(options)
    await visit(login.url)
    expect(await login.result).toMatchObject({
      tokens: { accessToken: 'opaque', refreshToken: 'rt_1', expiresAt: NOW + 60_000, lastRefresh: NOW },
      account: {},
    })
  })
})

describe('the callback', () => {
  it('refuses what is none, and goes on waiting', async () => {
    const { options } = await setUpLogin()
    const { callback, state, ...login } = await start(options)
    const good = { code: 'ac_1', state }
    expect(await visit(callback({ code: 'ac_1', state: 'wrong' }))).toMatchObject({
      status: 400,
      text: 'State mismatch',
    })
    expect(await visit(callback({ code: 'ac_1' }))).toMatchObject({ status: 400, text: 'State mismatch' })
    expect(await visit(callback({ error: 'access_denied' }))).toMatchObject({
      status: 400,
      text: 'State mismatch',
    })
    expect((await visit(callback(good, '/'))).status).toBe(404)
    expect((await visit(callback(good, '/auth/callback/'))).status).toBe(404)
    const posted = await fetch(callback(good), { method: 'POST' })
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET'])
    expect((await visit(login.url)).status).toBe(200)
    await login.result
  })

  it('shows why the login was refused, as text', async () => {
    const { options, server } = await setUpLogin()
    const { callback, state, result, port } = await start(options)
    const words = `<img src="x"> & 'more'\u001b[31m`
    const page = await visit(callback({ error: 'access_denied', error_description: words, state }))
    expect(page.status).toBe(400)
    expect(page.text).toContain('access_denied: &lt;img src=&quot;x&quot;&gt; &amp; &#39;more&#39; [31m')
    expect(secretsIn(page.text, ['<img', '\u001b'])).toEqual([])
    const error = await authError(result)
    expect(error.message).toBe(
      `The login server refused the login (access_denied: <img src="x"> & 'more' [31m). Log in again.`,
    )
    expect(await isFree(port)).toBe(true)
    expect(server.tokenRequests).toEqual([])
  })

  it.each([
    ['no code', {}, 'The login server sent no authorization code. Log in again.'],
    ['an empty code', { code: '' }, 'The login server sent no authorization code. Log in again.'],
    [
      'words with a token',
      { error: 'x', error_description: 'eyJabc' },
      'The login server refused the login. Log in again.',
    ],
  ])('with %s ends the login', async (_, query, message) => {
    const { options } = await setUpLogin()
    const { callback, state, result } = await start(options)
    const page = await visit(callback({ ...query, state }))
    expect([page.status, (await authError(result)).message]).toEqual([400, message])
  })

  it('of a browser that asks twice is answered twice, and spends the code once', async () => {
    const { options, server } = await setUpLogin()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const heldFetch: typeof fetch = async (...request) => {
      await held
      return fetch(...request)
    }
    const login = await start({ ...options, fetch: heldFetch })
    const back = await fetch(login.url, { redirect: 'manual' })
    const target = back.headers.get('location') ?? ''
    const { pathname, search } = new URL(target)
    const sockets = [1, 2].map(() => connect(login.port, '127.0.0.1').setEncoding('utf8'))
    const answers = sockets.map((socket) => onceEvent(socket, 'data'))
    const ask = `GET ${pathname}${search} HTTP/1.1\r\nhost: x\r\n\r\n`
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.write(ask, resolve))))
    // Refused at once: by then both callbacks have come.
    await visit(login.callback({ state: 'wrong' }))
    release()
    for (const [text] of await Promise.all(answers)) expect(text).toContain('200 OK')
    await login.result
    expect(server.tokenRequests).toHaveLength(1)
  })
})

describe('an exchange that fails', () => {
  const json = (status: number, body: object | string): TokenAnswer => ({
    type: 'error',
    status,
    body: body as Record<string, unknown>,
  })

  it.each<[string, TokenAnswer, string]>([
    [
      'a refusal',
      json(400, { error: 'invalid_grant', error_description: 'Code is over' }),
      '(HTTP 400: Code is over)',
    ],
    ['a code alone', json(400, { error: 'invalid_grant' }), '(HTTP 400: invalid_grant)'],
    ['an object', json(403, { error: { message: 'No seat', code: 'x' } }), '(HTTP 403: No seat)'],
    ['a page', json(502, '<html>Bad gateway</html>'), '(HTTP 502)'],
    [
      'a redirect',
      { type: 'error', status: 302, body: '', headers: { location: 'https://example.com' } },
      '(HTTP 302)',
    ],
    ['words with a token', json(400, { error_description: 'rt_123 is wrong' }), '(HTTP 400)'],
    ['no refresh token', { type: 'ok', omit: ['refresh_token'] }, 'has no access or refresh token'],
    ['no access token', { type: 'ok', omit: ['access_token'] }, 'has no access or refresh token'],
    ['no id token', { type: 'ok', omit: ['id_token'] }, 'has no id token'],
    [
      'an API key',
      { type: 'raw', chunks: ['{"access_token":"sk-1","refresh_token":"rt_1","id_token":"x"}'] },
      'has no access or refresh token',
    ],
    ['no JSON', { type: 'raw', chunks: ['OK'] }, 'has no access or refresh token'],
    ['a cut connection', { type: 'reset' }, 'Could not reach the login server'],
    [
      'half an answer',
      { type: 'raw', chunks: ['{"access_token":"a'], end: 'reset' },
      'Could not reach the login server',
    ],
  ])('by %s is a typed error without secrets, and shown', async (_, answer, words) => {
    const { options, server, folder } = await setUpLogin()
    server.answerToken(answer)
    const login = await start(options)
    const page = await visit(login.url)
    const error = await authError(login.result)
    expect(error.message).toContain(words)
    expect(page.status).toBe(400)
    expect(page.text).toContain('You are not logged in')
    expect(sentSecrets(server)).toHaveLength(2)
    expect(secretsIn([error, page.text], sentSecrets(server))).toEqual([])
    expect(await readdir(folder)).toEqual([])
    expect(await isFree(login.port)).toBe(true)
  })

  it('does not repeat a code or a verifier that the server repeats', async () => {
    const { options, server } = await setUpLogin()
    const echo: typeof fetch = async (_, init) =>
      Response.json({ error_description: `Bad ${init?.body}` }, { status: 400 })
    const code = 'secret-code'
    const login = await start({ ...options, fetch: echo })
    const page = await visit(login.callback({ code, state: login.state }))
    const error = await authError(login.result)
    expect(error.message).toContain('(HTTP 400)')
    expect(secretsIn([error, page.text], [code])).toEqual([])
    expect(server.tokenRequests).toEqual([])
  })
})

describe('where the port is taken', () => {
  it('says so, and what to do', async () => {
    const { options, server } = await setUpLogin()
    const port = await holdPort()
    const opened = vi.fn()
    const error = await authError(loginWithBrowser({ ...options, port, openBrowser: opened, onUrl: opened }))
    for (const words of [`Port ${port}`, 'EADDRINUSE', '`loginWithDeviceCode`', '`login --device`']) {
      expect(error.message).toContain(words)
    }
    expect([opened.mock.calls, server.requests]).toEqual([[], []])
  })

  it('names another error of the system', async () => {
    const { options } = await setUpLogin()
    const createServer = vi.spyOn(process.getBuiltinModule('node:http'), 'createServer')
    createServer.mockImplementation(() => {
      const server = new EventEmitter() as unknown as Server
      const error = Object.assign(new Error('listen EACCES'), { code: 'EACCES' })
      server.listen = () => {
        queueMicrotask(() => server.emit('error', error))
        return server
      }
      return server
    })
    const error = await authError(loginWithBrowser({ ...options, port: 80, openBrowser: noBrowser }))
    for (const words of ['Port 80', '(EACCES)', '`--port`', '`login --device`']) {
      expect(error.message).toContain(words)
    }
  })

  const forms: Array<[string, (code: string, state: string, port: number) => string]> = [
    [
      'the address',
      (code, state, port) =>
        `http://127.0.0.1:${port}/auth/callback?code=${code}&scope=openid&state=${state}`,
    ],
    [
      'the address with a fragment',
      (code, state) => `http://localhost:1455/auth/callback?state=${state}&code=${code}#_=_`,
    ],
    ['the query', (code, state) => `?code=${code}&state=${state}`],
    ['the query without its mark', (code, state) => `code=${code}&state=${state}`],
    ['code#state', (code, state) => `${code}#${state}`],
    [
      'broken lines',
      (code, state, port) =>
        `  http://127.0.0.1:${port}/auth/callback?code=${code.slice(0, 9)}\n${code.slice(9)}&state=${state}\r\n`,
    ],
  ]
  it.each(forms)('takes %s that was pasted', async (_, form) => {
    const { options, server } = await setUpLogin()
    const port = await holdPort()
    const url = once<string>()
    const { account } = await loginWithBrowser({
      ...options,
      port,
      openBrowser: noBrowser,
      onUrl: url.call,
      readPastedUrl: async () => {
        const back = await fetch(await url.value, { redirect: 'manual' })
        const { searchParams } = new URL(back.headers.get('location') ?? '')
        return form(searchParams.get('code') ?? '', searchParams.get('state') ?? '', port)
      },
    })
    expect(account.accountId).toBe('acct-0001')
    const { text = '' } = server.tokenRequests[0] ?? {}
    expect(new URLSearchParams(text).get('redirect_uri')).toBe(`http://127.0.0.1:${port}/auth/callback`)
  })

  const mismatch = 'another login (state mismatch)'
  const noCode = 'The pasted text has no authorization code.'
  it.each([
    ['another state', (_: string) => '?code=secret-code&state=other', mismatch],
    ['no state', (_: string) => '?code=secret-code', mismatch],
    ['another state after #', (_: string) => 'secret-code#other', mismatch],
    ['a code alone', (_: string) => 'secret-code', noCode],
    ['nothing', (_: string) => ' ', noCode],
    [
      'the first address',
      (_: string) => 'https://auth.openai.com/oauth/authorize?response_type=secret-code',
      noCode,
    ],
    ['an error', (state: string) => `?error=access_denied&state=${state}`, '(access_denied)'],
  ])('refuses %s', async (_, text, words) => {
    const { options, server } = await setUpLogin()
    const url = once<string>()
    const error = await authError(
      loginWithBrowser({
        ...options,
        port: await holdPort(),
        openBrowser: noBrowser,
        onUrl: url.call,
        readPastedUrl: async () => text(stateOf(await url.value)),
      }),
    )
    expect(error.message).toContain(words)
    expect(secretsIn(error, ['secret-code'])).toEqual([])
    expect(server.tokenRequests).toEqual([])
  })
})

describe('beside the callback', () => {
  it('a pasted address can be first', async () => {
    const { options } = await setUpLogin()
    const pasted = once<string>()
    const login = await start({ ...options, readPastedUrl: () => pasted.value })
    const back = await fetch(login.url, { redirect: 'manual' })
    pasted.call(back.headers.get('location') ?? '')
    expect((await login.result).account.accountId).toBe('acct-0001')
    expect(await isFree(login.port)).toBe(true)
  })

  it('the reading of an address is ended by the callback', async () => {
    const { options } = await setUpLogin()
    const given = once<AbortSignal>()
    const login = await start({
      ...options,
      readPastedUrl: (signal) => {
        given.call(signal)
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    })
    expect((await given.value).aborted).toBe(false)
    await visit(login.url)
    expect((await login.result).account.accountId).toBe('acct-0001')
    expect((await given.value).reason).toMatchObject({ name: 'AbortError' })
  })

  it('what the reading throws ends the login', async () => {
    const { options } = await setUpLogin()
    const failure = new Error('no terminal')
    const login = await start({ ...options, readPastedUrl: () => Promise.reject(failure) })
    expect(await rejection(login.result)).toBe(failure)
    expect(await isFree(login.port)).toBe(true)
  })
})

describe('an abort', () => {
  it('before the start leaves all untouched', async () => {
    const { options, server } = await setUpLogin()
    const opened = vi.fn()
    const reason = new Error('stop')
    const login = loginWithBrowser({
      ...options,
      port: 0,
      onUrl: opened,
      openBrowser: opened,
      signal: AbortSignal.abort(reason),
    })
    expect(await rejection(login)).toBe(reason)
    expect([opened.mock.calls, server.requests]).toEqual([[], []])
  })

  it.each(['onUrl', 'openBrowser', 'readPastedUrl'] as const)('in %s is heard', async (where) => {
    const { options } = await setUpLogin()
    const aborts = new AbortController()
    const reason = new Error('stop')
    const abort = () => {
      aborts.abort(reason)
      return new Promise<never>(() => {})
    }
    const login = loginWithBrowser({
      ...options,
      port: 0,
      signal: aborts.signal,
      openBrowser: noBrowser,
      [where]: abort,
    })
    expect(await rejection(login)).toBe(reason)
  })

  it('while waiting frees the port, connections and the reader', async () => {
    const { options } = await setUpLogin()
    const aborts = new AbortController()
    const reason = new Error('stop')
    const given = once<AbortSignal>()
    const login = await start({
      ...options,
      signal: aborts.signal,
      readPastedUrl: (signal) => {
        given.call(signal)
        return new Promise(() => {})
      },
    })
    const idle = connect(login.port, '127.0.0.1')
    await onceEvent(idle, 'connect')
    const closed = onceEvent(idle.resume(), 'close')
    aborts.abort(reason)
    expect(await rejection(login.result)).toBe(reason)
    await closed
    expect((await given.value).reason).toBe(reason)
    expect(await isFree(login.port)).toBe(true)
  })

  it('during the exchange is told to the browser', async () => {
    const { options, server, folder } = await setUpLogin()
    server.answerToken({ type: 'hang' })
    const aborts = new AbortController()
    const reason = new Error('stop')
    const login = await start({ ...options, signal: aborts.signal })
    const asked = server.nextRequest('/oauth/token')
    const page = visit(login.url)
    await asked
    aborts.abort(reason)
    expect(await rejection(login.result)).toBe(reason)
    expect(await page).toMatchObject({
      status: 400,
      text: expect.stringContaining('The login was not completed.'),
    })
    expect(await isFree(login.port)).toBe(true)
    expect(await readdir(folder)).toEqual([])
  })

  it('reaches a fetch that does not hear', async () => {
    const { options } = await setUpLogin()
    const aborts = new AbortController()
    const reason = new Error('stop')
    const deaf: typeof fetch = () => {
      aborts.abort(reason)
      return new Promise(() => {})
    }
    const login = await start({ ...options, signal: aborts.signal, fetch: deaf })
    await visit(login.url)
    expect(await rejection(login.result)).toBe(reason)
  })

  it('comes by itself when the time is up', async () => {
    const { options } = await setUpLogin()
    const login = loginWithBrowser({ ...options, port: 0, openBrowser: noBrowser, timeoutMs: 50 })
    expect((await authError(login)).message).toBe('The login was not completed within 0.05 s. Log in again.')
  })
})

describe('a file that is there', () => {
  it('ends the login before it starts', async () => {
    const { options, server, file } = await setUpLogin()
    await mkdir(dirname(file))
    const old = server.login({ accountId: 'acct-7', email: 'old@example.com' })
    await writeFile(file, JSON.stringify(old))
    const opened = vi.fn()
    const error = await authError(
      loginWithBrowser({ ...options, port: 0, onUrl: opened, openBrowser: opened }),
    )
    expect(error.message).toContain(file)
    expect(error.message).toContain('a login (old@example.com, account acct-7)')
    expect(error.message).toContain('force')
    expect(secretsIn(error, Object.values(old.tokens).slice(0, 3))).toEqual([])
    expect([opened.mock.calls, server.requests]).toEqual([[], []])
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(old)
  })

  it('is replaced with force, and kept beside', async () => {
    const { options, server, file } = await setUpLogin()
    await mkdir(dirname(file))
    const old = JSON.stringify(server.login({ accountId: 'acct-7' }))
    await writeFile(file, old)
    const login = await start({ ...options, force: true })
    await visit(login.url)
    expect(await login.result).toMatchObject({ file, backup: `${file}.backup` })
    expect(await readFile(`${file}.backup`, 'utf8')).toBe(old)
    expect(await fileTokenStore(file).read()).toMatchObject({ accountId: 'acct-0001' })
  })

  it('that came meanwhile stays, and the browser is told', async () => {
    const { options, server, file } = await setUpLogin()
    const login = await start(options)
    await mkdir(dirname(file))
    const other = JSON.stringify(server.login({ accountId: 'acct-7' }))
    await writeFile(file, other)
    const page = await visit(login.url)
    expect((await authError(login.result)).message).toContain('acct-7')
    expect(page).toMatchObject({ status: 400, text: expect.stringContaining('acct-7') })
    expect(await readFile(file, 'utf8')).toBe(other)
  })
})

describe('settings', () => {
  test.each([-1, 1.5, 65_536, Number.NaN])('port %d is none', async (port) => {
    const { options } = await setUpLogin()
    await expect(loginWithBrowser({ ...options, port })).rejects.toMatchObject({
      name: 'AI_InvalidArgumentError',
    })
  })

  test('an issuer that is no secure address is refused', async () => {
    const { options } = await setUpLogin()
    await expect(loginWithBrowser({ ...options, issuer: 'http://login.example.com' })).rejects.toThrow(
      /issuer is plain http/,
    )
  })

  test('a runtime that opens no ports is named', async () => {
    const { options } = await setUpLogin()
    withoutModule('node:http')
    const error = await authError(loginWithBrowser({ ...options, openBrowser: noBrowser }))
    expect(error.message).toContain('cannot open a port')
    expect(error.message).toContain('--device')
  })

  test('a runtime that opens no ports takes a pasted address, for port 1455', async () => {
    const { options } = await setUpLogin()
    withoutModule('node:http')
    const url = once<string>()
    const readPastedUrl = async () => {
      const back = await fetch(await url.value, { redirect: 'manual' })
      return back.headers.get('location') ?? ''
    }
    const login = loginWithBrowser({ ...options, onUrl: url.call, openBrowser: noBrowser, readPastedUrl })
    expect((await login).account.accountId).toBe('acct-0001')
    expect(portOf(await url.value)).toBe(1455)
  })

  test('errors are known across copies', async () => {
    const { options } = await setUpLogin()
    const error = await rejection(loginWithBrowser({ ...options, port: await holdPort() }))
    expect(CodexAuthError.isInstance(error)).toBe(true)
  })
})
