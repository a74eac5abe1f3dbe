import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import type { CodexServer } from '../../src/testing/types.ts'
import { type Block, README, readBlocks } from './readme-blocks.ts'
import { ROOT, runScript, startStandIn } from './support.ts'
import { typeFaults } from './type-faults.ts'

const USED_UP = {
  error: { type: 'usage_limit_reached', message: 'Used up', plan_type: 'plus', resets_at: 4e9 },
}

const DOWN = { type: 'error', status: 500, body: { detail: 'Down' } } as const

/** What each block prints; `prepare` puts answers in line first. */
const RUNS: ReadonlyArray<{ block: string; expected: RegExp; prepare?: (server: CodexServer) => void }> = [
  { block: 'ai-sdk-provider-codex 1', expected: /^You said: Say hi\n$/ },
  { block: 'Codex mode 1', expected: /^(You said: Is `a == b` fine.*\n){2}$/ },
  { block: 'Streaming 1', expected: /^You said: Count from one to ten\.$/ },
  {
    block: 'Streaming 2',
    expected: /^200 text\/event-stream.*\n.*"type":"text-delta".*"delta":"You"/s,
  },
  { block: 'Tools 1', expected: /^2 steps: weather returned: Snow in Oslo, -3 °C\n$/ },
  {
    block: 'Tools 2',
    expected: /^You said: Use web_search: .*\nExample Domain https:\/\/example\.com\/\n$/,
  },
  { block: 'Objects 1', expected: /^Lisbon 545000\n$/ },
  {
    block: 'Options 1',
    expected: /^You said: Why is the sky blue\? \d+ \d+ \[\]\n$/,
  },
  { block: 'Login 1', expected: /^You said: Say hi\n$/ },
  { block: 'Errors 1', expected: /^You said: Say hi\n$/ },
  {
    block: 'Errors 1',
    expected: /^Used up until 2096-10-02T07:06:40\.000Z\n$/,
    prepare: (server) => server.answer({ type: 'error', status: 429, body: USED_UP }),
  },
  {
    block: 'Errors 1',
    expected: /^500 Codex API error 500: Down/,
    prepare: (server) => server.answer(...Array.from({ length: 3 }, () => DOWN)),
  },
  {
    block: 'Errors 1',
    expected: /^CODEX_AUTH_REFRESH .*revoked/,
    prepare(server) {
      server.answer({ type: 'error', status: 401, body: { detail: 'Unauthorized' } })
      const body = { error: { code: 'refresh_token_invalidated', message: 'revoked' } }
      server.answerToken({ type: 'error', status: 401, body })
    },
  },
  { block: 'Testing your app 1', expected: /pass 1\n.*fail 0\n/s },
]

const FOLDER = join(ROOT, `test/docs/blocks-${process.pid}`)
const blocks = readBlocks(README)
const programs = blocks.filter(({ language }) => language === 'ts')
const commands = blocks.filter(({ language }) => language === 'sh')

const nameOf = ({ heading, number }: Block) => `${heading} ${number}`
const fileOf = (block: Block) => join(FOLDER, `${nameOf(block).replace(/\W+/g, '-')}.ts`)

beforeAll(() => {
  mkdirSync(FOLDER, { recursive: true })
  for (const block of programs) {
    writeFileSync(fileOf(block), block.code.replaceAll("from 'ai'", "from 'ai7'"))
  }
})
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

test('the README has nothing but programs and commands, and each program is run', () => {
  expect(programs.length + commands.length).toBe(blocks.length)
  expect(programs.map(nameOf)).toEqual([...new Set(RUNS.map(({ block }) => block))])
  expect(programs).toHaveLength(11)
  expect(commands).toHaveLength(4)
})

test('the programs have no type errors', { timeout: 60_000 }, () => {
  expect(typeFaults(programs.map(fileOf))).toEqual([])
})

test.for(RUNS)('$block prints $expected', { timeout: 60_000 }, async ({ block, expected, prepare }) => {
  const program = programs.find((candidate) => nameOf(candidate) === block)
  if (!program) throw new Error(`No block ${block}`)
  const { server, env } = await startStandIn()
  prepare?.(server)
  const finished = await runScript(join(ROOT, 'test/docs/run-block.ts'), [fileOf(program)], env)
  expect(finished.stderr).toBe('')
  expect(finished.stdout).toMatch(expected)
  expect(finished.exitCode).toBe(0)
  expect(server.requests.filter(({ refusedBy }) => refusedBy !== undefined)).toEqual([])
})

test('the first program is saved and run under one name', () => {
  const [screen = ''] = README.split('\n## ')
  const [, saved] = /Save this as `([\w.]+)`/.exec(screen) ?? []
  // `npm init` makes a CommonJS package, in which a `.js` file can't use `import`.
  expect(saved).toMatch(/\.mjs$/)
  expect(screen).toContain(`\`node ${saved}\``)
})

const PROGRAM = `npx ${packageJson.name} `

/** The lines of all commands, without their comments. */
const STEPS = commands
  .flatMap(({ code }) => code.trim().split(/\n| && /))
  .map((step) => step.replace(/ +#.*/, ''))

test('the commands are ones that work', () => {
  const steps = STEPS.filter((step) => !step.startsWith(PROGRAM))
  const known = [
    'npm ci',
    'npm test',
    ...Object.keys(packageJson.scripts).map((script) => `npm run ${script}`),
  ]
  expect(steps.filter((step) => !known.includes(step))).toEqual([])
  expect(steps).toContain('npm run demo')
})

test.for(STEPS.filter((step) => step.startsWith(PROGRAM)))('%s', { timeout: 60_000 }, async (step) => {
  const words = step.slice(PROGRAM.length).match(/"[^"]*"|\S+/g) ?? []
  const { env } = await startStandIn()
  // A login needs a person: that there is such a command is all that is asked.
  const args = words[0] === 'login' ? [...words, '--help'] : words.map((word) => word.replaceAll('"', ''))
  const { exitCode, stdout, stderr } = await runScript(join(ROOT, 'src/cli/main.ts'), args, env)
  expect(exitCode, stderr).toBe(0)
  expect(`${stdout}${stderr}`).not.toBe('')
})

test('scripts that the text names exist', () => {
  const named = [...README.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script)
  expect(named.filter((script) => script === undefined || !(script in packageJson.scripts))).toEqual([])
})
