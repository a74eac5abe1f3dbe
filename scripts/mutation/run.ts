/**
 * Makes small changes to the source, one at a time, and finds those that no test of `npm test` notices.
 *
 *     npm run test:mutation -- [--room parts,events] [--file src/parts/calls.ts] [--sample 40] [--seed 1] [--limit 60]
 *
 * `--sample` is how many changes of each room are tried, `--limit` how many seconds of tests each of them gets at most.
 * The same seed picks the same changes, as far as the source is the same. All of it happens in a copy of the tree.
 */
import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createCompiler } from './compile.ts'
import { EQUIVALENT } from './equivalent.ts'
import { instrument, type Mutant, mutantsOf } from './mutants.ts'
import type { Reached } from './record.ts'
import type { Durations, Order, Outcome } from './worker.ts'

/** More than a file has. */
const REGIONS = 100_000

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const { values } = parseArgs({
  options: {
    room: { type: 'string' },
    file: { type: 'string' },
    sample: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    limit: { type: 'string', default: '60' },
  },
})

const hash = (...words: readonly string[]): string =>
  createHash('sha256').update(words.join('\0')).digest('hex')

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)))
const sources = tracked.filter((file) => /^src\/.*(?<!\.d)\.ts$/.test(file))
const texts = new Map(sources.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]))

/** The folder of a source file, or `errors` for `src/errors.ts`. */
const roomOf = (file: string): string => file.split('/')[1]?.replace(/\.ts$/, '') ?? ''

const copy = mkdtempSync(join(tmpdir(), 'mutation-'))
for (const file of tracked) {
  mkdirSync(join(copy, dirname(file)), { recursive: true })
  cpSync(join(ROOT, file), join(copy, file))
}
symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))

