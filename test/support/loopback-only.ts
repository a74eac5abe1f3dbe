/** Loaded before each test file: no request leaves this machine, no cache is a user's own or another file's. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost']

// Test files share a process: the guard is put around the real fetch once a file, not around the last guard.
const REAL = Symbol.for('ai-sdk-provider-codex.tests.fetch')
const realFetch: typeof fetch = Reflect.get(globalThis, REAL) ?? globalThis.fetch
Reflect.set(globalThis, REAL, realFetch)

// A function of its own for each file: what is kept in memory is kept by fetch.
globalThis.fetch = async (input, init) => {
  const { hostname, protocol } = new URL(input instanceof Request ? input.url : input)
  if (protocol !== 'data:' && !LOOPBACK.includes(hostname) && !hostname.endsWith('.localhost')) {
    throw new TypeError('fetch failed', { cause: new Error(`tests reach loopback only, not ${hostname}`) })
  }
  return realFetch(input, init)
}

process.env.CODEX_CACHE_DIR = mkdtempSync(join(tmpdir(), 'codex-cache-'))
