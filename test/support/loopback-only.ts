/** Loaded before all tests, and by the programs that they run: no request leaves this machine, no cache is a user's own. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost']

const realFetch = globalThis.fetch

globalThis.fetch = async (input, init) => {
  const { hostname, protocol } = new URL(input instanceof Request ? input.url : input)
  if (protocol !== 'data:' && !LOOPBACK.includes(hostname) && !hostname.endsWith('.localhost')) {
    throw new TypeError('fetch failed', { cause: new Error(`tests reach loopback only, not ${hostname}`) })
  }
  return realFetch(input, init)
}

process.env.CODEX_CACHE_DIR ??= mkdtempSync(join(tmpdir(), 'codex-cache-'))
