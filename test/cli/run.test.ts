import { readFileSync } from 'node:fs'
import { Writable } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { runCli, setEnv, startWorld } from './support.ts'

const COMMANDS = ['login', 'logout', 'status', 'models', 'usage', 'ask', 'image', 'doctor']

test('--help', async () => {
  const { exitCode, stdout, stderr } = await runCli(['--help'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toMatchInlineSnapshot(`
    "Usage: ai-sdk-provider-codex <command> [options]

    Log in with your ChatGPT plan, see what it includes, and try it out.

    Commands:
      login      log in with your ChatGPT account
      logout     log out and remove the login file
      status     show who is logged in and any problems with the login
      models     list the models that your login may use
      usage      show how much of your plan is used
      ask "…"    ask a model and print its answer
      image "…"  draw an image and save it
      doctor     check that everything works, and what to do if not

    Options:
      --auth-file PATH  login file; default: ~/.codex/auth.json
      -h, --help        print this help
      -v, --version     print the version of this package

    Help for one command: ai-sdk-provider-codex <command> --help

    Environment:
      NO_COLOR            disables colors
      CODEX_HOME          folder of the login file auth.json; default: ~/.codex
      CODEX_AUTH_FILE     path of the login file
      CHATGPT_AUTH_FILE   path of the login file of --plan
      CODEX_ACCESS_TOKEN  access token, used instead of the login file
      CODEX_ACCOUNT_ID    account of CODEX_ACCESS_TOKEN
      CODEX_BASE_URL      address of the backend
      CODEX_DEBUG         1 prints requests and details of errors

    Exit codes:
      0    success
      1    failure, or not logged in
      2    wrong usage
      130  stopped by Ctrl-C (129, 131, 143: by another signal)
    "
  `)
  expect((await runCli(['help'])).stdout).toBe(stdout)
  expect((await runCli(['-h'])).stdout).toBe(stdout)
})

test.each(COMMANDS)('%s --help', async (command) => {
  const { exitCode, stdout } = await runCli([command, '--help'])
  expect(exitCode).toBe(0)
  expect(stdout).toMatchSnapshot()
  expect((await runCli(['help', command])).stdout).toBe(stdout)
  expect((await runCli(['--help', command])).stdout).toBe(stdout)
})

test('no line of a help is longer than a terminal', async () => {
  const helps = await Promise.all(
    [[], ...COMMANDS.map((command) => [command])].map((words) => runCli([...words, '-h'])),
  )
  const lines = helps.flatMap(({ stdout }) => stdout.split('\n'))
  expect(lines.filter((line) => line.length > 80)).toEqual([])
})

test.each([['--version'], ['-v'], ['status', '--version']])('the version: %s', async (...argv) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(await runCli(argv)).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' })
})

test.each([
  [[], 'No command given.'],
  [['stauts'], 'Unknown command stauts. Did you mean status?'],
  [['bake'], 'Unknown command bake.'],
  [['toString'], 'Unknown command toString.'],
  [['help', 'logn'], 'Unknown command logn. Did you mean login?'],
  [['status', '--jsn'], 'Unknown option --jsn. Did you mean --json?'],
  [['status', '-x'], 'Unknown option -x.'],
  [['status', '--constructor'], 'Unknown option --constructor.'],
  [['status', '--device'], 'status has no option --device.'],
  [['status', 'now'], 'status takes no arguments, but got now.'],
  [['status', '--json=yes'], '--json does not take a value.'],
  [['status', '--auth-file'], '--auth-file requires a value: --auth-file PATH.'],
  [['status', '--auth-file='], '--auth-file requires a value: --auth-file PATH.'],
  [['ask', '--model', '--effort', 'low', 'hi'], '--model requires a value: --model ID.'],
  [
    ['ask', '--effort', 'hihg', 'hi'],
    '--effort must be one of none, minimal, low, medium, high, xhigh, max, ultra, not hihg.',
  ],
  [['ask', '--stream', '--no-stream', 'hi'], "--stream can't be combined with --no-stream."],
  [['ask', '- hi'], 'Put text that starts with - after --.'],
  [['ask'], 'No question given.'],
  [['login', '--port', '70000'], '--port must be a number from 0 to 65535, not 70000.'],
  [['login', '--port', 'http'], '--port must be a number from 0 to 65535, not http.'],
  [['login', '--device', '--port', '80'], "--device can't be combined with --port."],
  [['login', '--device', '--no-browser'], "--device can't be combined with --no-browser."],
])('wrong use: %j', async (argv, words) => {
  setEnv({ CODEX_AUTH_FILE: '/nowhere/auth.json' })
  const { exitCode, stdout, stderr } = await runCli(argv)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain(`Error: `)
  expect(stderr).toContain(words)
  const command = ['status', 'ask', 'login'].find((name) => name === argv[0])
  expect(stderr.split('\n').at(-2)).toBe(
    `See ${['ai-sdk-provider-codex', command, '--help.'].filter(Boolean).join(' ')}`,
  )
})

test('a setting of the environment that can not be used is wrong use', async () => {
  await startWorld()
  vi.stubEnv('CODEX_BASE_URL', 'http://example.com/codex')
  const { exitCode, stderr } = await runCli(['ask', 'hi'])
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/^Error: CODEX_BASE_URL is plain http to example\.com/)
})

test('options may stand before the command', async () => {
  const { authFile } = await startWorld()
  vi.stubEnv('CODEX_AUTH_FILE', '/nowhere/auth.json')
  const { exitCode, stdout } = await runCli(['--auth-file', authFile, '--json', 'status'])
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ authFile })
})

test('more lines with CODEX_DEBUG, and no stack', async () => {
  const { server } = await startWorld()
  server.answer({ type: 'error', status: 400, body: { detail: 'No' }, headers: { 'x-request-id': 'req-1' } })
  vi.stubEnv('CODEX_DEBUG', '1')
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const { exitCode, stderr } = await runCli(['ask', 'hi'])
  expect(exitCode).toBe(1)
  expect(stderr.replaceAll(server.url, '<server>')).toBe(
    'Error: Codex API error 400: No. The same request is refused again: change what the message is about.\n' +
      '  error: AI_APICallError\n' +
      '  request: <server>/backend-api/codex/responses answered 400\n' +
      '  request id: req-1\n',
  )
})

test('a reader that has gone ends it quietly', async () => {
  const broken = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
  })
  broken.on('error', () => {})
  let stderr = ''
  const exitCode = await run(['--help'], {
    stdin: process.stdin,
    stdout: broken,
    stderr: new Writable({
      write(chunk, _, done) {
        stderr += chunk
        done()
      },
    }),
    now: Date.now,
    signal: new AbortController().signal,
  })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
})
