import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { AuthJson } from 'ai-sdk-provider-codex/testing'
import { expect, it } from 'vitest'
import { makeAuthFile, startServer } from '../auth/helpers.ts'
import { bundle } from './bundle.ts'
import { all, startWorker } from './processes.ts'

const WORKER = await bundle(new URL('./worker.ts', import.meta.url))

/** A process that writes the file all the time is killed after so many writes, at whatever moment that is. */
const KILLED_AFTER = [1, 2, 3, 5, 8, 13, 21, 34]

it('a process that is killed while it writes leaves the old file or the new one', {
  timeout: 120_000,
}, async () => {
  const server = await startServer()
  const first = server.login()
  const authFile = await makeAuthFile(first)
  const { baseURL, issuer } = server
  const read = async () => JSON.parse(await readFile(authFile, 'utf8')) as AuthJson
  const known = new Set([first.tokens.refresh_token])

  for (const [round, writes] of KILLED_AFTER.entries()) {
    const name = `writer-${round}`
    const writer = await startWorker(WORKER, { name, work: 'write', baseURL, issuer, authFile, calls: 0 })
    writer.go()
    // The lock of the one before, if it died with it, is no hindrance.
    await writer.heard('wrote', () => all(writer.reports, 'wrote').length > writes)
    writer.signal('SIGKILL')
    await writer.ended
    // The tokens that the next write starts from.
    const { tokens, ...others } = await read()
    const { tokens: _, last_refresh: __, ...unchanged } = first
    expect(others).toMatchObject(unchanged)
    expect(tokens).toEqual({ ...first.tokens, refresh_token: expect.stringMatching(/^rt_[\w-]{32,}$/) })
    const seen = all(writer.reports, 'wrote').map(({ refreshToken }) => refreshToken)
    expect(known).toContain(seen[0])
    known.clear()
    known.add(tokens.refresh_token)
  }

  const folder = dirname(authFile)
  const left = (await readdir(folder)).filter((name) => name !== 'auth.json')
  expect(left.filter((name) => !/^auth\.json\.refresh-lock|^\.auth\.json\.[\w-]+\.tmp$/.test(name))).toEqual(
    [],
  )
  for (const name of left.filter((each) => each.endsWith('.tmp'))) {
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
  }
})
