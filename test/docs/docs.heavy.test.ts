import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import type { Finished } from '../support/finished.ts'
import { type Ai, PAGES, type Run } from './pages.ts'
import { type Block, readBlocks } from './readme-blocks.ts'
import { ROOT, runScript, startStandIn } from './support.ts'
import { typeFaults } from './type-faults.ts'

const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')
const RUN_BLOCK = join(ROOT, 'test/docs/run-block.ts')
const FOLDER = join(ROOT, `test/docs/docs-blocks-${process.pid}`)

interface Program {
  page: string
  /** The heading that it stands under, and its number there. */
  name: string
  code: string
  /** How it is run; undefined where it is not. */
  run: Run | undefined
  file: string
}

const nameOf = ({ heading, number }: Block) => `${heading} ${number}`

function toProgram(page: string, block: Block): Program {
  const name = nameOf(block)
  const run = PAGES[page]?.find((one) => one.block === name)
  const file = `${page} ${name}`.replace(/\W+/g, '-')
  return {
    page,
    name,
    code: block.code,
    run,
    file: join(FOLDER, `${file}${run?.isVitest ? '.test' : ''}.ts`),
  }
}

const BLOCKS = readdirSync(join(ROOT, 'docs'))
  .sort()
  .flatMap((page) =>
    readBlocks(readFileSync(join(ROOT, 'docs', page), 'utf8')).map((block) => ({ page, block })),
  )

const PROGRAMS = BLOCKS.filter(({ block }) => block.language === 'ts').map(({ page, block }) =>
  toProgram(page, block),
)

beforeAll(() => {
  mkdirSync(FOLDER, { recursive: true })
  for (const { code, run, file } of PROGRAMS) {
    writeFileSync(file, code.replaceAll("from 'ai'", `from '${run?.ai ?? 'ai'}'`))
  }
})
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

test('the pages have nothing but programs, commands and pictures, and each program is run', () => {
  const others = BLOCKS.filter(({ block }) => !['ts', 'sh', 'text'].includes(block.language))
  expect(others.filter(({ page }) => page !== 'frameworks.md' && page !== 'wire.md')).toEqual([])
  const named = Object.entries(PAGES).flatMap(([page, runs]) => runs.map(({ block }) => `${page} ${block}`))
  expect(PROGRAMS.map(({ page, name }) => `${page} ${name}`).sort()).toEqual([...new Set(named)].sort())
})

// Each version of `ai` by itself: what one declares for all would hide what another does.
test.for<Ai>(['ai', 'ai5', 'ai6', 'ai7'])(
  'programs for %s have no type errors',
  { timeout: 60_000 },
  (ai) => {
    const files = PROGRAMS.filter(({ run }) => (run?.ai ?? 'ai') === ai).map(({ file }) => file)
    expect(files.length === 0 ? [] : typeFaults(files)).toEqual([])
  },
)

test('the commands are of this package', () => {
  const commands = BLOCKS.filter(({ block }) => block.language === 'sh')
  const steps = commands.flatMap(({ block }) => block.code.trim().split('\n'))
  const plan = ['login --plan --app-name "My app"', 'status --plan', 'logout --plan']
  const image = 'image "a fox" -o fox.png'
  const known = ['login', 'login --device', 'status', 'logout', 'models', 'doctor', image, ...plan].map(
    (name) => `npx ${packageJson.name} ${name}`,
  )
  const others = ['npm init -y', `npm install ${packageJson.name} ai@7`]
  const isKnown = (step: string) =>
    known.includes(step) || others.includes(step) || step.startsWith('export ')
  expect(steps.filter((step) => !isKnown(step))).toEqual([])
})

describe.each(Object.entries(PAGES))('%s', (page, runs) => {
  test.for(runs)('$block prints $expected', { timeout: 60_000 }, async (run) => {
    const { block, expected, prepare } = run
    const program = PROGRAMS.find((one) => one.page === page && one.name === block)
    if (!program) throw new Error(`No block ${block}`)
    const { server, env } = await startStandIn()
    Object.assign(env, await prepare?.(server))
    const finished = await runProgram(program.file, run, env)
    expect(finished).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(expected) })
    expect(server.requests.filter(({ refusedBy }) => refusedBy !== undefined)).toEqual([])
  })
})

function runProgram(
  file: string,
  { isVitest, isRoute }: Run,
  env: Record<string, string>,
): Promise<Finished> {
  if (isVitest) return runScript(VITEST, ['run', file], { ...env, NO_COLOR: '1' })
  return isRoute ? runScript(RUN_BLOCK, [file], env) : runScript(file, [], env)
}
