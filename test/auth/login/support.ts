import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import type { CodexServer, CodexServerOptions } from 'ai-sdk-provider-codex/testing'
import { onTestFinished } from 'vitest'
import { CodexAuthError } from '../../../src/errors.ts'
import { makeFolder, rejection, startServer } from '../helpers.ts'

export const NOW = Date.parse('2026-11-25T00:00:00Z')

/** A server, and the settings of a login on it, into a file that is not there yet. */
export async function setUpLogin(options: CodexServerOptions = {}) {
  const server = await startServer({ now: () => NOW, ...options })
  const folder = await makeFolder()
  const file = join(folder, 'codex', 'auth.json')
  return { server, folder, file, options: { issuer: server.issuer, authFile: file, now: () => NOW } }
}

/** Opens an address as a browser does: follows where it is sent, and shows the last page. */
export async function visit(url: string) {
  const response = await fetch(url)
  return {
    url: response.url,
    status: response.status,
    headers: response.headers,
    text: await response.text(),
  }
}

/** A function that is called once with a value, and a promise of that value. */
export function once<T>(): { call: (value: T) => void; value: Promise<T> } {
  let call: (value: T) => void = () => {}
  const value = new Promise<T>((resolve) => {
    call = resolve
  })
  return { call: (given) => call(given), value }
}

/** Holds a port of 127.0.0.1 until the test is over. */
export async function holdPort(port = 0): Promise<number> {
  const server = await listen(port)
  onTestFinished(() => closeServer(server))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** True where a port of 127.0.0.1 can be opened. */
export async function isFree(port: number): Promise<boolean> {
  try {
    await closeServer(await listen(port))
    return true
  } catch {
    return false
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

const closeServer = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()))

/** The login error that a promise rejects with. */
export async function authError(promise: Promise<unknown>): Promise<CodexAuthError> {
  const error = await rejection(promise)
  if (!CodexAuthError.isInstance(error)) throw error
  return error
}

/** Every path that was asked for, oldest first. */
export const paths = (server: CodexServer): string[] =>
  server.requests.map(({ path }) => path.split('?')[0] ?? '')

/** The port that the browser is to come back to. */
export function portOf(authorizeUrl: string): number {
  return Number(new URL(new URL(authorizeUrl).searchParams.get('redirect_uri') ?? '').port)
}

export const stateOf = (authorizeUrl: string): string => new URL(authorizeUrl).searchParams.get('state') ?? ''
