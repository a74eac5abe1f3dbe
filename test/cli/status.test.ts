import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { withoutRights } from '../auth/helpers.ts'
import { writeAuthFile } from '../support/provider.ts'
import { controlsIn, makeFolder, runCli, secretsOf, setEnv, startWorld, steady } from './support.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')
const HOUR = 3600

test('who is logged in', async () => {
  const world = await startWorld({ server: { now: () => NOW } })
  const { exitCode, stdout, stderr } = await runCli(['status'], { now: NOW + 5 * 60_000 })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(steady(stdout, world)).toMatchInlineSnapshot(`
    "Logged in as user@example.com
    Plan     plus
    Account  acct-0001
    Expires  in 9 d 23 h (2026-12-05T12:00:00Z)
    Renewed  5 min ago (2026-11-25T12:00:00Z)
    Login    <auth.json>
    "
  `)
  for (const secret of secretsOf(world.login)) expect(stdout).not.toContain(secret)
})

test('as JSON', async () => {
  const world = await startWorld({ server: { now: () => NOW } })
  const { exitCode, stdout } = await runCli(['status', '--json'], { now: NOW })
  expect(exitCode).toBe(0)
  expect(JSON.parse(steady(stdout, world))).toEqual({
    loggedIn: true,
    source: 'file',
    authFile: '<auth.json>',
    email: 'user@example.com',
    planType: 'plus',
    accountId: 'acct-0001',
    expiresAt: '2026-12-05T12:00:00Z',
    lastRefresh: '2026-11-25T12:00:00Z',
    canRefresh: true,
    problems: [],
  })
  for (const secret of secretsOf(world.login)) expect(stdout).not.toContain(secret)
})

test('asks no server, and renews nothing', async () => {
  const { server } = await startWorld({ login: { expiresInSeconds: -HOUR } })
  const { exitCode, stdout } = await runCli(['status'])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('Expires  1 h ago')
  expect(stdout).toContain('The access token has expired; the next call renews it.')
  expect(server.requests).toEqual([])
})

test('--auth-file is looked at, not the environment', async () => {
  const { login } = await startWorld({ login: { email: 'other@example.com' } })
  const named = await writeAuthFile(login)
  vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
  vi.stubEnv('CODEX_ACCESS_TOKEN', 'token')
  const { exitCode, stdout } = await runCli(['status', '--auth-file', named])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('Logged in as other@example.com')
  expect(stdout).toContain(named)
})

test('a personal access token: usable, and no server is asked', async () => {
  const { server } = await startWorld()
  vi.stubEnv('CODEX_ACCESS_TOKEN', server.personalAccessToken())
  const { exitCode, stdout } = await runCli(['status'])
  expect({ exitCode, stdout }).toMatchInlineSnapshot(`
    {
      "exitCode": 0,
      "stdout": "Logged in with a personal access token
    Login  CODEX_ACCESS_TOKEN (environment)
    Its account is looked up with the first call.
    ",
    }
  `)
  expect(server.requests).toEqual([])
  expect(JSON.parse((await runCli(['status', '--json'])).stdout)).toMatchObject({
    loggedIn: true,
    accountId: null,
    problems: [],
  })
})

const withTokens = (change: object) => async () => {
  const { login } = await startWorld()
  return { ...login, tokens: { ...login.tokens, ...change } }
}

test.each([
  [
    'expired for good',
    async () => {
      const { login } = await startWorld({ login: { expiresInSeconds: -60 } })
      const { refresh_token: _, ...tokens } = login.tokens
      return { ...login, tokens }
    },
    { code: 'EXPIRED', exitCode: 1, words: 'no refresh token' },
  ],
  [
    'no refresh token',
    withTokens({ refresh_token: undefined }),
    { code: 'NO_REFRESH_TOKEN', exitCode: 0, words: 'no refresh token' },
  ],
  [
    'no account',
    async () => ({ tokens: { access_token: 'opaque', refresh_token: 'rt' } }),
    { code: 'NO_ACCOUNT', exitCode: 1, words: 'does not name an account' },
  ],
  [
    'an API key',
    async () => ({ auth_mode: 'apikey', OPENAI_API_KEY: 'sk-secret' }),
    { code: 'CODEX_AUTH_TOKEN', exitCode: 1, words: 'holds an API key' },
  ],
  [
    'tokens that are null',
    async () => ({ auth_mode: 'chatgpt', tokens: null }),
    { code: 'CODEX_AUTH_TOKEN', exitCode: 1, words: 'auth.json' },
  ],
  [
    'half a file',
    async () => '{"tokens":{"access_to',
    { code: 'CODEX_AUTH_TOKEN', exitCode: 1, words: 'JSON' },
  ],
  ['an empty file', async () => '', { code: 'CODEX_AUTH_TOKEN', exitCode: 1, words: 'is empty' }],
])('what is wrong: %s', async (_, content, { code, exitCode, words }) => {
  setEnv({})
  const authFile = await writeAuthFile(await content())
  const text = await runCli(['status', '--auth-file', authFile])
  expect(text.exitCode).toBe(exitCode)
  expect(text.stdout).toMatch(exitCode === 0 ? /^Logged in as/ : /^Not logged in/)
  expect(text.stdout).toMatch(new RegExp(`^Problem: .*${words}`, 'm'))
  const json = await runCli(['status', '--json', '--auth-file', authFile])
  expect(json.exitCode).toBe(exitCode)
  expect(JSON.parse(json.stdout)).toMatchObject({ loggedIn: exitCode === 0, problems: [{ code }] })
  expect(text.stdout + text.stderr + json.stdout).not.toContain('sk-secret')
})

