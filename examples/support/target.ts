import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CodexProvider, createCodex } from 'ai-sdk-provider-codex'
import { fileTokenStore } from 'ai-sdk-provider-codex/auth'
import { startCodexServer } from 'ai-sdk-provider-codex/testing'
import { allowLoopbackOnly } from './loopback-only.ts'

/** The backend that the demo uses. */
export interface Target {
  /** For a human. */
  readonly description: string
  readonly codex: CodexProvider
  close(): Promise<void>
}

/** The stand-in on loopback, with its own login file, deleted when the process ends. */
export async function startStandIn(): Promise<Target> {
  allowLoopbackOnly()
  const server = await startCodexServer()
  const folder = mkdtempSync(join(tmpdir(), 'codex-demo-'))
  // Also if the process ends early.
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const authFile = join(folder, 'auth.json')
  writeFileSync(authFile, JSON.stringify(server.login()), { mode: 0o600 })
  return {
    description: `the stand-in server on loopback (${server.url}), no model and no network; --live runs it for real`,
    codex: createCodex({ baseURL: server.baseURL, issuer: server.issuer, authFile, codexMode: true }),
    close: server.close,
  }
}

/**
 * The real backend with your own login: the default provider, as an app has it.
 *
 * @throws CodexAuthError if there is no readable login.
 */
export async function useBackend(): Promise<Target> {
  const login = fileTokenStore()
  await login.read()
  const file = await login.realPath()
  const other = process.env.CODEX_BASE_URL
  const backend = other ? `the backend that CODEX_BASE_URL names (${other})` : 'the real Codex backend'
  return {
    description: `${backend}, with the login file ${file}`,
    codex: createCodex({ codexMode: true }),
    close: async () => {},
  }
}
