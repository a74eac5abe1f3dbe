import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { CodexProviderSettings } from '../../src/core/settings.ts'
import { type CodexProvider, createCodex } from '../../src/index.ts'
import { DEFAULT_INSTRUCTIONS } from '../../src/instructions/base.ts'
import { startCodexServer } from '../../src/testing/server.ts'
import type { AuthJson, CodexServer, CodexServerOptions, LoginOptions } from '../../src/testing/types.ts'

/** A stand-in server with a login in a file of its own, and a provider on both. */
export interface TestProvider {
  readonly server: CodexServer
  readonly codex: CodexProvider
  /** What `authFile` held at first. */
  readonly login: AuthJson
  readonly authFile: string
  close(): Promise<void>
}

/** Writes a login file, an object as JSON and text as it is, into a folder that is gone after the test. */
export async function writeAuthFile(content: object | string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-provider-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))
  const authFile = join(folder, 'auth.json')
  await writeFile(authFile, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 })
  return authFile
}

/**
 * Starts the stand-in server, writes its login into a file, and makes a provider on both, for one test: called inside of
 * it, everything is closed when it ends. A setting that is given as undefined is left to the environment.
 */
export async function startProvider(
  settings: CodexProviderSettings = {},
  options: { login?: LoginOptions; server?: CodexServerOptions } = {},
): Promise<TestProvider> {
  const server = await startCodexServer(options.server)
  const login = server.login(options.login)
  const authFile = await writeAuthFile(login)
  const codex = createCodex({
    baseURL: server.baseURL,
    issuer: server.issuer,
    authFile,
    // The base instructions of the original ids would be looked for outside of this machine.
    ...(settings.codexMode === false ? {} : { instructions: DEFAULT_INSTRUCTIONS }),
    ...settings,
  })
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= server.close()
    return closing
  }
  onTestFinished(close)
  return { server, codex, login, authFile, close }
}
