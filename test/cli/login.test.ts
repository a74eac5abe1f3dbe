import { readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { CodexServer } from '../../src/testing/types.ts'
import { writeAuthFile } from '../support/provider.ts'
import { type CliOptions, type CliResult, makeFolder, runCli, secretsOf, startWorld } from './support.ts'

/** A world where nobody is logged in yet. */
async function startLoggedOut() {
  const world = await startWorld()
  const authFile = join(await makeFolder(), 'new', 'auth.json')
  vi.stubEnv('CODEX_AUTH_FILE', authFile)
  return { ...world, authFile }
}

/** A person who says yes at once: follows the redirect to the callback. */
const browse = async (url: string): Promise<void> => {
  const page = await fetch(url)
  expect(page.status).toBe(200)
}

const login = (argv: string[] = [], options: CliOptions = {}): Promise<CliResult> =>
  runCli(['login', '--port', '0', ...argv], { openBrowser: browse, ...options })

/** Nothing of a login that the server has issued is on the screen. */
async function expectNoSecrets({ stdout, stderr }: CliResult, authFile: string): Promise<void> {
  const saved = JSON.parse(await readFile(authFile, 'utf8'))
  for (const secret of secretsOf(saved)) expect(stdout + stderr).not.toContain(secret)
}

/** The result without the address of the login, which differs each time. */
const steadyLogin = ({ exitCode, stdout, stderr }: CliResult, authFile: string, server: CodexServer) => ({
  exitCode,
  stdout: stdout.replaceAll(authFile, '<auth.json>'),
  stderr: stderr
    .replaceAll(authFile, '<auth.json>')
    .replaceAll(server.url, '<server>')
    .replace(/authorize\?\S+/, 'authorize?…'),
})

test('in the browser', async () => {
  const { server, authFile } = await startLoggedOut()
  const result = await login()
  expect(steadyLogin(result, authFile, server)).toMatchInlineSnapshot(`
    {
      "exitCode": 0,
      "stderr": "Opening the login page in your browser. If nothing opens, go to:

      <server>/oauth/authorize?…

    ",
      "stdout": "Logged in as user@example.com (plus).
    Login file: <auth.json>
    ",
    }
  `)
  await expectNoSecrets(result, authFile)
  expect(JSON.parse(await readFile(authFile, 'utf8'))).toMatchObject({ auth_mode: 'chatgpt' })
  expect((await stat(authFile)).mode & 0o777).toBe(0o600)
  expect((await runCli(['status'])).stdout).toMatch(/^Logged in as user@example\.com\n/)
})

test('--no-browser only prints the address', async () => {
  await startLoggedOut()
  const opened: string[] = []
  const visits: Array<Promise<void>> = []
  const result = await login(['--no-browser'], {
    openBrowser: (url) => void opened.push(url),
    onOutput(text) {
      const url = /^ {2}(http\S+)$/m.exec(text)?.[1]
      if (url) visits.push(browse(url))
    },
  })
  await Promise.all(visits)
  expect(result.exitCode).toBe(0)
  expect(result.stderr).toMatch(/^Log in at:\n/)
  expect({ opened, visits: visits.length }).toEqual({ opened: [], visits: 1 })
})

test('--auth-file and --issuer', async () => {
  const { server, authFile } = await startLoggedOut()
  vi.stubEnv('CODEX_ISSUER', 'http://127.0.0.1:1')
  const other = join(await makeFolder(), 'auth.json')
  const { exitCode, stdout } = await login(['--auth-file', other, '--issuer', server.issuer])
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: `Logged in as user@example.com (plus).\nLogin file: ${other}\n`,
  })
  await expect(stat(authFile)).rejects.toThrow('ENOENT')
})

test('a pasted address where the port is taken', async () => {
  const { authFile } = await startLoggedOut()
  const blocker = createServer()
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void blocker.close())
  const { port } = blocker.address() as AddressInfo
  const result = await runCli(['login', '--port', String(port)], {
    isTTY: true,
    openBrowser: () => {},
    async onOutput(text, type) {
      const url = /^ {2}(http\S+)$/m.exec(text)?.[1]
      if (!url) return
      const answer = await fetch(url, { redirect: 'manual' })
      type(`\n${answer.headers.get('location')}`)
    },
  })
  expect(result.exitCode).toBe(0)
  expect(result.stderr).toContain("If the browser can't return to this program, paste the address")
  expect(result.stdout).toContain('Logged in as user@example.com (plus).')
  await expectNoSecrets(result, authFile)
})

