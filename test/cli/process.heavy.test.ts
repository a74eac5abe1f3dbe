import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { startGate } from '../processes/gate.ts'
import { makeFolder, secretsOf, startWorld } from './support.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

interface Running {
  child: ChildProcessWithoutNullStreams
  /** Settles when the process has ended and all output is in. */
  result: Promise<{ exitCode: number | null; stdout: string; stderr: string }>
  /** Settles when stderr or stdout holds such a text. */
  seen(pattern: RegExp): Promise<RegExpExecArray>
}

/** Starts the command line as a process of its own. */
function start(argv: readonly string[], env: Record<string, string>): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...argv], {
    env: { ...process.env, ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text
    })
  }
  const result = once(child, 'close').then(([exitCode]) => ({ exitCode, ...output }))
  const seen = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(`${output.stderr}\n${output.stdout}`)
      if (found) return found
      if (child.exitCode !== null) throw new Error(`Ended without ${pattern}: ${output.stderr}`)
      await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), once(child, 'close')])
    }
  }
  return { child, result, seen }
}

/** Runs it to its end, with this on stdin. */
async function runProcess(argv: readonly string[], env: Record<string, string>, stdin = '') {
  const { child, result } = start(argv, env)
  child.stdin.end(stdin)
  return result
}

test('--help and wrong use', async () => {
  const [help, wrong] = await Promise.all([runProcess(['--help'], {}), runProcess(['--hlp'], {})])
  expect(help).toMatchObject({ exitCode: 0, stderr: '' })
  expect(help.stdout).toMatch(/^Usage: ai-sdk-provider-codex <command>/)
  expect(wrong).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'Error: Unknown option --hlp. Did you mean --help?\nSee ai-sdk-provider-codex --help.\n',
  })
})

test('doctor in the folder of an app', async () => {
  const { env, server } = await startWorld()
  const { exitCode, stdout, stderr } = await runProcess(['doctor', '--json'], env)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const { checks } = JSON.parse(stdout)
  // This repository has ai 4 under its own name.
  expect(checks[1]).toMatchObject({
    id: 'ai',
    message: expect.stringMatching(/^ai 4\..*'ai-sdk-provider-codex'$/),
  })
  expect(server.responseRequests).toHaveLength(6)
})

test('status, logged in and not', async () => {
  const { env, login } = await startWorld()
  const [good, bad] = await Promise.all([
    runProcess(['status', '--json'], env),
    runProcess(['status', '--auth-file', '/nowhere/auth.json'], env),
  ])
  expect(good).toMatchObject({ exitCode: 0, stderr: '' })
  expect(JSON.parse(good.stdout)).toMatchObject({ loggedIn: true, email: 'user@example.com' })
  for (const secret of secretsOf(login)) expect(good.stdout).not.toContain(secret)
  expect(bad).toMatchObject({ exitCode: 1, stderr: '' })
  expect(bad.stdout).toMatch(/^Not logged in\n/)
})

test('a whole life: login, ask, logout', async () => {
  const { server, env: shared } = await startWorld()
  const authFile = join(await makeFolder(), 'auth.json')
  const env = { ...shared, CODEX_AUTH_FILE: authFile }

  const login = start(['login', '--no-browser', '--port', '0'], env)
  const [, url = ''] = await login.seen(/^ {2}(http\S+)$/m)
  expect((await fetch(url)).status).toBe(200)
  expect(await login.result).toMatchObject({
    exitCode: 0,
    stdout: `Logged in as user@example.com (plus).\nLogin file: ${authFile}\n`,
  })

  server.answer({ type: 'text', text: 'Two.' })
  expect(await runProcess(['ask', 'How many?', '-'], env, 'one plus one')).toEqual({
    exitCode: 0,
    stdout: 'Two.\n',
    stderr: '',
  })
  expect(server.responseRequests[0]?.text).toContain('How many?\\n\\none plus one')

  expect(await runProcess(['logout'], env)).toMatchObject({ exitCode: 0, stderr: '' })
  const after = await runProcess(['ask', 'hi'], env)
  expect(after).toMatchObject({ exitCode: 1, stdout: '' })
  expect(after.stderr).toMatch(/^Error: There is no Codex login at .*\n$/)
}, 60_000)

