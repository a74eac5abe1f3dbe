import { execFileSync } from 'node:child_process'
import { lstat, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createTokenManager, fileTokenStore, memoryTokenStore } from 'ai-sdk-provider-codex/auth'
import type { HttpAnswer } from 'ai-sdk-provider-codex/testing'
import { expect, test, vi } from 'vitest'
import { withFileLock } from '../../../src/auth/file/lock.ts'
import { logout } from '../../../src/auth/login/logout.ts'
import { saveLogin } from '../../../src/auth/login/save.ts'
import {
  makeAuthFile,
  makeFolder,
  rejection,
  secretsIn,
  startServer,
  tokensOf,
  withoutRights,
} from '../helpers.ts'
import { authError, once } from './support.ts'

// captures/login-device-auth.json (0.169.0).
const CAPTURED_BODY =
  '{"token":"rt_fake_login","token_type_hint":"refresh_token","client_id":"app_EMoamEEZ73f0CkXaXp7hrann"}'

async function setUp(content?: object | string) {
  const server = await startServer()
  const login = server.login()
  const file = await makeAuthFile(content ?? login)
  return {
    server,
    file,
    token: login.tokens.refresh_token,
    options: { issuer: server.issuer, authFile: file },
  }
}

const filesBeside = (file: string) => readdir(dirname(file))

test('the login server is told, then the file is removed', async () => {
  const { server, file, token, options } = await setUp()
  expect(await logout(options)).toEqual({ file, removed: true, revoked: true })
  expect(await filesBeside(file)).toEqual([])
  const [request] = server.requests
  expect(request).toMatchObject({ method: 'POST', path: '/oauth/revoke', status: 200 })
  expect(request?.headers).toMatchObject({ 'content-type': 'application/json', accept: '*/*' })
  expect(request?.headers).not.toHaveProperty('authorization')
  expect(request?.text).toBe(CAPTURED_BODY.replace('rt_fake_login', token))
})

test('with no file there is nothing to do', async () => {
  const { server, file, options } = await setUp()
  await logout(options)
  server.reset()
  expect(await logout(options)).toEqual({ file, removed: false, revoked: false })
  const elsewhere = join(dirname(file), 'none', 'auth.json')
  expect(await logout({ ...options, authFile: elsewhere })).toEqual({
    file: elsewhere,
    removed: false,
    revoked: false,
  })
  expect(server.requests).toEqual([])
  expect(await filesBeside(file)).toEqual([])
})

test('of two at once one removes it', async () => {
  const { server, options } = await setUp()
  const results = await Promise.all([logout(options), logout(options)])
  expect(results.map(({ removed }) => removed).sort()).toEqual([false, true])
  expect(server.requests).toHaveLength(1)
})

test.each<[string, HttpAnswer, string]>([
  [
    'refuses',
    { type: 'error', status: 400, body: { error_description: 'Not yours' } },
    'did not revoke the login (HTTP 400: Not yours).',
  ],
  [
    'knows no such path',
    { type: 'error', status: 404, body: { detail: 'Not Found' } },
    'did not revoke the login (HTTP 404: Not Found).',
  ],
  [
    'repeats a token',
    { type: 'error', status: 400, body: { error: { message: 'rt_1 is wrong' } } },
    'did not revoke the login (HTTP 400).',
  ],
  ['sends a page', { type: 'error', status: 502, body: '<html>' }, 'did not revoke the login (HTTP 502).'],
  ['cuts the connection', { type: 'reset' }, 'Could not reach the login server'],
])('a server that %s leaves no file either', async (_, answer, problem) => {
  const { server, file, token, options } = await setUp()
  server.answerPath('/oauth/revoke', answer)
  const result = await logout(options)
  expect(result).toMatchObject({
    file,
    removed: true,
    revoked: false,
    problem: expect.stringContaining(problem),
  })
  expect(secretsIn(result, [token])).toEqual([])
  expect(await filesBeside(file)).toEqual([])
})

