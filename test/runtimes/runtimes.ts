import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { bundle } from './bundle.ts'
import { HERE, program } from './installed.ts'

/** The settings of a provider for each check by its name: what `runChecks` of `app/core.mjs` takes. */
export type Job = Readonly<Record<string, object>>

/** What each check saw, by its name. */
export type Seen = Readonly<Record<string, unknown>>

/** A runtime that the checks run on. */
export interface Runtime {
  readonly name: string
  /** The npm package that ships it. */
  readonly package: string
  /** Where it finds its login: in a file, or in the settings where there are no files. */
  readonly login: 'file' | 'tokens'
  /** Runs all checks of a job in the folder of an app; gives what each saw. */
  run(folder: string, job: Job): Promise<Seen>
}

const LIMIT = 60_000

const node = (major: number): Runtime => ({
  name: `Node ${major}`,
  package: `node${major}`,
  login: 'file',
  run: (folder, job) => command(folder, [program(`node${major}`, 'bin', 'node'), 'command.mjs'], job),
})

/** Deno is allowed no more than the package needs. */
const DENO = ['--allow-net=127.0.0.1', '--allow-read', '--allow-write', '--allow-env', '--allow-sys']

/** The runtimes that the package promises to run on. */
export const RUNTIMES: readonly Runtime[] = [
  node(20),
  node(22),
  node(24),
  {
    name: 'Bun',
    package: 'bun',
    login: 'file',
    run: (folder, job) => command(folder, [program('.bin', 'bun'), 'command.mjs'], job),
  },
  {
    name: 'Deno',
    package: 'deno',
    login: 'file',
    run: (folder, job) =>
      command(folder, [program('.bin', 'deno'), 'run', '--no-prompt', ...DENO, 'command.mjs'], job),
  },
  { name: 'workerd', package: 'workerd', login: 'tokens', run: runWorkerd },
  { name: 'Edge Runtime', package: 'edge-runtime', login: 'tokens', run: runEdge },
]

/** Starts a program in the folder of an app, without a login or a cache of this machine. */
function start(folder: string, [file = '', ...args]: readonly string[]): ChildProcess {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    CODEX_CACHE_DIR: join(folder, 'cache'),
    DENO_NO_UPDATE_CHECK: '1',
  }
  // The last is for what workerd tells of itself.
  return spawn(file, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], timeout: LIMIT })
}

async function command(folder: string, words: readonly string[], job: Job): Promise<Seen> {
  const child = start(folder, [...words, JSON.stringify(job)])
  const [stdout, stderr, [exitCode, signal]] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stderr as Readable),
    once(child, 'close'),
  ])
  if (exitCode !== 0 || stderr !== '') throw new Error(`ended with ${signal ?? exitCode}: ${stderr}`)
  return JSON.parse(stdout)
}

async function runEdge(folder: string, job: Job): Promise<Seen> {
  await bundle(folder, 'edge')
  return command(folder, [process.execPath, join(HERE, 'edge-host.mjs'), 'edge.js'], job)
}

async function runWorkerd(folder: string, job: Job): Promise<Seen> {
  await bundle(folder, 'workerd')
  const child = start(folder, [program('.bin', 'workerd'), 'serve', 'workerd.capnp', '--control-fd=3'])
  await once(child, 'spawn')
  const stderr = text(child.stderr as Readable)
  try {
    const port = await portOf(child)
    const signal = AbortSignal.timeout(LIMIT)
    const body = JSON.stringify(job)
    const response = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body, signal })
    return (await response.json()) as Seen
  } catch (error) {
    child.kill()
    throw new Error(`${error} ${await stderr}`, { cause: error })
  } finally {
    child.kill()
  }
}

/** The port that workerd says it listens on. */
async function portOf(child: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
    const { event, port } = JSON.parse(line) as { event: string; port?: number }
    if (event === 'listen' && port !== undefined) return port
  }
  throw new Error('It ended before it listened.')
}
