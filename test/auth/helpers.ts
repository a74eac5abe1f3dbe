import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import {
  type AuthJson,
  type CodexServer,
  type CodexServerOptions,
  startCodexServer,
} from 'ai-sdk-provider-codex/testing'
import { onTestFinished } from 'vitest'

/** A folder that is gone after the test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-auth-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))
  return folder
}

/** Writes a login file (an object as pretty JSON, text as it is) into a folder of its own and gives its path. */
export async function makeAuthFile(content: object | string, mode = 0o600): Promise<string> {
  const file = join(await makeFolder(), 'auth.json')
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`
  await writeFile(file, text, { mode })
  return file
}

/** Runs with this mode on the file and no right to write to its folder; as another user where we are root. */
export async function withoutRights<T>(file: string, mode: number, run: () => Promise<T>): Promise<T> {
  await chmod(file, mode)
  await chmod(dirname(file), 0o555)
  const isRoot = process.getuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    return await run()
  } finally {
    if (isRoot) process.seteuid?.(0)
    await chmod(dirname(file), 0o700)
    await chmod(file, 0o600)
  }
}

/** The secrets that show anywhere in a value: its text, its fields (hidden ones too), its causes. */
export function secretsIn(value: unknown, secrets: readonly string[]): string[] {
  const shown = [
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null }),
    String(value),
    JSON.stringify(value) ?? '',
  ].join('\n')
  return secrets.filter((secret) => secret !== '' && shown.includes(secret))
}

/** The secrets that show in what the function throws. */
export function withSecretsIn(run: () => unknown, secrets: readonly string[]): string[] {
  try {
    run()
  } catch (error) {
    return secretsIn(error, secrets)
  }
  throw new Error('Nothing was thrown')
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('The promise did not reject')
    },
    (error: unknown) => error,
  )
}

export const AUTH_CLAIM = 'https://api.openai.com/auth'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWT with these claims; no two are the same. */
export function encodeJwt(claims: Record<string, unknown>): string {
  return `${encode({ alg: 'RS256' })}.${encode({ jti: crypto.randomUUID(), ...claims })}.c2lnbmF0dXJl`
}

/** The tokens of a login that the stand-in issued. */
export function tokensOf({ tokens }: AuthJson) {
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    idToken: tokens.id_token,
    accountId: tokens.account_id,
  }
}

/** A stand-in server that is closed after the test. */
export async function startServer(options?: CodexServerOptions): Promise<CodexServer> {
  const server = await startCodexServer(options)
  onTestFinished(() => server.close())
  return server
}
