import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bundle } from '../processes/bundle.ts'
import { SCENARIOS } from '../processes/leaks/scenarios.ts'
import { dump, MARK, summarize } from '../processes/leaks/stage.ts'

const WORKER = await bundle(new URL('../processes/leaks/worker.ts', import.meta.url))

/** What no one may see: a part of a JWT, a refresh token, a code of a login, and all that was marked. */
const SECRET = new RegExp(`eyJ[\\w-]{3,}|\\brt_[\\w-]{4,}|\\bac_[\\w-]{8,}|[\\w-]*${MARK}[\\w-]*`, 'g')

const LOGIN_FILES = ['auth.json', 'chatgpt.json']

const secretsIn = (text: string): string[] => [...new Set(text.match(SECRET))].map((hit) => hit.slice(0, 40))

/** Runs all scenarios in a process of their own; gives what it wrote, by section, and the files that it left. */
async function runAll(env: Record<string, string>) {
  const home = await mkdtemp(join(tmpdir(), 'codex-leaks-'))
  afterAll(() => rm(home, { recursive: true, force: true, maxRetries: 10 }))
  const TMPDIR = join(home, 'tmp')
  await mkdir(TMPDIR)
  // Some of it is done as another user.
  await Promise.all([home, TMPDIR].map((folder) => chmod(folder, 0o755)))
  const child = spawn(process.execPath, [WORKER], {
    env: { PATH: process.env.PATH, HOME: home, TMPDIR, TEMP: TMPDIR, TMP: TMPDIR, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  const exitCode = await new Promise((resolve) => child.once('close', resolve))
  const files = await readdir(home, { recursive: true, withFileTypes: true })
  return {
    ...output,
    exitCode,
    files: await Promise.all(
      files
        .filter((file) => file.isFile())
        .map(async ({ parentPath, name }) => ({
          name,
          text: await readFile(join(parentPath, name), 'utf8'),
        })),
    ),
    of: (name: string) => ({
      stdout: sectionOf(output.stdout, name),
      stderr: sectionOf(output.stderr, name),
    }),
  }
}

/** The lines under `=== name`. */
function sectionOf(text: string, name: string): string {
  const sections = text.split(/^=== /m).filter((section) => section.startsWith(`${name}\n`))
  if (sections.length !== 1) throw new Error(`${sections.length} sections ${name}`)
  return (sections[0] ?? '').slice(name.length + 1)
}

describe('the search finds', () => {
  const token = `eyJhbGciOiJub25lIn0.${Buffer.from('{"a":1}').toString('base64url')}.x`

  it.each<[string, unknown]>([
    ['a message', new Error(`no: ${token}`)],
    ['a cause of a cause', new Error('a', { cause: new Error('b', { cause: new Error('rt_abcdef') }) })],
    ['a hidden field', Object.defineProperty({}, 'x', { value: token, enumerable: false })],
    ['a field of an error', Object.assign(new Error('a'), { request: { headers: [token] } })],
    ['a symbol', { [Symbol('x')]: { deep: { deeper: { deepest: { in: token } } } } }],
    [
      'a getter',
      {
        get x() {
          return token
        },
      },
    ],
    ['a map', new Map([['x', token]])],
    ['a mark', `user-${MARK}`],
    ['a code', 'ac_0123456789'],
  ])('%s', (_, value) => {
    expect(secretsIn(dump(value))).not.toEqual([])
  })

  it('nothing where there is nothing', () => {
    expect(secretsIn(dump(new Error('fine', { cause: { a: 'start_of, ac_x, key' } })))).toEqual([])
    expect(summarize(new TypeError('x'))).toBe('TypeError')
  })
})

const RUNS = await Promise.all([
  runAll({}).then((run) => ({ ...run, debug: 'off' })),
  runAll({ CODEX_DEBUG: '1' }).then((run) => ({ ...run, debug: 'on' })),
])

describe.each(RUNS)('with debug $debug', ({ debug, ...run }) => {
  it('the process comes to its end', () => {
    expect({ exitCode: run.exitCode, stderr: run.exitCode === 0 ? '' : run.stderr }).toEqual({
      exitCode: 0,
      stderr: '',
    })
  })

  it.for(SCENARIOS)('$name', ({ name, expected }) => {
    const { stdout, stderr } = run.of(name)
    expect(/^--- (.*)$/m.exec(stdout)?.[1]).toMatch(expected)
    expect(secretsIn(stdout)).toEqual([])
    expect(secretsIn(stderr)).toEqual([])
    if (debug === 'off')
      expect(stderr.replace(/^.*(?:CodexWarning|--trace-warnings).*$/gm, '').trim()).toBe('')
  })

  it('files but those of logins hold nothing, and none is left beside them', () => {
    const logins = run.files.filter(({ name }) => LOGIN_FILES.includes(name))
    expect(logins.length).toBeGreaterThan(50)
    expect(secretsIn(logins.map(({ text }) => text).join())).not.toEqual([])
    // A login that was replaced by force is kept, by its purpose.
    const others = run.files.filter(({ name }) => ![...LOGIN_FILES, 'auth.json.backup'].includes(name))
    expect(others.map(({ name, text }) => ({ name: basename(name), secrets: secretsIn(text) }))).toEqual([])
  })

  it('the debug lines are there when asked for', () => {
    const lines = run.stderr.match(/^ai-sdk-provider-codex .*/gm) ?? []
    expect(lines.length > 200).toBe(debug === 'on')
  })
})