const withAccount = (account_id: string) => withTokens({ account_id })

test.each([
  ['a line break', withAccount('acct\n1')],
  ['a character beyond Latin-1', withAccount('acct-€')],
])('an account id with %s is never sent, so the login is not usable', async (_, content) => {
  setEnv({})
  const authFile = await writeAuthFile(await content())
  const { exitCode, stdout } = await runCli(['status', '--auth-file', authFile])
  expect(exitCode).toBe(1)
  expect(stdout).toMatch(/^Not logged in\nUser {5}user@example\.com\n/)
  expect(stdout).toMatch(/^Problem: The account id contains characters/m)
  const asked = await runCli(['ask', 'hi', '--auth-file', authFile])
  expect(asked.exitCode).not.toBe(0)
})

test('a token of the environment that names no account', async () => {
  setEnv({ CODEX_ACCESS_TOKEN: 'opaque' })
  const { exitCode, stdout } = await runCli(['status', '--json'])
  expect(exitCode).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    loggedIn: false,
    source: 'env',
    problems: [{ code: 'NO_ACCOUNT', message: expect.stringContaining('CODEX_ACCOUNT_ID') }],
  })
})

test('a login file in a folder that can not be written', async () => {
  const { authFile } = await startWorld()
  const { exitCode, stdout } = await withoutRights(authFile, 0o444, () => runCli(['status', '--json']))
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ loggedIn: true, problems: [{ code: 'READ_ONLY' }] })
})

test('no file', async () => {
  setEnv({ CODEX_HOME: '/nowhere/codex', CODEX_AUTH_FILE: '' })
  const { exitCode, stdout, stderr } = await runCli(['status'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
  expect(stdout).toMatch(
    /^Not logged in\nLogin {2}\/nowhere\/codex\/auth\.json\nProblem: There is no Codex login/,
  )
})

test('a folder', async () => {
  setEnv({})
  const folder = join(await makeFolder(), 'auth.json')
  await mkdir(folder)
  const { exitCode, stdout } = await runCli(['status', '--auth-file', folder])
  expect(exitCode).toBe(1)
  expect(stdout).toContain('is a folder')
})

test('a file that others may read', async () => {
  const { authFile } = await startWorld()
  await chmod(authFile, 0o644)
  const { exitCode, stdout } = await runCli(['status'])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^Problem: .*is open to other users.*chmod 600/m)
})

test('a login of the environment', async () => {
  const { login } = await startWorld({ server: { now: () => NOW } })
  vi.stubEnv('CODEX_ACCESS_TOKEN', login.tokens.access_token)
  vi.stubEnv('CODEX_ACCOUNT_ID', 'acct-env')
  const { exitCode, stdout } = await runCli(['status'], { now: NOW })
  expect(exitCode).toBe(0)
  expect(stdout).toMatchInlineSnapshot(`
    "Logged in as account acct-env
    Plan     plus
    Account  acct-env
    Expires  in 10 d (2026-12-05T12:00:00Z)
    Login    CODEX_ACCESS_TOKEN (environment)
    "
  `)
  const json = await runCli(['status', '--json'], { now: NOW })
  expect(JSON.parse(json.stdout)).toMatchObject({ source: 'env', authFile: null, accountId: 'acct-env' })
  expect(stdout + json.stdout).not.toContain(login.tokens.access_token)
})

test('a login of the environment that has expired', async () => {
  const { login } = await startWorld({ login: { expiresInSeconds: -60 } })
  vi.stubEnv('CODEX_ACCESS_TOKEN', login.tokens.access_token)
  const { exitCode, stdout } = await runCli(['status'])
  expect(exitCode).toBe(1)
  expect(stdout).toContain(
    'Problem: The Codex access token has expired, and there is no refresh token to renew it with. ' +
      'It comes from CODEX_ACCESS_TOKEN: set a new one there, or unset it to use the login file.\n',
  )
  expect(stdout).not.toMatch(/log in/i)
  const asked = await runCli(['ask', 'hi'])
  expect(stdout).toContain(asked.stderr.replace('Error: ', ''))
})

test.each([['has line breaks', 'to\nken', 'contains spaces, line breaks']])(
  'a token of the environment that %s',
  async (_, token, words) => {
    setEnv({ CODEX_ACCESS_TOKEN: token })
    const { exitCode, stdout } = await runCli(['status'])
    expect(exitCode).toBe(1)
    expect(stdout).toContain(words)
  },
)

test('control characters and line breaks in a token do not reach the terminal', async () => {
  const email = 'a\x1b[31mb\x07\x9b2J\nProblem: forged@example.com'
  await startWorld({ login: { email } })
  const { stdout } = await runCli(['status'], { isTTY: true })
  expect(stdout).toContain('Logged in as a[31mb2J Problem: forged@example.com\n')
  expect(controlsIn(stdout)).toEqual([])
  const json = await runCli(['status', '--json'], { isTTY: true })
  expect(controlsIn(json.stdout)).toEqual([])
  expect(JSON.parse(json.stdout)).toMatchObject({ email })
})

test('colours on a terminal, without NO_COLOR', async () => {
  await startWorld()
  vi.stubEnv('NO_COLOR', '')
  vi.stubEnv('TERM', 'xterm')
  const onTerminal = await runCli(['status'], { isTTY: true })
  expect(onTerminal.stdout.split('\n')[0]).toBe('\x1b[32mLogged in as user@example.com\x1b[0m')
  expect((await runCli(['status'])).stdout).not.toContain('\x1b')
  vi.stubEnv('TERM', 'dumb')
  expect((await runCli(['status'], { isTTY: true })).stdout).not.toContain('\x1b')
})