test('a server that does not answer in time leaves no file either', async () => {
  const { server, file, options } = await setUp()
  server.answerPath('/oauth/revoke', { type: 'hang' })
  const result = await logout({ ...options, timeoutMs: 20 })
  expect(result).toMatchObject({ removed: true, revoked: false, problem: expect.stringContaining('in time') })
  expect(await filesBeside(file)).toEqual([])
})

test.each([
  ['an API key', { auth_mode: 'apikey', OPENAI_API_KEY: 'sk-1' }],
  ['no tokens', { auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens: null }],
  ['no refresh token', { tokens: { access_token: 'opaque' } }],
  ['half a file', '{"tokens":'],
  ['nothing', ''],
])('a file with %s is removed without a word to the server', async (_, content) => {
  const { server, file, options } = await setUp(content)
  expect(await logout(options)).toEqual({
    file,
    removed: true,
    revoked: false,
    problem: 'The login file has no refresh token to revoke.',
  })
  expect(server.requests).toEqual([])
})

test('a file that can not be removed is a typed error, and stays', async () => {
  const { file, token, options } = await setUp()
  const error = await withoutRights(file, 0o644, () => authError(logout(options)))
  expect(error.message).toContain(file)
  expect(secretsIn(error, [token])).toEqual([])
  expect(await filesBeside(file)).toEqual(['auth.json'])
})

test('a folder is not removed', async () => {
  const { options } = await setUp()
  const folder = await makeFolder()
  expect((await authError(logout({ ...options, authFile: folder }))).message).toContain('is a folder')
  expect(await readdir(folder)).toEqual([])
})

test('a link stays, the login behind it does not', async () => {
  const { file, options } = await setUp()
  const folder = await makeFolder()
  const link = join(folder, 'auth.json')
  await symlink(file, link)
  expect(await logout({ ...options, authFile: link })).toEqual({ file: link, removed: true, revoked: true })
  expect(await filesBeside(file)).toEqual([])
  expect((await lstat(link)).isSymbolicLink()).toBe(true)
  expect(await logout({ ...options, authFile: link })).toMatchObject({ removed: false })
})

test('a backup stays, and is named', async () => {
  const { file, options } = await setUp()
  await writeFile(`${file}.backup`, 'old')
  expect(await logout(options)).toMatchObject({ removed: true, backup: `${file}.backup` })
  expect(await filesBeside(file)).toEqual(['auth.json.backup'])
  expect(await logout(options)).toMatchObject({ removed: false, backup: `${file}.backup` })
})

test.each([true, false])(
  'no copy that a killed process has left stays; with a login: %s',
  async (isThere) => {
    const { file, options } = await setUp()
    const folder = await makeFolder()
    const link = join(folder, 'auth.json')
    await symlink(file, link)
    if (!isThere) await rm(file)
    const id = crypto.randomUUID()
    await writeFile(join(dirname(file), `.auth.json.${id}.tmp`), 'tokens')
    await writeFile(join(folder, `.auth.json.backup.${id}.tmp`), 'tokens')
    await writeFile(join(folder, `.other.json.${id}.tmp`), 'not ours')
    expect(await logout({ ...options, authFile: link })).toMatchObject({ removed: isThere })
    expect(await filesBeside(file)).toEqual([])
    expect(await readdir(folder)).toEqual([`.other.json.${id}.tmp`, 'auth.json'])
  },
)

test('a named pipe is left alone', async () => {
  const { options } = await setUp()
  const pipe = join(await makeFolder(), 'auth.json')
  execFileSync('mkfifo', [pipe])
  expect((await authError(logout({ ...options, authFile: pipe }))).message).toContain('is not a regular file')
  expect((await lstat(pipe)).isFIFO()).toBe(true)
})

test('it waits for one who renews the login, and revokes the newest token', async () => {
  const { server, file, options } = await setUp()
  const [held, released] = [once<void>(), once<void>()]
  const renewed = server.login()
  const renewing = withFileLock(file, async () => {
    held.call()
    await released.value
    await writeFile(file, JSON.stringify(renewed))
  })
  await held.value
  const leaving = logout(options)
  released.call()
  await renewing
  expect(await leaving).toMatchObject({ removed: true, revoked: true })
  expect(server.requests.map(({ json }) => json?.token)).toEqual([renewed.tokens.refresh_token])
})