const children = new Set<ChildProcess>()
const stop = (child: ChildProcess): void => {
  children.delete(child)
  // Vitest's own processes are of the same group.
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
}
process.on('exit', () => {
  for (const child of children) stop(child)
  rmSync(copy, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

async function startWorker(
  mode: 'record' | 'notice',
  env: Record<string, string> = {},
): Promise<ChildProcess> {
  const child = fork(join(copy, 'scripts/mutation/worker.ts'), [copy, mode], {
    cwd: copy,
    env: { ...process.env, ...env },
    execArgv: ['--import', 'tsx'],
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  children.add(child)
  await once(child, 'message')
  return child
}

/** Which tests reach a region, and how long they take. */
interface Reach {
  /** Test files by region, each with the ids of its tests, or `''` for all of them. */
  readonly tests: Readonly<Record<number, Readonly<Record<string, readonly string[]>>>>
  readonly durations: Durations
  /** The number of a file's first region. */
  readonly first: Readonly<Record<string, number>>
}

async function findReach(): Promise<Reach> {
  const parts = tracked.filter((file) => /^(?:src|test)\/|^scripts\/mutation\/(?:mutants|record)/.test(file))
  const version = hash(...parts.map((file) => readFileSync(join(ROOT, file), 'base64')))
  const known = join(tmpdir(), `mutation-reach-${version}.json`)
  if (existsSync(known)) return JSON.parse(readFileSync(known, 'utf8')) as Reach
  const reached = join(copy, '.reached')
  mkdirSync(reached)
  const first: Record<string, number> = {}
  const atLoad = new Set<number>()
  let next = 0
  for (const [file, text] of texts) {
    first[file] = next
    const instrumented = instrument(text, next)
    for (const region of instrumented.atLoad) atLoad.add(region)
    writeFileSync(join(copy, file), instrumented.text)
    next += REGIONS
  }
  const testFiles = tracked.filter(
    (file) =>
      /^test\/.*\.test\.ts$/.test(file) &&
      !/\.heavy\.test\.ts$|^test\/(?:package|codex-cli|next-chat|runtimes|live|docs)\/|^test\/architecture/.test(
        file,
      ),
  )
  const worker = await startWorker('record', { REACHED_FOLDER: reached })
  worker.send({ files: testFiles.map((file) => ({ file: join(copy, file) })) } satisfies Order)
  const [{ failed, durations }] = (await once(worker, 'message')) as [Outcome]
  stop(worker)
  for (const [file, text] of texts) writeFileSync(join(copy, file), text)
  if (failed.length > 0)
    console.log(
      `Left out, as they fail without a change: ${failed.map((file) => file.slice(copy.length + 1)).join(', ')}`,
    )
  const named = (file: string): string => file.slice(copy.length + 1)
  const tests: Record<number, Record<string, string[]>> = {}
  for (const name of readdirSync(reached)) {
    const { file, lists } = JSON.parse(readFileSync(join(reached, name), 'utf8')) as Reached
    if (failed.includes(file)) continue
    for (const [id, regions] of lists) {
      for (const region of regions) {
        tests[region] ??= {}
        // What is loaded by one test is used by the next ones.
        if (atLoad.has(region)) tests[region][named(file)] = ['']
        else tests[region][named(file)] = [...(tests[region][named(file)] ?? []), id]
      }
    }
  }
  const reach: Reach = {
    tests,
    durations: Object.fromEntries(Object.entries(durations).map(([file, took]) => [named(file), took])),
    first,
  }
  writeFileSync(known, JSON.stringify(reach))
  return reach
}

const reach = await findReach()

interface Candidate extends Mutant {
  readonly file: string
  /** The line as it is, and the change. */
  readonly line: number
  readonly change: string
  readonly rank: string
}

const short = (words: string): string => {
  const line = words.replace(/\s+/g, ' ').trim()
  return line.length > 90 ? `${line.slice(0, 60)} … ${line.slice(-25)}` : line
}

/** All changes of a file; the rank of one stays the same where other lines change. */
function candidatesOf(file: string): Candidate[] {
  const text = texts.get(file) ?? ''
  const seen = new Map<string, number>()
  return mutantsOf(text).map((mutant) => {
    const change = `${short(text.slice(mutant.start, mutant.end))} → ${short(mutant.replacement) || '(nothing)'}`
    const lineStart = text.lastIndexOf('\n', mutant.start) + 1
    const key = hash(file, text.slice(lineStart, text.indexOf('\n', mutant.start)), change)
    const again = seen.get(key) ?? 0
    seen.set(key, again + 1)
    const line = text.slice(0, mutant.start).split('\n').length
    return { ...mutant, file, line, change, rank: hash(values.seed, key, String(again)) }
  })
}

const changed = ({ file, start, end, replacement }: Candidate): string => {
  const text = texts.get(file) ?? ''
  return text.slice(0, start) + replacement + text.slice(end)
}

/** The files that import a file. */
const importersOf = (file: string): string[] =>
  [...texts].flatMap(([importer, text]) =>
    [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].some(
      ([, path = '']) => join(dirname(importer), path) === file,
    )
      ? [importer]
      : [],
  )

type TestIds = Readonly<Record<string, readonly string[]>>

/** The tests that call a function of one of these files. */
function testsCalling(files: readonly string[]): TestIds {
  const all: Record<string, string[]> = {}
  const firsts = new Set(files.map((file) => reach.first[file]))
  for (const [region, byFile] of Object.entries(reach.tests)) {
    if (!firsts.has(Number(region) - (Number(region) % REGIONS))) continue
    for (const [test, ids] of Object.entries(byFile)) {
      if (!ids.includes('')) all[test] = [...new Set([...(all[test] ?? []), ...ids])]
    }
  }
  return all
}

/** The tests that reach a region. */
function testsReaching({ file, region }: Candidate): TestIds {
  const byFile = reach.tests[(reach.first[file] ?? 0) + region] ?? {}
  if (!Object.values(byFile).some((ids) => ids.includes(''))) return byFile
  // Workers load a module once: the tests of other files use what the first one has loaded.
  const own = testsCalling([file])
  return { ...(Object.keys(own).length > 0 ? own : testsCalling(importersOf(file))), ...byFile }
}

/** The tests that reach a change: those of its room first, then the quickest, until the limit. */
function testsFor(candidate: Candidate): { order: Order; seconds: number; isWhole: boolean } {
  const { file } = candidate
  const byFile = testsReaching(candidate)
  const rows = Object.entries(byFile).map(([test, ids]) => {
    const durations = reach.durations[test] ?? {}
    const took = ids.includes('') ? Object.keys(durations) : ['', ...ids]
    const cost = took.reduce((sum, id) => sum + (durations[id] ?? 0), 0)
    const near = test.startsWith(file.replace(/^src/, 'test').replace(/ts$/, ''))
      ? 0
      : test.startsWith(`test/${roomOf(file)}/`)
        ? 1
        : 2
    return { test, ids: ids.includes('') ? undefined : ids, cost, near }
  })
  rows.sort((a, b) => a.near - b.near || a.cost - b.cost)
  let seconds = 0
  const chosen = rows.filter(({ cost }) => {
    seconds += cost / 1000
    return seconds <= Number(values.limit)
  })
  return {
    order: {
      changed: join(copy, file),
      files: chosen.map(({ test, ids }) => ({
        file: join(copy, test),
        ...(ids === undefined ? {} : { ids }),
      })),
    },
    seconds,
    isWhole: chosen.length === rows.length,
  }
}

let worker: ChildProcess | undefined

/** What became of a change. */
type Fate = 'noticed' | 'in time' | 'survived' | 'unreached' | 'undecided'

async function tryOut(candidate: Candidate): Promise<Fate> {
  const { order, seconds, isWhole } = testsFor(candidate)
  if (order.files.length === 0) return 'unreached'
  worker ??= await startWorker('notice')
  const path = join(copy, candidate.file)
  writeFileSync(path, changed(candidate))
  worker.send(order)
  const giveUp = AbortSignal.timeout(Math.ceil((30 + 4 * Math.min(seconds, Number(values.limit))) * 1000))
  try {
    const [{ failed, isTimeout }] = (await once(worker, 'message', { signal: giveUp })) as [Outcome]
    if (failed.length === 0) return isWhole ? 'survived' : 'undecided'
    return isTimeout ? 'in time' : 'noticed'
  } catch (error) {
    if (!giveUp.aborted) throw error
    stop(worker)
    worker = undefined
    return 'in time'
  } finally {
    writeFileSync(path, texts.get(candidate.file) ?? '')
  }
}

/** Fails where tests fail without a change: all changes would count as noticed. */
async function checkTests(candidate: Candidate): Promise<void> {
  const { file, start, end } = candidate
  const unchanged = { ...candidate, replacement: (texts.get(file) ?? '').slice(start, end) }
  const fate = await tryOut(unchanged)
  if (fate === 'noticed' || fate === 'in time') throw new Error(`Tests of ${file} fail without a change.`)
}

const compiles = createCompiler(
  ROOT,
  sources.map((file) => join(ROOT, file)),
)

const isEquivalent = ({ file, change }: Candidate): boolean =>
  EQUIVALENT.some((one) => one.file === file && one.change === change)

const rooms =
  values.room?.split(',') ?? [...new Set(sources.map(roomOf))].filter((room) => room !== 'testing')
/** What is said of a change that was not noticed. */
const WHY: Readonly<Partial<Record<Fate, string>>> = {
  survived: '',
  unreached: '  (no test reaches it)',
  undecided: '  (more tests reach it: raise --limit)',
}

const rows: string[] = []
for (const room of rooms) {
  const files = sources.filter(
    (file) => roomOf(file) === room && (values.file === undefined || file === values.file),
  )
  const all = files.flatMap(candidatesOf).toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
  // An entry has nothing to change.
  if (all.length === 0) continue
  const fates: Record<Fate, number> = { noticed: 0, 'in time': 0, survived: 0, unreached: 0, undecided: 0 }
  const [any] = all
  if (any) await checkTests(any)
  let sampled = 0
  let equivalent = 0
  let broken = 0
  for (const candidate of all) {
    if (sampled === Number(values.sample)) break
    if (!compiles(join(ROOT, candidate.file), changed(candidate))) {
      broken++
      continue
    }
    if (isEquivalent(candidate)) {
      equivalent++
      continue
    }
    sampled++
    const fate = await tryOut(candidate)
    fates[fate]++
    const why = WHY[fate]
    if (why !== undefined) console.log(`${candidate.file}:${candidate.line}  ${candidate.change}${why}`)
  }
  if (any) await checkTests(any)
  const noticed = fates.noticed + fates['in time']
  const share = sampled === 0 ? '' : `${((100 * noticed) / sampled).toFixed(1)} %`
  rows.push(
    `${room.padEnd(14)}${String(noticed).padStart(4)} of ${String(sampled).padStart(3)}  ${share.padStart(7)}   ${fates['in time']} by a time limit, ${fates.undecided} undecided, ${equivalent} equivalent, ${broken} don't compile, of ${all.length}`,
  )
  console.log(rows.at(-1))
}
console.log(`\nSeed ${values.seed}: noticed\n${rows.join('\n')}`)
process.exit()
