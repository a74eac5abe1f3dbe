import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { startCodexServer } from '../../src/testing/server.ts'
import type { CodexServer } from '../../src/testing/types.ts'
import { type Finished, finished } from '../support/finished.ts'

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const require = createRequire(import.meta.url)
const TSX = join(dirname(require.resolve('tsx/package.json')), 'dist/cli.mjs')

/** An empty folder that is gone after the test. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-docs-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))
  return folder
}

/** Runs a TypeScript file as a user would who types `input`, in an environment without a login of this machine. */
export async function runScript(
  file: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
  { input = '', node = process.execPath }: { input?: string; node?: string } = {},
): Promise<Finished> {
  const home = await emptyFolder()
  const child = spawn(node, [TSX, file, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: home, USERPROFILE: home, CODEX_HOME: home, ...env },
  })
  onTestFinished(() => void child.kill())
  child.stdin.end(input)
  return finished(child)
}

/** A stand-in server, and the environment that a program needs to use it. */
export async function startStandIn(): Promise<{ server: CodexServer; env: Record<string, string> }> {
  const server = await startCodexServer()
  onTestFinished(() => server.close())
  const authFile = join(await emptyFolder(), 'auth.json')
  await writeFile(authFile, JSON.stringify(server.login()), { mode: 0o600 })
  return {
    server,
    env: { CODEX_BASE_URL: server.baseURL, CODEX_ISSUER: server.issuer, CODEX_AUTH_FILE: authFile },
  }
}
