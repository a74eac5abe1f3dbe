import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isLoopback } from '../../examples/support/loopback-only.ts'
import { emptyFolder, ROOT, runScript, startStandIn } from './support.ts'

const DEMO = 'examples/demo.ts'
const SLOW = { timeout: 60_000 }
const PARTS = ['Text', 'Stream, as it comes', 'Tool loop', 'Object', 'Usage of the last call']

const headings = (stdout: string) => [...stdout.matchAll(/^== (.+)$/gm)].map(([, heading]) => heading)

test('the demo runs the main job against the stand-in and leaves no login behind', SLOW, async () => {
  const TMPDIR = await emptyFolder()
  const { exitCode, stdout, stderr } = await runScript(DEMO, [], {
    TMPDIR,
    CODEX_MODE: '0',
    OPENAI_API_KEY: 'sk-none',
  })
  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(
    /^Running against the stand-in server on loopback \(http:\/\/127\.0\.0\.1:\d+\).*Codex mode: on\.\n/,
  )
  expect(headings(stdout)).toEqual(PARTS)
  expect(stdout).toContain('You said: Say hello in five words.\n')
  expect(stdout).toMatch(/step 1: calls weather\n {2}weather\(\{"city":"Paris"\}\).*\nstep 2: answers\n/)
  expect(stdout).toContain("{ city: 'Lisbon', people: 545000, hasTrams: true }")
  expect(stdout).toMatch(/tokens: \d+ in, \d+ out\n/)
  expect(stdout).toMatch(/\nDone\.\n$/)
  expect(readdirSync(TMPDIR).filter((name) => name.startsWith('codex-demo-'))).toEqual([])
})

test('--live without a login is an error, and nothing else', SLOW, async () => {
  const HOME = await emptyFolder()
  const finished = await runScript(DEMO, ['--live'], { HOME, USERPROFILE: HOME, CODEX_HOME: '' })
  const file = join(HOME, '.codex', 'auth.json')
  expect(finished).toMatchObject({ exitCode: 1, stdout: '' })
  expect(finished.stderr).toMatch(/^CodexAuthFileNotFoundError: /)
  expect(finished.stderr).toContain(`${file}. Log in with \`npx ai-sdk-provider-codex login\``)
})

test('--live is the default provider on the login file, and says so', SLOW, async () => {
  const { server, env } = await startStandIn()
  const { exitCode, stdout, stderr } = await runScript(DEMO, ['--live'], env)
  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
  expect(stdout).toContain(`the backend that CODEX_BASE_URL names (${server.baseURL})`)
  expect(stdout).toContain(`with the login file ${env.CODEX_AUTH_FILE}`)
  expect(headings(stdout)).toEqual(PARTS)
  expect(server.responseRequests).toHaveLength(5)
})

const guardURL = JSON.stringify(join(ROOT, 'examples/support/loopback-only.ts'))

/** Runs code under the guard; what it swallows must not help it. */
async function runGuarded(code: string) {
  const file = join(await emptyFolder(), 'guarded.mts')
  await writeFile(
    file,
    `import dgram from 'node:dgram'
    import dns, { lookup } from 'node:dns'
    import { connect } from 'node:net'
    import { connect as connectTls } from 'node:tls'
    import { get } from 'node:http'
    import { allowLoopbackOnly } from ${guardURL}
    allowLoopbackOnly()
    const pause = setTimeout(() => console.log('got away'), 60_000)
    try { ${code} } catch {}
    clearTimeout(pause)`,
  )
  return runScript(file)
}

test.for([
  { code: "await fetch('http://192.0.2.1')", said: 'connect to 192.0.2.1' },
  { code: "await fetch('https://192.0.2.1').catch(() => {})", said: 'connect to 192.0.2.1' },
  { code: "await fetch('https://codex.invalid')", said: 'connect to codex.invalid' },
  { code: "get('http://codex.invalid').on('error', () => {})", said: 'connect to codex.invalid' },
  { code: "connect(443, '192.0.2.1').on('error', () => {})", said: 'connect to 192.0.2.1' },
  {
    code: "connectTls({ host: '192.0.2.1', port: 443 }).on('error', () => {})",
    said: 'connect to 192.0.2.1',
  },
  { code: "lookup('codex.invalid', () => {})", said: 'lookup to codex.invalid' },
  { code: "await dns.promises.resolve4('codex.invalid')", said: 'resolve4 to codex.invalid' },
  { code: "dgram.createSocket('udp4').send('x', 53, '192.0.2.1')", said: 'send to 192.0.2.1' },
])('the guard ends a process that does $code', SLOW, async ({ code, said }) => {
  const finished = await runGuarded(code)
  expect(finished).toMatchObject({ exitCode: 1, stdout: '' })
  expect(finished.stderr).toContain(`Connection beyond loopback refused: ${said}.`)
})

test('the guard lets loopback pass', SLOW, async () => {
  const { server } = await startStandIn()
  const { port } = new URL(server.url)
  const finished = await runGuarded(
    `const { status } = await fetch('${server.url}/none'); const same = await fetch('http://localhost:${port}/none'); console.log(status, same.status)`,
  )
  expect(finished).toEqual({ exitCode: 0, stdout: '404 404\n', stderr: '' })
})

test.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['[::1]', true],
  ['::ffff:127.0.0.1', true],
  ['localhost', true],
  ['LOCALHOST', true],
  ['127.0.0.1.example.com', false],
  ['localhost.example.com', false],
  ['0.0.0.0', false],
  ['192.0.2.1', false],
  ['::2', false],
])('isLoopback(%j) is %j', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})
