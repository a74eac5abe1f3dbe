import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, realpath, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { ROOT } from '../docs/support.ts'
import { SOURCES } from '../package/support.ts'

const run = promisify(execFile)

const EXAMPLE = join('examples', 'next-chat')
/** What is made in the folder of the example by those who use it. */
const MADE = ['node_modules', '.next', 'next-env.d.ts', 'tsconfig.tsbuildinfo']

/** The example as a user has it, outside of this repository: installed, not yet built. */
export interface App {
  /** The folder above all that is here: to be deleted. */
  readonly home: string
  /** The folder of the example. */
  readonly folder: string
}

/** A copy of the example beside a fresh build of the package, which `npm ci` packs and installs into it. */
export async function installApp(): Promise<App> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'codex-next-')))
  const folder = join(home, EXAMPLE)
  for (const name of SOURCES) await cp(join(ROOT, name), join(home, name), { recursive: true })
  await symlink(join(ROOT, 'node_modules'), join(home, 'node_modules'), 'junction')
  await mkdir(folder, { recursive: true })
  const isSource = (file: string) => !MADE.includes(basename(file))
  await cp(join(ROOT, EXAMPLE), folder, { recursive: true, filter: isSource })

  await run('npm', ['run', 'build'], { cwd: home, env: environment(), maxBuffer: 2 ** 26 })
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--no-progress']
  await run('npm', ['ci', ...quietly], { cwd: folder, env: environment(), maxBuffer: 2 ** 26 })
  return { home, folder }
}

/** Runs `next build`; gives all that it printed. */
export async function buildApp({ folder }: App): Promise<string> {
  const { stdout, stderr } = await run('npm', ['run', 'build'], {
    cwd: folder,
    env: environment(),
    maxBuffer: 2 ** 26,
  })
  return stdout + stderr
}

/** An app that runs. */
export interface RunningApp {
  readonly url: string
  /** What it has written to its log of errors. */
  complaints(): string
  close(): Promise<void>
}

/** Runs `next start` on a free port of this machine. */
export async function startApp({ folder }: App, env: Record<string, string>): Promise<RunningApp> {
  const next = join(folder, 'node_modules', 'next', 'dist', 'bin', 'next')
  const child = spawn(process.execPath, [next, 'start', '-H', '127.0.0.1', '-p', '0'], {
    cwd: folder,
    env: { ...environment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const close = () => {
    child.kill()
    return closed
  }
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? []
    if (url) {
      // Read on, so that the pipe never fills.
      child.stdout.resume()
      return { url, complaints: () => complaints, close }
    }
  }
  throw new Error(`next start gave no address: ${complaints}`)
}

/** Runs the command line of the package that the example has installed; gives what it printed. */
export async function runCommand({ folder }: App, args: string[], env: Record<string, string>) {
  const command = ['--no', 'ai-sdk-provider-codex', '--', ...args]
  const { stdout } = await run('npx', command, { cwd: folder, env: { ...environment(), ...env } })
  return stdout
}

/** No settings of npm's own scripts, none of the test runner's, no login of this machine, and nothing sent to anyone. */
function environment(): NodeJS.ProcessEnv {
  const foreign = /^(?:npm_(?!config_)|CODEX_|CHATGPT_|NODE_ENV$|VITEST|FORCE_COLOR$)/i
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
  return { ...env, NEXT_TELEMETRY_DISABLED: '1' } as NodeJS.ProcessEnv
}