test('Ctrl-C ends the request', async () => {
  const { server, env } = await startWorld()
  server.answer({ type: 'hang' })
  const asked = server.nextRequest('/responses')
  const { child, result } = start(['ask', 'hi'], env)
  child.stdin.end()
  const request = await asked
  child.kill('SIGINT')
  expect(await result).toEqual({ exitCode: 130, stdout: '', stderr: '' })
  expect(await request.closed).toBe('aborted')
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGQUIT', 131],
] as const)(
  '%s while the login is being renewed: ends when the new tokens are saved',
  async (signal, code) => {
    const { server, login, authFile, env } = await startWorld({ login: { expiresInSeconds: -60 } })
    const gate = await startGate(server.issuer)
    const held = gate.hold('after')
    const { child, result, seen } = start(['ask', 'hi'], { ...env, CODEX_ISSUER: gate.issuer })
    child.stdin.end()
    const { release } = await held
    child.kill(signal)
    await seen(/The login is being renewed/)
    release()
    expect(await result).toMatchObject({ exitCode: code, stdout: '' })
    const { tokens } = JSON.parse(await readFile(authFile, 'utf8'))
    expect(tokens.refresh_token).not.toBe(login.tokens.refresh_token)
    expect(server.responseRequests).toEqual([])
    expect(await readdir(dirname(authFile))).toEqual(['auth.json'])
  },
)

test('a second Ctrl-C waits for nothing', async () => {
  const { server, env } = await startWorld({ login: { expiresInSeconds: -60 } })
  const gate = await startGate(server.issuer)
  const held = gate.hold('after')
  const { child, result, seen } = start(['ask', 'hi'], { ...env, CODEX_ISSUER: gate.issuer })
  child.stdin.end()
  const { dropped } = await held
  child.kill('SIGINT')
  await seen(/The login is being renewed/)
  // As often as it takes to be more than the echo of the first.
  const presses = setInterval(() => child.kill('SIGINT'), 100)
  expect(await result).toMatchObject({ exitCode: 130 })
  clearInterval(presses)
  await dropped
})

test('SIGTERM ends the request', async () => {
  const { server, env } = await startWorld()
  server.answer({ type: 'hang' })
  const asked = server.nextRequest('/responses')
  const { child, result } = start(['ask', 'hi'], env)
  child.stdin.end()
  await asked
  child.kill('SIGTERM')
  expect(await result).toEqual({ exitCode: 143, stdout: '', stderr: '' })
})

test('Ctrl-C ends a login that waits', async () => {
  const { env } = await startWorld()
  const authFile = join(await makeFolder(), 'auth.json')
  const { child, result, seen } = start(
    ['login', '--no-browser', '--port', '0', '--auth-file', authFile],
    env,
  )
  await seen(/authorize/)
  child.kill('SIGINT')
  expect(await result).toMatchObject({ exitCode: 130, stdout: '' })
})

test('a reader that goes away ends it quietly', async () => {
  const { server, env } = await startWorld()
  let isOver = false
  async function* chunks() {
    const item = { type: 'message', id: 'm1', role: 'assistant' }
    yield `data: ${JSON.stringify({ type: 'response.output_item.added', output_index: 0, item })}\n\n`
    const delta = { type: 'response.output_text.delta', item_id: 'm1', output_index: 0, delta: 'more\n' }
    while (!isOver) {
      yield `data: ${JSON.stringify(delta)}\n\n`
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  onTestFinished(() => {
    isOver = true
  })
  server.answer({ type: 'raw', headers: { 'content-type': 'text/event-stream' }, chunks: chunks() })
  const { child, result, seen } = start(['ask', '--stream', 'hi'], env)
  child.stdin.end()
  await seen(/more/)
  child.stdout.destroy()
  expect(await result).toMatchObject({ exitCode: 0, stderr: '' })
})
