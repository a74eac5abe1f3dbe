import fs, { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileTokenStore } from 'ai-sdk-provider-codex/auth'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { bundle } from '../../processes/bundle.ts'
import { makeAuthFile, rejection, secretsIn, tokensOf, withoutRights } from '../helpers.ts'
import { DAY, EXPIRED, onDisk, save, setUp } from '../login.ts'
import { startWorker } from '../worker.ts'

afterEach(() => vi.restoreAllMocks())

const old = { accessToken: 'access-1', refreshToken: 'rt_1' }
const renewed = { accessToken: 'access-2', refreshToken: 'rt_2' }
const content = { tokens: { access_token: 'access-1', refresh_token: 'rt_1' }, more: 1 }
const entries = async (file: string) => (await readdir(dirname(file))).sort()

/** Lets a call of the file system fail so often: `Infinity` for ever. */
function failWith(code: string, times: number, name: 'rename' | 'rm' = 'rename') {
  const real = fs[name] as (...args: unknown[]) => Promise<void>
  let calls = 0
  return vi.spyOn(fs, name).mockImplementation(async (...args: unknown[]) => {
    calls++
    if (calls <= times) throw Object.assign(new Error(code), { code })
    return real(...args)
  })
}

describe('a file that can not be replaced just now', () => {
  it.each([
    ['EPERM', 1],
    ['EBUSY', 3],
    ['EACCES', 5],
  ])('is replaced a little later: %s, %i times', async (code, times) => {
    const file = await makeAuthFile(content)
    const { ino } = await stat(file)
    const rename = failWith(code, times)
    await fileTokenStore(file).write(renewed, old)
    expect(rename).toHaveBeenCalledTimes(times + 1)
    expect(await onDisk(file)).toMatchObject(renewed)
    expect((await stat(file)).ino).not.toBe(ino)
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it('is left to one who has changed it meanwhile', async () => {
    const file = await makeAuthFile(content)
    vi.spyOn(fs, 'rename').mockImplementation(async () => {
      await save(file, { tokens: { access_token: 'access-9', refresh_token: 'rt_9' } })
      throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' })
    })
    await fileTokenStore(file).write(renewed, old)
    expect(await onDisk(file)).toEqual({ accessToken: 'access-9', refreshToken: 'rt_9' })
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it.each([
    ['longer', { accessToken: 'a'.repeat(9000), refreshToken: 'rt_2' }],
    ['shorter', { accessToken: 'b', refreshToken: 'c' }],
  ])('is written over where it never can be, as a mount of its own: %s', async (_, tokens) => {
    const file = await makeAuthFile(content, 0o640)
    const { ino, mode } = await stat(file)
    failWith('EBUSY', Number.POSITIVE_INFINITY)
    await fileTokenStore(file).write(tokens, old)
    expect(await stat(file)).toMatchObject({ ino, mode })
    const text = await readFile(file, 'utf8')
    const { accessToken, refreshToken } = tokens
    const expected = JSON.stringify(
      { tokens: { access_token: accessToken, refresh_token: refreshToken }, more: 1 },
      null,
      2,
    )
    expect(JSON.parse(text)).toMatchObject(JSON.parse(expected))
    expect(text.endsWith('}\n')).toBe(true)
    expect(await entries(file)).toEqual(['auth.json'])
  })

  it('leaves no temporary file that could not be removed at once', async () => {
    const file = await makeAuthFile(content)
    failWith('EBUSY', 2, 'rm')
    failWith('ENOSPC', 1)
    expect(await rejection(fileTokenStore(file).write(renewed, old))).toMatchObject({ code: 'ENOSPC' })
    expect(await entries(file)).toEqual(['auth.json'])
    expect(await onDisk(file)).toEqual(old)
  })

  it('is unwritable where nothing helps: the tokens live in memory, with one warning', async () => {
    const { server, clock, file, manage, tokens } = await setUp(EXPIRED)
    const before = await readFile(file, 'utf8')
    failWith('EIO', Number.POSITIVE_INFINITY)
    const warnings: string[] = []
    const manager = manage({ onWarning: (text) => warnings.push(text) })
    const first = await manager.getTokens()
    expect(first.accessToken).not.toBe(tokens.accessToken)
    expect((await manage().getTokens()).accessToken).toBe(first.accessToken)
    clock.now += 11 * DAY
    expect((await manager.getTokens()).accessToken).not.toBe(first.accessToken)
    expect(server.tokenRequests.map(({ status }) => status)).toEqual([200, 200])
    expect(await readFile(file, 'utf8')).toBe(before)
    expect(warnings).toEqual([expect.stringContaining('could not be saved (EIO)')])
    expect(secretsIn(warnings, Object.values(tokens))).toEqual([])
    expect(await entries(file)).toEqual(['auth.json'])
  })
})

describe('files of processes that were killed', () => {
  it('are removed once they are an hour old', async () => {
    const file = await makeAuthFile(content)
    const uuid = crypto.randomUUID()
    const left = [
      [`.auth.json.${uuid}.tmp`, 2],
      [`auth.json.refresh-lock.${uuid}`, 2],
      ['auth.json.refresh-lock.unknown', 2],
      [`.auth.json.backup.${uuid}.tmp`, 2],
      [`auth.json.refresh-lock.${uuid}.tmp`, 2],
      [`auth.json.refresh-lock.${uuid}.${uuid}.tmp`, 2],
      [`.auth.json.${crypto.randomUUID()}.tmp`, 0],
      ['.auth.json.mine.tmp', 2],
      [`auth.json.${uuid}.bak`, 2],
      [`.other.json.${uuid}.tmp`, 2],
    ] as const
    const now = Date.now() / 1000
    for (const [name, hours] of left) {
      const path = join(dirname(file), name)
      await writeFile(path, 'x')
      await utimes(path, now - hours * 3601, now - hours * 3601)
    }
    await fileTokenStore(file).write(renewed, old)
    const kept = left.slice(6).map(([name]) => name)
    expect(await entries(file)).toEqual(['auth.json', ...kept].sort())
  })
})

describe('a process that is killed while it writes', () => {
  let worker: string
  beforeAll(async () => {
    worker = await bundle(new URL('./worker.ts', import.meta.url))
  }, 60_000)

  it('leaves the old file or the new one, whole', async () => {
    const padding = 'x'.repeat(200_000)
    const file = await makeAuthFile({ ...content, padding })
    for (const writes of [1, 2, 3, 5, 8, 13]) {
      const writer = startWorker(worker, 'write', file)
      await writer.said(writes)
      await writer.kill()
      const { tokens, ...rest } = JSON.parse(await readFile(file, 'utf8'))
      expect(rest).toEqual({ more: 1, padding })
      expect(tokens.access_token.slice(7)).toBe(tokens.refresh_token.slice(3))
    }
  })
})

describe('beside the Codex CLI, which takes no lock', () => {
  it('uses the newer login of another account, and never writes over it', async () => {
    const { server, file, manage } = await setUp(EXPIRED)
    const other = server.login({ accountId: 'acct-other' })
    const asked = server.nextRequest('/oauth/token')
    const fetch: typeof globalThis.fetch = async (...args) => {
      const response = await globalThis.fetch(...args)
      // The user logs in again while our refresh is on its way.
      await save(file, other)
      return response
    }
    const given = await manage({ fetch }).getTokens()
    await asked
    expect(given).toMatchObject({ accessToken: other.tokens.access_token, accountId: 'acct-other' })
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(other)
    expect(server.tokenRequests).toHaveLength(1)
  })

  it('uses the newer login of another account after a 401 too', async () => {
    const { server, file, manage } = await setUp()
    const manager = manage()
    const { accessToken } = await manager.getTokens()
    const other = server.login({ accountId: 'acct-other' })
    await save(file, other)
    manager.invalidate(accessToken)
    expect(await manager.getTokens()).toMatchObject({ accountId: 'acct-other' })
    expect(manager.peek()).toMatchObject({ accountId: 'acct-other' })
    expect(server.tokenRequests).toEqual([])
  })

  it('does not make a file again that is deleted during the refresh', async () => {
    const { server, file, manage, tokens } = await setUp(EXPIRED)
    const fetch: typeof globalThis.fetch = async (...args) => {
      const response = await globalThis.fetch(...args)
      await fs.rm(file)
      return response
    }
    const manager = manage({ fetch })
    const { accessToken } = await manager.getTokens()
    expect(accessToken).not.toBe(tokens.accessToken)
    expect((await manager.getTokens()).accessToken).toBe(accessToken)
    expect(server.tokenRequests).toHaveLength(1)
    expect(await entries(file)).toEqual([])
  })

  it('uses what a winner writes late, and leaves it so', async () => {
    const { clock, server, file, manage } = await setUp(EXPIRED)
    server.answerToken({ type: 'error', status: 401, body: { error: { code: 'refresh_token_reused' } } })
    const newer = server.login()
    const sleep = async (ms: number) => {
      clock.slept += ms
      // We watch without the lock, so that others need not wait for us.
      expect(await entries(file)).toEqual(['auth.json'])
      // The winner writes in two steps, as a careless writer does.
      if (clock.slept === 2700) await writeFile(file, '{"tokens": {')
      if (clock.slept === 2900) await save(file, newer)
    }
    expect((await manage({ sleep }).getTokens()).accessToken).toBe(newer.tokens.access_token)
    expect(await onDisk(file)).toMatchObject(tokensOf(newer))
  })

  it('makes no lock on a read-only mount, and writes nothing there', async () => {
    const { server, file, manage, tokens } = await setUp({ expiresInSeconds: 200 })
    const seen = await withoutRights(file, 0o444, async () => {
      const manager = manage()
      const living = await manager.getTokens()
      manager.invalidate(living.accessToken)
      return [living, await manager.getTokens(), await entries(file)] as const
    })
    expect(seen[0].accessToken).toBe(tokens.accessToken)
    expect(seen[1].accessToken).not.toBe(tokens.accessToken)
    expect(seen[2]).toEqual(['auth.json'])
    expect(server.tokenRequests).toHaveLength(1)
  })
})