test('the browser comes back while the terminal waits for a pasted address', async () => {
  await startLoggedOut()
  const { exitCode, stdout } = await login([], { isTTY: true })
  expect(exitCode).toBe(0)
  expect(stdout).toContain('Logged in as')
})

test('by a code', async () => {
  const { server, authFile } = await startLoggedOut()
  const now = Date.now()
  let code = ''
  const result = await runCli(['login', '--device'], {
    now,
    onOutput(text) {
      code = /Enter this code: (\S+)/.exec(text)?.[1] ?? code
      if (text.includes(code) && code) server.approveDevice(code, { email: 'device@example.com' })
    },
  })
  expect(result.exitCode).toBe(0)
  expect(result.stderr.replaceAll(server.url, '<server>').replace(code, '<code>')).toMatchInlineSnapshot(`
    "1. Open <server>/codex/device in a browser, on any device.
    2. Enter this code: <code>

    The code expires in 15 min. Enter it only if you started this login yourself.
    "
  `)
  expect(result.stdout).toBe(`Logged in as device@example.com (plus).\nLogin file: ${authFile}\n`)
  await expectNoSecrets(result, authFile)
})

test('over a login, elsewhere than on a terminal: only with --force', async () => {
  const { authFile, login: old } = await startWorld({ login: { email: 'old@example.com' } })
  const refused = await login()
  expect(refused).toEqual({
    exitCode: 1,
    stdout: '',
    stderr:
      `Error: The login file ${authFile} already exists and contains the login of old@example.com (plus). ` +
      'Add --force to replace it; a backup is kept.\n',
  })
  expect(JSON.parse(await readFile(authFile, 'utf8'))).toEqual(old)

  const forced = await login(['--force'])
  expect(forced.exitCode).toBe(0)
  expect(forced.stdout).toBe(
    `Logged in as user@example.com (plus).\nLogin file: ${authFile}\nBackup of the old login: ${authFile}.backup\n`,
  )
  expect(JSON.parse(await readFile(`${authFile}.backup`, 'utf8'))).toEqual(old)
  for (const secret of secretsOf(old)) expect(forced.stdout + forced.stderr).not.toContain(secret)
})

test.each([
  ['y', 0],
  ['YES', 0],
  ['', 1],
  ['n', 1],
  ['what?', 1],
])('over a login, on a terminal: the answer %j', async (answer, exitCode) => {
  const { authFile, login: old } = await startWorld()
  const result = await login([], {
    isTTY: true,
    onOutput: (text, type) => {
      if (text.includes('[y/N]')) type(answer)
    },
  })
  expect(result.exitCode).toBe(exitCode)
  expect(result.stderr).toContain(
    `The login file ${authFile} already exists and contains the login of user@example.com (plus).\n` +
      'A backup is kept beside it. If the Codex CLI uses this file, it gets the new login too.\nReplace it? [y/N] ',
  )
  const saved = JSON.parse(await readFile(authFile, 'utf8'))
  if (exitCode === 0) expect(saved.tokens.access_token).not.toBe(old.tokens.access_token)
  else expect(saved).toEqual(old)
})

test.each([
  [{ auth_mode: 'apikey', OPENAI_API_KEY: 'sk-secret' }, 'contains an API key.'],
  ['{"half', 'contains no known login.'],
])('over a file that is no login: %j', async (content, words) => {
  await startWorld()
  const authFile = await writeAuthFile(content)
  const { exitCode, stderr } = await login(['--auth-file', authFile])
  expect(exitCode).toBe(1)
  expect(stderr).toContain(words)
  expect(stderr).not.toContain('sk-secret')
})

test('a login whose tokens name no one', async () => {
  const { server, authFile } = await startLoggedOut()
  const tokens = '{"access_token":"opaque","refresh_token":"rt_1","id_token":"opaque-too"}'
  server.answerToken({ type: 'raw', chunks: [tokens] })
  const { exitCode, stdout } = await login()
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `Logged in.\nLogin file: ${authFile}\n` })
})

