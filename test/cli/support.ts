import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { onTestFinished, vi } from 'vitest'
import type { CliIO } from '../../src/cli/io.ts'
import { run } from '../../src/cli/run.ts'
import { startCodexServer } from '../../src/testing/server.ts'
import type { AuthJson, CodexServer, CodexServerOptions, LoginOptions } from '../../src/testing/types.ts'
import { writeAuthFile } from '../support/provider.ts'

/** What a command left behind. */
export interface CliResult {
  exitCode: number
  stdout: string
  stderr: string
}

/** How a command is run. */
export interface CliOptions {
  /** What is piped in; undefined for a stdin that ends at once. */
  stdin?: string
  /** Makes all three streams terminals. */
  isTTY?: boolean
  now?: number
  signal?: AbortSignal
  openBrowser?: CliIO['openBrowser']
  cwd?: string
  /** Sees each piece of output; may type into stdin. */
  onOutput?: (text: string, type: (line: string) => void) => void
}

/** Runs the command line in this process. */
export async function runCli(argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { isTTY = false, now, signal = new AbortController().signal, openBrowser, cwd, onOutput } = options
  const stdin = Object.assign(new PassThrough(), { isTTY })
  if (!isTTY) stdin.end(options.stdin ?? '')
  const all = { stdout: '', stderr: '' }
  const sink = (name: 'stdout' | 'stderr') => {
    const stream = new Writable({
      write(chunk, _, done) {
        all[name] += chunk
        onOutput?.(String(chunk), (line) => void stdin.write(`${line}\n`))
        done()
      },
    })
    return Object.assign(stream, { isTTY })
  }
  const exitCode = await run(argv, {
    stdin,
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    now: now === undefined ? Date.now : () => now,
    signal,
    openBrowser,
    cwd,
  })
  return { exitCode, ...all }
}

/** A stand-in server with a login in a file, and an environment that points at both. */
export interface CliWorld {
  server: CodexServer
  login: AuthJson
  authFile: string
  /** The environment for a process of its own. */
  env: Record<string, string>
}

/** Starts the world for one test. */
export async function startWorld(
  options: { login?: LoginOptions; server?: CodexServerOptions } = {},
): Promise<CliWorld> {
  const server = await startCodexServer(options.server)
  onTestFinished(() => server.close())
  const login = server.login(options.login)
  const authFile = await writeAuthFile(login)
  const env = setEnv({
    CODEX_BASE_URL: server.baseURL,
    CODEX_ISSUER: server.issuer,
    CODEX_AUTH_FILE: authFile,
    CODEX_CACHE_DIR: `${authFile}.cache`,
    CODEX_MODE: 'off',
  })
  return { server, login, authFile, env }
}

/** The output with what differs from run to run made the same. */
export function steady(text: string, { server, authFile }: CliWorld): string {
  return text.replaceAll(authFile, '<auth.json>').replaceAll(server.url, '<server>')
}

/** The control characters in an output, line feeds apart. */
export const controlsIn = (text: string): string[] =>
  [...text.matchAll(/(?!\n)\p{Cc}/gu)].map(([found]) => found)

/** All secrets of a login. */
export const secretsOf = ({ tokens }: AuthJson): string[] => [
  tokens.access_token,
  tokens.refresh_token,
  tokens.id_token,
]

/** A folder that is gone after the test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))
  return folder
}

/** Sets environment variables for the test, with no colours and nothing of the machine's own login. */
export function setEnv(given: Record<string, string>): Record<string, string> {
  const env = { CODEX_ACCESS_TOKEN: '', CODEX_ACCOUNT_ID: '', CODEX_DEBUG: '', NO_COLOR: '1', ...given }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  return env
}
