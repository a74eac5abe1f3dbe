import { writeFile } from 'node:fs/promises'
import {
  type CodexTokens,
  createTokenManager,
  fileTokenStore,
  type TokenManagerSettings,
} from 'ai-sdk-provider-codex/auth'
import type { CodexServer, LoginOptions } from 'ai-sdk-provider-codex/testing'
import { makeAuthFile, startServer, tokensOf } from './helpers.ts'

export const DAY = 24 * 3_600_000
export const MINUTE = 60_000
/** A login whose access token has run out. */
export const EXPIRED = { expiresInSeconds: -60 }

/** A server, a login file on it, a clock that stands still until it is set, and managers on them. */
export async function setUp(login: LoginOptions = {}) {
  const clock = { now: Date.parse('2026-11-25T00:00:00Z'), slept: 0 }
  const now = () => clock.now
  const server = await startServer({ now })
  const first = server.login(login)
  const file = await makeAuthFile(first)
  const settings: TokenManagerSettings = {
    issuer: server.issuer,
    now,
    sleep: async (ms) => {
      clock.slept += ms
    },
  }
  const manage = (more: TokenManagerSettings = {}) =>
    createTokenManager({ auth: fileTokenStore(file), ...settings, ...more })
  return { clock, server, file, settings, manage, tokens: tokensOf(first) }
}

export const onDisk = (file: string) => fileTokenStore(file).read() as Promise<CodexTokens>
export const save = (file: string, login: object) => writeFile(file, JSON.stringify(login))
export const reasons = (server: CodexServer) => server.tokenRequests.map(({ json }) => json?.refresh_reason)