test('over a login that names its account alone', async () => {
  await startWorld()
  const authFile = await writeAuthFile({ tokens: { access_token: 'opaque', account_id: 'acct-7' } })
  const { exitCode, stderr } = await login(['--auth-file', authFile])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('contains the login of account acct-7.')
})

test('the default port, where it is taken', async () => {
  await startLoggedOut()
  const blocker = createServer()
  blocker.on('error', () => {})
  await new Promise<void>((resolve) =>
    blocker.once('error', resolve as () => void).listen(1455, '127.0.0.1', resolve),
  )
  onTestFinished(() => void blocker.close())
  const { exitCode, stderr } = await runCli(['login'], { openBrowser: () => {} })
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^Error: Port 1455.*login --device/)
})

test.each([['browser'], ['device']])('Ctrl-C ends the login by the %s', async (way) => {
  const { authFile } = await startLoggedOut()
  const controller = new AbortController()
  const { exitCode, stdout } = await runCli(
    ['login', ...(way === 'device' ? ['--device'] : ['--port', '0'])],
    {
      openBrowser: () => controller.abort(),
      signal: controller.signal,
      onOutput: (text) => {
        if (text.includes('Enter this code')) controller.abort()
      },
    },
  )
  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' })
  await expect(stat(authFile)).rejects.toThrow('ENOENT')
})

test('a server that refuses', async () => {
  const { server } = await startLoggedOut()
  server.answerToken({ type: 'error', status: 403, body: { error: 'access_denied' } })
  const { exitCode, stdout, stderr } = await runCli(['login', '--port', '0'], {
    openBrowser: (url) => void fetch(url).catch(() => {}),
  })
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toMatch(/\nError: .*\n$/)
})

test('logout', async () => {
  const world = await startWorld()
  const result = await runCli(['logout'])
  expect(result).toEqual({
    exitCode: 0,
    stdout: `Revoked the login and removed its file: ${world.authFile}\nIf the Codex CLI used this file, it is logged out too.\n`,
    stderr: '',
  })
  expect(world.server.requests.map(({ path }) => path)).toEqual(['/oauth/revoke'])
  await expect(stat(world.authFile)).rejects.toThrow('ENOENT')

  const again = await runCli(['logout'])
  expect(again).toEqual({
    exitCode: 0,
    stdout: `You were not logged in: there is no login at ${world.authFile}.\n`,
    stderr: '',
  })
})

test('a logout that the server does not take still removes the file', async () => {
  const { server, authFile, login: old } = await startWorld()
  server.answerPath('/oauth/revoke', { type: 'error', status: 500, body: 'no' })
  const { exitCode, stdout, stderr } = await runCli(['logout'])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^Removed the login file: /)
  expect(stderr).toMatch(/^Warning: .*\n$/)
  for (const secret of secretsOf(old)) expect(stdout + stderr).not.toContain(secret)
  await expect(stat(authFile)).rejects.toThrow('ENOENT')
})

test('a logout while the environment holds a login', async () => {
  await startWorld()
  vi.stubEnv('CODEX_ACCESS_TOKEN', 'token-of-env')
  const { exitCode, stderr } = await runCli(['logout'])
  expect(exitCode).toBe(0)
  expect(stderr).toBe('Warning: CODEX_ACCESS_TOKEN is still set and is used as the login.\n')
})

test('a logout names the backup that stays', async () => {
  const { authFile } = await startWorld()
  const backup = `${authFile}.backup`
  await writeFile(backup, 'old')
  const words = `The backup of an older login is kept, with its tokens: ${backup}. Delete it if you do not need it.\n`
  expect((await runCli(['logout'])).stdout).toContain(`\n${words}`)
  expect((await runCli(['logout'])).stdout).toContain(words)
})

test('a login while the environment holds one', async () => {
  const { authFile } = await startLoggedOut()
  vi.stubEnv('CODEX_ACCESS_TOKEN', 'token-of-env')
  const result = await login()
  expect(result.exitCode).toBe(0)
  expect(result.stderr).toMatch(
    /\nWarning: CODEX_ACCESS_TOKEN is set and takes precedence over the login file\..*\n$/,
  )
  await expectNoSecrets(result, authFile)
})
