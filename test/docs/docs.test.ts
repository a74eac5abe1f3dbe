import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import type { CodexServer } from '../../src/testing/types.ts'
import { type Block, readBlocks } from './readme-blocks.ts'
import { ROOT, runScript, startStandIn } from './support.ts'
import { typeFaults } from './type-faults.ts'

/** What a program prints; `prepare` plays what is outside of it. */
interface Run {
  block: string
  /** The name under which the `ai` that the program is for is installed here. Default `ai`. */
  ai?: 'ai5' | 'ai6' | 'ai7'
  expected: RegExp
  prepare?: (server: CodexServer) => void
}

/** Types the code of a device login as soon as it is asked for. */
async function typeCode(server: CodexServer): Promise<void> {
  const { json } = await server.nextRequest('/deviceauth/token')
  server.approveDevice(String(json?.user_code))
}

const MASKED = /^\d+ % of the plan's window is used\nYou said: Call ####\nYou said: Call ####$/

/** The programs of each page, in their order. */
const PAGES: Record<string, readonly Run[]> = {
  'content.md': [
    {
      block: 'Tools 1',
      expected: /^note returned: kept: Use local_shell .*\nlocal_shell returned: Use local_shell /s,
    },
  ],
  'signing-in.md': [
    {
      block: "A login of your app's own 1",
      expected: /^Open http:\/\/127\.0\.0\.1:\d+\/codex\/device and type \S+\nYou said: Say hi\n$/,
      prepare: (server) => void typeCode(server),
    },
    { block: 'Tokens, or a function 1', expected: /^You said: Say hi\nasked: initial\nYou said: Say hi\n$/ },
    { block: 'Many users 1', expected: /^You said: Say hi\n$/ },
  ],
  'versions.md': [
    { block: 'Changing what comes back 1', expected: MASKED },
    { block: 'Changing what comes back 2', ai: 'ai6', expected: MASKED },
  ],
}

const FOLDER = join(ROOT, `test/docs/docs-blocks-${process.pid}`)

test('each page of docs is tested here', () => {
  expect(readdirSync(join(ROOT, 'docs')).sort()).toEqual(Object.keys(PAGES).sort())
})

describe.each(Object.entries(PAGES))('%s', (page, runs) => {
  const markdown = readFileSync(join(ROOT, 'docs', page), 'utf8')
  const blocks = readBlocks(markdown)
  const programs = blocks.filter(({ language }) => language === 'ts')
  const folder = join(FOLDER, page)
  const nameOf = ({ heading, number }: Block) => `${heading} ${number}`
  const fileOf = (block: Block) => join(folder, `${nameOf(block).replace(/\W+/g, '-')}.ts`)

  beforeAll(() => {
    mkdirSync(folder, { recursive: true })
    for (const block of programs) {
      const { ai = 'ai' } = runs.find((run) => run.block === nameOf(block)) ?? {}
      writeFileSync(fileOf(block), block.code.replaceAll("from 'ai'", `from '${ai}'`))
    }
  })
  afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

  test('has nothing but programs and commands, and each program is run', () => {
    expect(blocks.filter(({ language }) => !['ts', 'sh'].includes(language))).toEqual([])
    expect(programs.map(nameOf)).toEqual(runs.map(({ block }) => block))
  })

  test('its programs have no type errors', { timeout: 60_000 }, () => {
    expect(typeFaults(programs.map(fileOf))).toEqual([])
  })

  test.for(runs)('$block prints $expected', { timeout: 60_000 }, async ({ block, expected, prepare }) => {
    const program = programs.find((candidate) => nameOf(candidate) === block)
    if (!program) throw new Error(`No block ${block}`)
    const { server, env } = await startStandIn()
    prepare?.(server)
    const finished = await runScript(fileOf(program), [], env)
    expect(finished).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(expected) })
    expect(server.requests.filter(({ refusedBy }) => refusedBy !== undefined)).toEqual([])
  })

  test('its commands are of this package', () => {
    const commands = blocks.filter(({ language }) => language === 'sh')
    const steps = commands.flatMap(({ code }) => code.trim().split('\n'))
    const known = ['login', 'login --device', 'status', 'logout'].map(
      (name) => `npx ${packageJson.name} ${name}`,
    )
    expect(steps.filter((step) => !known.includes(step))).toEqual([])
  })

  test('its links lead somewhere', () => {
    const links = [...markdown.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link)
    expect(links.length).toBeGreaterThan(0)
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#')
      const file = path === '' ? join(ROOT, 'docs', page) : join(dirname(join(ROOT, 'docs', page)), path)
      if (!existsSync(file)) return true
      return anchor !== undefined && !slugsOf(readFileSync(file, 'utf8')).includes(anchor)
    })
    expect(broken).toEqual([])
  })
})

/** The anchors that a page's headings make. */
const slugsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