test('an abort ends it, and the file stays', async () => {
  const { server, file, options } = await setUp()
  const reason = new Error('stop')
  expect(await rejection(logout({ ...options, signal: AbortSignal.abort(reason) }))).toBe(reason)
  expect(server.requests).toEqual([])

  server.answerPath('/oauth/revoke', { type: 'hang' })
  const aborts = new AbortController()
  const asked = server.nextRequest('/oauth/revoke')
  const leaving = logout({ ...options, signal: aborts.signal })
  leaving.catch(() => undefined)
  await asked
  aborts.abort(reason)
  expect(await rejection(leaving)).toBe(reason)
  expect(await filesBeside(file)).toContain('auth.json')
})

test('the default file is that of the environment', async () => {
  const { file, options } = await setUp()
  vi.stubEnv('CODEX_AUTH_FILE', file)
  expect(await logout({ issuer: options.issuer })).toEqual({ file, removed: true, revoked: true })
})

test('an issuer that is no secure address is refused', async () => {
  const { file, options } = await setUp()
  await expect(logout({ ...options, issuer: 'http://login.example.com' })).rejects.toThrow(
    /issuer is plain http/,
  )
  expect(await filesBeside(file)).toEqual(['auth.json'])
})

test('after a logout in the same process no token is given out, and after a login the new ones', async () => {
  const { server, file, options } = await setUp()
  const settings = { auth: fileTokenStore(file), issuer: server.issuer }
  const managers = [createTokenManager(settings), createTokenManager({ ...settings, shareKey: 'own' })]
  for (const manager of managers) await manager.getTokens()
  await logout(options)
  for (const manager of managers) {
    expect(manager.peek()).toBeUndefined()
    expect(await rejection(manager.getTokens())).toHaveProperty('code', 'CODEX_AUTH_FILE_NOT_FOUND')
  }
  const next = tokensOf(server.login())
  await saveLogin(next, { file, force: false, now: Date.now })
  for (const manager of managers) {
    expect((await manager.getTokens()).accessToken).toBe(next.accessToken)
  }
})

test('a login that replaces another is used at once', async () => {
  const { server, file } = await setUp()
  const manager = createTokenManager({ auth: fileTokenStore(file), issuer: server.issuer })
  await manager.getTokens()
  const other = tokensOf(server.login())
  await saveLogin(other, { file, force: true, now: Date.now })
  expect((await manager.getTokens()).accessToken).toBe(other.accessToken)
})

test('a renewal that ends while a logout waits for it gives its tokens to nobody who asks later', async () => {
  const { server, file, options } = await setUp()
  const expired = server.login({ expiresInSeconds: -60 })
  await writeFile(file, JSON.stringify(expired))
  const settings = { auth: fileTokenStore(file), issuer: server.issuer }
  const [one, other] = [createTokenManager(settings), createTokenManager(settings)]
  const renewing = server.nextRequest('/oauth/token')
  const early = rejectionOrValue(one.getTokens())
  await renewing
  await logout(options)
  expect(await rejection(other.getTokens())).toHaveProperty('code', 'CODEX_AUTH_FILE_NOT_FOUND')
  await early
  expect(await rejection(one.getTokens())).toHaveProperty('code', 'CODEX_AUTH_FILE_NOT_FOUND')
})

/** Both ends are right for a call that ran beside the logout. */
const rejectionOrValue = (promise: Promise<unknown>) => promise.catch((error: unknown) => error)

test('a store that is no file is not read again for the logout of a file', async () => {
  const { server, options } = await setUp()
  const store = memoryTokenStore(tokensOf(server.login()))
  const read = vi.fn(store.read)
  const manager = createTokenManager({ auth: { ...store, read }, issuer: server.issuer })
  await manager.getTokens()
  await logout(options)
  await manager.getTokens()
  expect(read).toHaveBeenCalledTimes(1)
})
