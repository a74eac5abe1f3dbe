import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SCENES } from '../../examples/support/scenes.ts'
import type { CodexServer } from '../../src/testing/types.ts'
import { startProxy } from './pages.ts'
import { emptyFolder, ROOT, runScript, startStandIn } from './support.ts'

interface Example {
  file: string
  /** What it prints. */
  expected: RegExp
  /** Default 25. */
  lines?: number
  /** May give more variables of the environment. */
  prepare?: (server: CodexServer) => Promise<Record<string, string>>
  /** What the backend must have seen. */
  check?: (server: CodexServer) => void | Promise<void>
}

const EXAMPLES: readonly Example[] = [
  { file: '01-generate.ts', expected: /^You said: Say hi in three languages\.\n\d+ tokens in, \d+ out\n$/ },
  { file: '02-stream.ts', expected: /^You said: Explain backpressure in two sentences\.\n$/ },
  { file: '03-tools.ts', expected: /^2 steps: weather returned: Snow in Oslo, -3 °C\n$/ },
  { file: '04-object.ts', expected: /^sample name \[ \{ name: 'sample name', grams: 1 \} \]\n$/ },
  { file: '05-own-tokens.ts', expected: /^object: You said.*\nfunction: You said.*\nstore: You said.*\n$/ },
  { file: '06-testing.ts', expected: /pass 1\n.*fail 0\n/s },
  {
    file: '08-web-search.ts',
    expected: /^You said: Use web_search: .*\n- Example Domain: https:\/\/example\.com\/\n$/,
  },
  {
    file: '09-images.ts',
    expected: /^You said: What is in this picture\?\nI see 1 image \(image\/png\)\.\nimage\/png, 70 bytes\n$/,
  },
  {
    file: '18-image-model.ts',
    expected: /^image\/png, 70 bytes, \d+ tokens\n\S+lighthouse-1\.png\n\S+lighthouse-2\.png\n$/,
    lines: 30,
    check: ({ requests }) =>
      expect(requests.map(({ path, json }) => [path, json?.size, json?.n])).toEqual([
        ['/backend-api/codex/images/generations', '1536x1024', undefined],
        ['/backend-api/codex/images/edits', 'auto', 2],
      ]),
  },
  { file: '10-test-a-route.ts', expected: /pass 3\n.*fail 0\n/s, lines: 60 },
  {
    file: '11-reasoning.ts',
    expected:
      /^It thinks:\n\*\*Reading the request.*\n\nIt says:\nYou said: Is 2027 .*\n\n[1-9]\d* tokens for reasoning\n$/s,
    check: ({ responseRequests: [request] }) =>
      expect(request?.json?.reasoning).toMatchObject({ effort: 'high', summary: 'detailed' }),
  },
  {
    file: '12-abort-and-timeout.ts',
    expected: /^Stopped after: one\nNot done within a second\n$/,
    lines: 35,
    check: async ({ responseRequests: [request] }) => expect(await request?.closed).toBe('aborted'),
  },
  {
    file: '13-usage-limits.ts',
    expected:
      /^Plan: plus\n88 % of 300 minutes left\n66 % of 10080 minutes left\nThe primary window of the plus plan is used up\.\nIt opens at 2096-10-02T07:06:40\.000Z\.\n$/,
    check: ({ responseRequests }) => expect(responseRequests).toHaveLength(1),
  },
  {
    file: '14-own-fetch.ts',
    expected: /\nPOST \/backend-api\/codex\/responses: 200\nYou said: Say hi\.\n$/,
    prepare: startProxy,
  },
  {
    file: '15-terminal-agent.ts',
    expected:
      /^\[list_files \{"folder":"examples\/support"\}\]\nlist_files returned: .*\nYou said: How many are they\?\n$/,
    lines: 35,
    check: ({ responseRequests }) =>
      expect(JSON.stringify(responseRequests.at(-1)?.json)).toContain('function_call_output'),
  },
  {
    file: '16-ai-versions.ts',
    expected: /^ai 4: You said.*\nai 5: You said.*\nai 6: You said.*\nai 7: You said.*\n$/,
  },
  {
    file: '17-many-tools.ts',
    expected: /^trams_oslo returned: The trams of oslo run\.\ntrams_bergen was sent: false\n$/,
  },
  {
    file: '19-long-conversation.ts',
    expected:
      /^You said: My boat is called Vega\.\nYou said: It is blue\.\n4 messages became 3\nYou said: What is it called\?\n$/,
  },
]

