import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startCodexServer } from '../../src/testing/server.ts'
import { type CliOptions, makeFolder, runCli, setEnv } from './support.ts'

/** A world of the ChatGPT route, where nobody is signed in yet. */
async function startPlanWorld() {
  const server = await startCodexServer({ route: 'chatgpt' })
  onTestFinished(() => server.close())
  const file = join(await makeFolder(), 'new', 'chatgpt.json')
  setEnv({
    CHATGPT_ISSUER: server.issuer,
    CHATGPT_BASE_URL: server.baseURL,
    CHATGPT_AUTH_FILE: file,
    CODEX_CACHE_DIR: `${file}.cache`,
  })
  return {
    server,
    file,
    saved: async () => JSON.parse(await readFile(file, 'utf8')),
    run: (argv: string[], options: CliOptions = {}) =>
      runCli(argv, {
        openBrowser: async (url) => {
          await fetch(url)
        },
        ...options,
      }),
  }
}

const LOGIN = ['login', '--plan', '--app-name', 'My app']

test('login --plan signs the app in, and shows the welcome once', async () => {
  const { run, file, saved } = await startPlanWorld()
  const first = await run(LOGIN)
  expect(first).toMatchObject({
    exitCode: 0,
    stdout: `Signed in with ChatGPT as user@example.com.
Login file: ${file}

You're using your ChatGPT plan
Eligible usage in this app uses your ChatGPT plan. You can manage it in your ChatGPT settings.
Manage usage: https://chatgpt.com/settings/usage
`,
  })
  // The name of the app is known by now.
  const second = await run(['login', '--plan', '--force'])
  expect(second.stdout).toBe(`Signed in with ChatGPT as user@example.com.\nLogin file: ${file}\n`)
  const { login } = await saved()
  for (const secret of [login.access_token, login.refresh_token, login.id_token]) {
    expect(first.stdout + first.stderr + second.stdout + second.stderr).not.toContain(secret)
  }
})

test('login --plan needs the name of the app', async () => {
  const { run, server } = await startPlanWorld()
  expect(await run(['login', '--plan'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--app-name NAME'),
  })
  expect(server.requests).toEqual([])
})

test.each([
  [['--plan', '--app-name', 'x', '--device'], '--device'],
  [['--app-name', 'x'], '--app-name requires --plan'],
  [['--consent'], '--consent requires --plan'],
  [['--switch-account'], '--switch-account requires --plan'],
])('login %j is wrong usage', async (argv, words) => {
  const { run } = await startPlanWorld()
  expect(await run(['login', ...argv])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(words) })
})

test('login --plan asks before it replaces a login', async () => {
  const { run, saved } = await startPlanWorld()
  await run(LOGIN)
  const before = await saved()
  expect(await run(LOGIN)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--force') })
  const answer = (line: string) => ({
    isTTY: true,
    onOutput: (text: string, type: (line: string) => void) => {
      if (text.includes('[y/N]')) type(line)
    },
  })
  expect(await run(LOGIN, answer('n'))).toMatchObject({ exitCode: 1 })
  expect(await saved()).toEqual(before)
  expect(await run(LOGIN, answer('y'))).toMatchObject({ exitCode: 0 })
  expect((await saved()).login.refresh_token).not.toBe(before.login.refresh_token)
})

test('login --plan without plan usage warns, and --consent asks for it', async () => {
  const { run, server } = await startPlanWorld()
  server.answerToken({ type: 'ok', scope: 'openid' })
  const first = await run(LOGIN)
  expect(first.stderr).toContain('--consent')
  expect(first.stdout).not.toContain('Manage usage')
  expect(await run(['status', '--plan'])).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('--consent'),
  })
  expect(await run(['login', '--plan', '--consent'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("You're using your ChatGPT plan"),
  })
  expect(await run(['status', '--plan'])).toMatchObject({ exitCode: 0 })
})

test('status --plan shows the login, and where its usage is managed', async () => {
  const { run, file } = await startPlanWorld()
  expect(await run(['status', '--plan'])).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('Not signed in'),
  })
  await run(LOGIN)
  const { exitCode, stdout } = await run(['status', '--plan'])
  expect(exitCode).toBe(0)
  for (const text of [
    'Using ChatGPT plan of user@example.com',
    'My app',
    file,
    'https://chatgpt.com/settings/usage',
  ]) {
    expect(stdout).toContain(text)
  }
  const json = await run(['status', '--plan', '--json'])
  expect(JSON.parse(json.stdout)).toEqual({
    loggedIn: true,
    authFile: file,
    appName: 'My app',
    email: 'user@example.com',
    expiresAt: expect.any(String),
    lastRefresh: expect.any(String),
    manageUsageUrl: 'https://chatgpt.com/settings/usage',
    problems: [],
  })
})

test('usage --plan names the page of ChatGPT', async () => {
  const { run, server } = await startPlanWorld()
  expect(await run(['usage', '--plan'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('https://chatgpt.com/settings/usage'),
  })
  expect(JSON.parse((await run(['usage', '--plan', '--json'])).stdout)).toEqual({
    manageUsageUrl: 'https://chatgpt.com/settings/usage',
  })
  expect(server.requests).toEqual([])
})

test('logout --plan revokes the login, and keeps the registration', async () => {
  const { run, saved, server } = await startPlanWorld()
  await run(LOGIN)
  const { clients } = await saved()
  expect(await run(['logout', '--plan'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('Revoked the login'),
  })
  expect(await saved()).toMatchObject({ clients })
  expect(await run(['logout', '--plan'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('not signed in'),
  })
  await run(LOGIN)
  server.answerPath('/revoke', { type: 'error', status: 400, body: { error: 'x' } })
  expect(await run(['logout', '--plan'])).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('not confirmed'),
  })
})

test('models --plan and ask --plan use the plan', async () => {
  const { run, server, saved } = await startPlanWorld()
  await run(LOGIN)
  const models = await run(['models', '--plan'])
  expect(models.exitCode).toBe(0)
  expect(models.stdout).toContain('MODEL')
  server.answer({ type: 'text', text: 'Hello.' })
  expect(await run(['ask', '--plan', 'Say hello'])).toMatchObject({ exitCode: 0, stdout: 'Hello.\n' })
  const request = server.responseRequests.at(-1)
  expect(request?.path).toBe('/v1/responses')
  expect(request?.headers.authorization).toBe(`Bearer ${(await saved()).login.access_token}`)
  expect(request?.headers['user-agent']).toContain('My-app')
})

test('ask --plan without a login says how to sign in', async () => {
  const { run, server } = await startPlanWorld()
  expect(await run(['ask', '--plan', 'Say hello'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('login --plan --app-name'),
  })
  expect(server.requests).toEqual([])
})

test('ask --plan at the limit names the page of ChatGPT', async () => {
  const { run, server } = await startPlanWorld()
  await run(LOGIN)
  const body = {
    error: { code: 'subscription_sharing_usage_limit_exceeded', message: 'no', type: null, param: null },
  }
  server.answer({ type: 'error', status: 429, body })
  expect(await run(['ask', '--plan', 'Say hello'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('https://chatgpt.com/settings/usage'),
  })
})