/** On Node 22, by test/runtimes/runtimes.test.ts. */
const RUN_ELSEWHERE = [{ file: '07-own-token-store.ts', lines: 65 }]

const FILES = readdirSync(join(ROOT, 'examples')).filter((name) => /^\d\d-/.test(name))

test('each example is run, and short', () => {
  const known = [...EXAMPLES, ...RUN_ELSEWHERE]
  expect(FILES).toEqual(known.map(({ file }) => file).sort())
  for (const { file, lines = 25 } of known) {
    const text = readFileSync(join(ROOT, 'examples', file), 'utf8')
    expect(text.trim().split('\n').length, file).toBeLessThanOrEqual(lines)
  }
})

test('the README lists each example, and each scene is of one', () => {
  const readme = readFileSync(join(ROOT, 'examples/README.md'), 'utf8')
  expect([...readme.matchAll(/^\| \[(\d\d-\S+)\]/gm)].map(([, file]) => file)).toEqual(FILES)
  expect(FILES).toEqual(expect.arrayContaining(Object.keys(SCENES)))
})

const SLOW = { timeout: 60_000 }

test.for(EXAMPLES)('$file prints $expected', SLOW, async ({ file, expected, prepare, check }) => {
  const { server, env } = await startStandIn()
  const { answers = [], input } = SCENES[file] ?? {}
  server.answer(...answers)
  const more = await prepare?.(server)
  const finished = await runScript(join('examples', file), [], { ...env, ...more }, { input })
  expect(finished).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(expected) })
  expect(server.requests.filter(({ refusedBy }) => refusedBy !== undefined)).toEqual([])
  await check?.(server)
})

const RUN = 'examples/run.ts'

test(
  'run.ts plays one example by its number, whatever the settings, and leaves no login behind',
  SLOW,
  async () => {
    const TMPDIR = await emptyFolder()
    const settings = { CODEX_BASE_URL: 'http://127.0.0.1:1', CODEX_ACCESS_TOKEN: 'none', HTTPS_PROXY: 'none' }
    const { exitCode, stdout } = await runScript(RUN, ['15'], { TMPDIR, ...settings })
    expect(stdout).toMatch(
      /^Against the stand-in; .*\n\n== 15-terminal-agent\.ts\n\[list_files .*\nYou said: How many are they\?\n\nDone\.\n$/s,
    )
    expect(exitCode).toBe(0)
    expect(readdirSync(TMPDIR).filter((name) => name.startsWith('codex-examples-'))).toEqual([])
  },
)

test('run.ts leaves out what this Node can not run, and says so', SLOW, async () => {
  const { exitCode, stdout } = await runScript(RUN, ['07'])
  const hasSqlite = isBuiltin('node:sqlite')
  expect(stdout).toMatch(
    hasSqlite ? /^a late write changes 0 rows$/m : /^Left out: Node \S+ has no node:sqlite\.$/m,
  )
  expect(exitCode).toBe(0)
})

test('run.ts --live goes by the settings of the caller', SLOW, async () => {
  const { server, env } = await startStandIn()
  const { exitCode, stdout } = await runScript(RUN, ['--live', '01'], env)
  expect(stdout).toMatch(/^Live, with your own login\.\n\n== 01-generate\.ts\nYou said.*\n\nDone\.\n$/s)
  expect(exitCode).toBe(0)
  expect(server.responseRequests).toHaveLength(1)
})

test('run.ts tells which examples failed', SLOW, async () => {
  const { server, env } = await startStandIn()
  server.answer({ type: 'error', status: 400, body: { detail: 'Not this one' } })
  const { exitCode, stderr } = await runScript(RUN, ['--live', '01'], env)
  expect(stderr).toMatch(/Not this one.*\nFailed: 01-generate\.ts\n$/s)
  expect(exitCode).toBe(1)
})

test('run.ts --live runs nothing without a login', SLOW, async () => {
  const { exitCode, stdout, stderr } = await runScript(RUN, ['--live'])
  expect(stdout).toBe('Live, with your own login.\n')
  expect(stderr).toMatch(/^There is no Codex login at .*\n$/)
  expect(exitCode).toBe(1)
})

test('run.ts lists the examples where it is asked for another', SLOW, async () => {
  const finished = await runScript(RUN, ['99'])
  expect(finished).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `No such example. There are:\n${FILES.join('\n')}\n`,
  })
})
