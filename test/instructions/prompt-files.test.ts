import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { PINNED_RELEASE, PROMPT_LOAD_MS, RELEASE_LOOKUP_MS } from '../../src/instructions/prompt-files.ts'
import { createDiskCache } from '../../src/lib/disk-cache.ts'
import type { ModelFamily } from '../../src/models/ids.ts'
import {
  type Answer,
  CODEX_ENTRY,
  file,
  newest,
  type Room,
  redirect,
  startRoom,
  status,
} from './github-server.ts'

const MINUTES = 60_000
const TAG = 'rust-v0.70.0'
const FILE = 'gpt_5_codex_prompt.md'
const AT_TAG = `${TAG}/${FILE}`
const AT_PINNED = `${PINNED_RELEASE}/${FILE}`

/** A room whose newest release has the file of the family `codex`. */
async function openRoom(answer: Answer = file('TEXT', '"one"')): Promise<Room> {
  const room = await startRoom()
  room.github.routes.set('api', newest(TAG)).set(AT_TAG, answer)
  return room
}

/** A room with a copy that a process before has left, and that is no longer fresh. */
async function openRoomWithCopy(): Promise<Room> {
  const room = await openRoom()
  await room.start().read('codex')
  await room.entry()
  room.pass(15 * MINUTES)
  room.github.asked.length = 0
  room.github.headers.length = 0
  return room
}

describe('which file', () => {
  test.each<[ModelFamily, string]>([
    ['codex-max', 'gpt-5.1-codex-max_prompt.md'],
    ['codex', FILE],
    ['codex-mini', FILE],
    ['gpt-5.1', 'gpt_5_1_prompt.md'],
  ])('%s: %s at the newest release', async (family, name) => {
    const { github, start } = await openRoom()
    github.routes.set(`${TAG}/${name}`, file('TEXT'))
    expect(await start().read(family)).toBe('TEXT')
    expect(github.asked).toEqual(['api', `${TAG}/${name}`])
  })

  test('another family has none, and nothing is asked for', async () => {
    const { github, reads, start } = await openRoom()
    expect(await start().read('other')).toBeUndefined()
    expect([...github.asked, ...reads]).toEqual([])
  })

  test('the newest release is asked for once for all families, and a file once for two', async () => {
    const { github, start } = await openRoom()
    github.routes.set(`${TAG}/gpt_5_1_prompt.md`, file('OTHER'))
    const files = start()
    const families = ['codex', 'codex-mini', 'gpt-5.1'] as const
    expect(await Promise.all(families.map((family) => files.read(family)))).toEqual(['TEXT', 'TEXT', 'OTHER'])
    expect(github.asked.toSorted()).toEqual(['api', AT_TAG, `${TAG}/gpt_5_1_prompt.md`].toSorted())
  })
})

describe('the newest release', () => {
  test.each<[string, Answer]>([
    ['a rate limit', status(403)],
    ['too many requests', status(429)],
    ['not found', status(404)],
    ['a server error', status(502)],
    ['a redirect', redirect('/elsewhere')],
    ['no JSON', status(200, '<html>')],
    ['null', status(200, 'null')],
    ['no tag', newest(undefined)],
    ['an empty tag', newest('')],
    ['a tag that leaves the repository', newest('../../evil')],
    ['a cut connection', (response) => response.destroy()],
    ['silence', 'hang'],
  ])('%s of the API: the redirect tells', async (_, answer) => {
    const { github, start } = await openRoom()
    github.routes
      .set('api', answer)
      .set('web', redirect(`${github.bases.web}/openai/codex/releases/tag/${TAG}`))
    expect(await start({ lookupMs: answer === 'hang' ? 700 : 5_000 }).read('codex')).toBe('TEXT')
    expect(github.asked).toEqual(['api', 'web', AT_TAG])
  })

  test('a relative redirect tells as well', async () => {
    const { github, start } = await openRoom()
    github.routes.set('api', status(403)).set('web', redirect(`/openai/codex/releases/tag/${TAG}?x=1`))
    expect(await start().read('codex')).toBe('TEXT')
  })

  test('a fetch that follows redirects by itself tells as well', async () => {
    const { github, start } = await openRoom()
    github.routes
      .set('api', status(403))
      .set('web', redirect(`/web/openai/codex/releases/tag/${TAG}`))
      .set(`/web/openai/codex/releases/tag/${TAG}`, status(200, '<html>'))
    const following: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'follow' })
    expect(await start({ fetch: following }).read('codex')).toBe('TEXT')
  })

  test.each<[string, Answer]>([
    ['a login page', redirect('/login')],
    ['a server error', status(500)],
    ['silence', 'hang'],
  ])(
    '%s of the second way too: the pinned release, and neither way is tried again for 15 minutes',
    async (_, answer) => {
      const { github, start, pass } = await openRoom()
      github.routes.set('api', status(403)).set('web', answer)
      github.routes.set(AT_PINNED, file('PINNED')).set(`${PINNED_RELEASE}/gpt_5_1_prompt.md`, file('OTHER'))
      const files = start({ lookupMs: answer === 'hang' ? 700 : 5_000 })
      expect(await files.read('codex')).toBe('PINNED')
      pass(14 * MINUTES)
      expect(await files.read('gpt-5.1')).toBe('OTHER')
      expect(github.asked.filter((key) => key === 'api' || key === 'web')).toEqual(['api', 'web'])
    },
  )

  test('unknown: a copy of some release stays, and is not exchanged for the pinned one', async () => {
    const { github, start } = await openRoomWithCopy()
    github.routes.set('api', status(403)).set('web', status(500)).set(AT_PINNED, file('PINNED'))
    const files = start()
    expect(await files.read('codex')).toBe('TEXT')
    await vi.waitFor(() => expect(github.asked).toEqual(['api', 'web']))
    expect(await files.read('codex')).toBe('TEXT')
    expect(github.asked).toEqual(['api', 'web'])
  })
})

describe('a release without the file', () => {
  test('the pinned one stands in', async () => {
    const { github, start, entry } = await openRoom(status(404))
    github.routes.set(AT_PINNED, file('PINNED', '"p"'))
    expect(await start().read('codex')).toBe('PINNED')
    expect(github.asked).toEqual(['api', AT_TAG, AT_PINNED])
    expect(await entry()).toMatchObject({ tag: PINNED_RELEASE, etag: '"p"', text: 'PINNED' })
  })

  test('that is the pinned one itself is asked once', async () => {
    const { github, start } = await openRoom()
    github.routes.set('api', newest(PINNED_RELEASE))
    expect(await start().read('codex')).toBeUndefined()
    expect(github.asked).toEqual(['api', AT_PINNED])
  })
})

describe('the cache', () => {
  test('an entry names file, tag, address, ETag and the time in milliseconds', async () => {
    const { github, start, entry, now } = await openRoom()
    const before = now()
    await start().read('codex')
    const { checkedAt, ...rest } = await entry()
    expect(rest).toEqual({
      file: FILE,
      tag: TAG,
      url: `${github.bases.raw}/openai/codex/${TAG}/codex-rs/core/${FILE}`,
      etag: '"one"',
      text: 'TEXT',
    })
    expect(checkedAt).toBeGreaterThanOrEqual(before)
    expect(checkedAt).toBeLessThanOrEqual(now())
  })

  test('ten thousand calls in a row, in a new process: one read of the disk, no request', async () => {
    const { github, reads, start, entry, pass } = await openRoom()
    await start().read('codex')
    await entry()
    reads.length = 0
    pass(14 * MINUTES)
    const files = start()
    for (let call = 0; call < 10_000; call++) expect(await files.read('codex')).toBe('TEXT')
    expect(reads).toEqual([CODEX_ENTRY])
    expect(github.asked).toEqual(['api', AT_TAG])
  })

  test('a copy of any age is used at once while GitHub hangs', async () => {
    const { github, start, pass } = await openRoomWithCopy()
    github.routes.set('api', 'hang').set('web', 'hang')
    pass(400 * 24 * 60 * MINUTES)
    // Longer than the test may take: it passes only if no call waits.
    const files = start({ waitMs: 60_000 })
    for (let call = 0; call < 100; call++) expect(await files.read('codex')).toBe('TEXT')
    await vi.waitFor(() => expect(github.asked).toEqual(['api']))
  })

  test('304 renews the copy: its time, and nothing else', async () => {
    const { github, start, entry, now } = await openRoomWithCopy()
    const before = now()
    const files = start()
    expect(await files.read('codex')).toBe('TEXT')
    const renewed = await entry(({ checkedAt }) => Number(checkedAt) >= before)
    expect(renewed).toMatchObject({ text: 'TEXT', etag: '"one"' })
    expect(github.headers.map((headers) => headers['if-none-match'])).toEqual([undefined, '"one"'])
    expect(await files.read('codex')).toBe('TEXT')
    expect(github.asked).toEqual(['api', AT_TAG])
  })

  test('a changed text is taken behind the call', async () => {
    const { github, start, entry } = await openRoomWithCopy()
    github.routes.set(AT_TAG, file('NEW', '"two"'))
    const files = start()
    expect(await files.read('codex')).toBe('TEXT')
    expect(await entry(({ text }) => text === 'NEW')).toMatchObject({ etag: '"two"' })
    expect(await files.read('codex')).toBe('NEW')
  })

  test('another tag: no If-None-Match, though the ETag would match', async () => {
    const { github, start, entry } = await openRoomWithCopy()
    github.routes.set('api', newest('rust-v0.71.0')).set(`rust-v0.71.0/${FILE}`, file('NEW', '"one"'))
    await start().read('codex')
    await entry(({ text }) => text === 'NEW')
    expect(github.headers.map((headers) => headers['if-none-match'])).toEqual([undefined, undefined])
  })

  test('a 304 that was not asked for is a failure', async () => {
    const { github, start } = await openRoom(status(304))
    const files = start()
    expect(await files.read('codex')).toBeUndefined()
    expect(await files.read('codex')).toBeUndefined()
    expect(github.asked).toEqual(['api', AT_TAG])
  })

  test('a copy without an ETag is fetched again', async () => {
    const { github, start } = await openRoom(file('TEXT'))
    const files = start()
    await files.read('codex')
    const { length } = github.asked
    expect(github.headers.at(-1)).not.toHaveProperty('if-none-match')
    expect(length).toBe(2)
  })
})

describe('entries that are not ours are thrown away', () => {
  type Entry = Record<string, unknown>
  test.each<[string, (entry: Entry) => unknown]>([
    ['another file', (entry) => ({ ...entry, file: 'gpt_5_1_prompt.md' })],
    ['another address', (entry) => ({ ...entry, url: 'https://example.com/x.md' })],
    ['an address of another tag', (entry) => ({ ...entry, tag: 'rust-v0.1.0' })],
    ['a tag that is no text', (entry) => ({ ...entry, tag: 7 })],
    ['no text', ({ text: _, ...entry }) => entry],
    ['an empty text', (entry) => ({ ...entry, text: '' })],
    ['a blank text', (entry) => ({ ...entry, text: ' \n\t' })],
    ['a text that is no text', (entry) => ({ ...entry, text: { a: 1 } })],
    ['a web page', (entry) => ({ ...entry, text: '\n<!DOCTYPE html><title>Sign in</title>' })],
    ['a text without end', (entry) => ({ ...entry, text: 'x'.repeat(1_048_577) })],
    ['a time in seconds', (entry) => ({ ...entry, checkedAt: Math.floor(Number(entry.checkedAt) / 1000) })],
    ['a time in microseconds', (entry) => ({ ...entry, checkedAt: Number(entry.checkedAt) * 1000 })],
    [
      'a time in the future',
      (entry) => ({ ...entry, checkedAt: Number(entry.checkedAt) + 24 * 60 * MINUTES }),
    ],
    ['a time that is no number', (entry) => ({ ...entry, checkedAt: new Date().toISOString() })],
    ['no time', ({ checkedAt: _, ...entry }) => entry],
    [
      'the shape of the original',
      ({ text }) => ({ etag: '"x"', tag: TAG, lastChecked: Date.now() / 1000, text }),
    ],
    ['a list', (entry) => [entry]],
    ['null', () => null],
    ['a text alone', ({ text }) => text],
  ])('%s', async (_, change) => {
    const { github, start, entry, writeEntry } = await openRoomWithCopy()
    await writeEntry(JSON.stringify(change(await entry())))
    github.routes.set(AT_TAG, file('RIGHT'))
    // Fetched in the call itself and not behind it: there was no copy.
    expect(await start().read('codex')).toBe('RIGHT')
    expect(github.headers.at(-1)).not.toHaveProperty('if-none-match')
  })

  test.each([
    ['a half-written file', '{"file":"gpt_5_codex'],
    ['an empty file', ''],
    ['bytes that are no text', '\u0000\ufffd'],
  ])('%s', async (_, text) => {
    const { github, start, writeEntry } = await openRoomWithCopy()
    await writeEntry(text)
    github.routes.set(AT_TAG, file('RIGHT'))
    expect(await start().read('codex')).toBe('RIGHT')
  })

  test('the ETag alone, where no header could take it', async () => {
    const { github, start, entry, writeEntry } = await openRoomWithCopy()
    await writeEntry(JSON.stringify({ ...(await entry()), etag: '"a"\r\nx-evil: 1' }))
    const files = start()
    expect(await files.read('codex')).toBe('TEXT')
    await vi.waitFor(() => expect(github.asked).toEqual(['api', AT_TAG]))
    expect(github.headers.at(-1)).not.toHaveProperty('if-none-match')
  })
})

describe('failures of the file', () => {
  const failures: Array<[string, Answer]> = [
    ['a rate limit', status(403)],
    ['too many requests', status(429)],
    ['not found anywhere', status(404)],
    ['a server error', status(503)],
    ['a redirect', redirect('https://example.com/')],
    ['an empty text', status(200, '')],
    ['a blank text', status(200, ' \n')],
    ['a web page', status(200, '<!doctype html><html><body>Sign in</body></html>')],
    ['a web page by its type', file('Sign in', undefined, 'text/html; charset=utf-8')],
    ['a text without end', status(200, 'x'.repeat(1_048_577))],
    ['a cut connection', (response) => response.destroy()],
    [
      'a cut body',
      (response) => response.writeHead(200, { 'content-length': 99 }).write('TEX', () => response.destroy()),
    ],
    ['a body that stops', (response) => response.writeHead(200).write('TEX')],
    ['silence', 'hang'],
  ]

  test.each(failures)('%s: none, and remembered for 15 minutes', async (name, answer) => {
    const { github, folder, start, pass } = await openRoom(answer)
    const files = start({ loadMs: /silence|stops/.test(name) ? 700 : 20_000 })
    expect(await files.read('codex')).toBeUndefined()
    const { length } = github.asked
    pass(14 * MINUTES)
    for (let call = 0; call < 100; call++) expect(await files.read('codex')).toBeUndefined()
    expect(github.asked).toHaveLength(length)
    expect(await readdir(folder)).toEqual([])
    github.routes.set(AT_TAG, file('TEXT'))
    pass(1 * MINUTES)
    expect(await files.read('codex')).toBe('TEXT')
  })

  test.each(failures)('%s: a cached copy is used', async (name, answer) => {
    const { github, start, pass } = await openRoomWithCopy()
    github.routes.set(AT_TAG, answer)
    const files = start({ loadMs: /silence|stops/.test(name) ? 700 : 20_000 })
    expect(await files.read('codex')).toBe('TEXT')
    await vi.waitFor(() => expect(github.asked).toContain(AT_TAG))
    pass(14 * MINUTES)
    expect(await files.read('codex')).toBe('TEXT')
    expect(github.asked.filter((key) => key === AT_TAG)).toHaveLength(1)
  })

  test('no connection at all', async () => {
    const { start } = await openRoom()
    const nowhere = 'http://127.0.0.1:1'
    expect(await start({ bases: { api: nowhere, web: nowhere, raw: nowhere } }).read('codex')).toBeUndefined()
  })
})

describe('waiting', () => {
  test('a hundred calls against a hanging server wait once in all; the late answer is taken', async () => {
    let release = () => {}
    const { github, start } = await openRoom((response) => {
      release = () => response.end('LATE')
    })
    const files = start({ waitMs: 200 })
    const began = performance.now()
    const calls = Array.from({ length: 50 }, () => files.read('codex'))
    expect(new Set(await Promise.all(calls))).toEqual(new Set([undefined]))
    for (let call = 0; call < 50; call++) expect(await files.read('codex')).toBeUndefined()
    // Fifty waits would be ten seconds.
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(github.asked).toEqual(['api', AT_TAG])
    release()
    await vi.waitFor(async () => expect(await files.read('codex')).toBe('LATE'))
  })

  test('GitHub hangs: one wait for all families, and the others are loaded behind their calls', async () => {
    const { github, start } = await openRoom()
    github.routes.set('api', 'hang').set('web', 'hang')
    const files = start({ waitMs: 150, lookupMs: 300 })
    expect(await files.read('codex')).toBeUndefined()
    const began = performance.now()
    for (const family of ['codex-max', 'gpt-5.1', 'codex-mini'] as const) {
      expect(await files.read(family)).toBeUndefined()
    }
    expect(performance.now() - began).toBeLessThan(150)
    const pinned = ['gpt-5.1-codex-max_prompt.md', FILE, 'gpt_5_1_prompt.md'].map(
      (name) => `${PINNED_RELEASE}/${name}`,
    )
    await vi.waitFor(() => expect(github.asked.toSorted()).toEqual(['api', 'web', ...pinned].toSorted()))
  })

  test('a load that failed with its look-up: the other families are not waited for, their copies are used', async () => {
    const { github, start, pass } = await openRoomWithCopy()
    github.routes.set('api', status(500)).set('web', status(500))
    const files = start({ waitMs: 60_000 })
    expect(await files.read('gpt-5.1')).toBeUndefined()
    github.routes.set(`${PINNED_RELEASE}/gpt-5.1-codex-max_prompt.md`, 'hang')
    // Longer than the test may take: it passes only if no call waits.
    expect(await files.read('codex-max')).toBeUndefined()
    expect(await files.read('codex')).toBe('TEXT')
    github.routes.set('api', newest(TAG)).set(`${TAG}/gpt_5_1_prompt.md`, file('BACK'))
    pass(15 * MINUTES)
    expect(await files.read('gpt-5.1')).toBe('BACK')
  })

  test('nothing goes on for more than ten seconds', () => {
    expect([PROMPT_LOAD_MS, RELEASE_LOOKUP_MS]).toEqual([10_000, 4_000])
  })

  test('a disk that hangs holds neither the text nor a call for long', async () => {
    const { start } = await openRoom()
    const hang = () => new Promise<never>(() => {})
    const files = start({ cache: { read: hang, write: hang }, restoreMs: 20 })
    expect(await files.read('codex')).toBe('TEXT')
  })

  test('an abort frees that caller alone', async () => {
    let release = () => {}
    const { github, start } = await openRoom((response) => {
      release = () => response.end('TEXT')
    })
    const files = start()
    const controller = new AbortController()
    const aborted = files.read('codex', controller.signal)
    const other = files.read('codex')
    await vi.waitFor(() => expect(github.asked).toContain(AT_TAG))
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    release()
    expect(await other).toBe('TEXT')
  })
})

describe('where nothing can be kept', () => {
  test('a folder that can not be written: memory only', async () => {
    const { github, folder, start } = await openRoom()
    await rm(folder, { recursive: true })
    // A file in its place stops even the super-user.
    await writeFile(folder, 'no folder')
    const files = start()
    for (let call = 0; call < 3; call++) expect(await files.read('codex')).toBe('TEXT')
    expect(github.asked).toEqual(['api', AT_TAG])
  })

  test('a folder in place of the entry: memory only, and nothing is left behind', async () => {
    const { github, folder, start } = await openRoom()
    await mkdir(join(folder, CODEX_ENTRY))
    const files = start()
    expect(await files.read('codex')).toBe('TEXT')
    expect(await files.read('codex')).toBe('TEXT')
    await vi.waitFor(async () => expect(await readdir(folder)).toEqual([CODEX_ENTRY]))
    expect(github.asked).toEqual(['api', AT_TAG])
  })

  test('a read-only folder with a copy: the copy is used and renewed in memory', async () => {
    const { folder, github, start } = await openRoomWithCopy()
    await chmod(folder, 0o500)
    github.routes.set(AT_TAG, file('NEW'))
    const files = start()
    expect(await files.read('codex')).toBe('TEXT')
    await vi.waitFor(async () => expect(await files.read('codex')).toBe('NEW'))
    await chmod(folder, 0o700)
  })

  test('no file system: memory only, no fault', async () => {
    const { github, start } = await openRoom()
    const { getBuiltinModule } = process
    process.getBuiltinModule = ((name: string) =>
      name.startsWith('node:fs') ? undefined : getBuiltinModule(name)) as typeof getBuiltinModule
    try {
      const files = start({ cache: createDiskCache() })
      expect(await files.read('codex')).toBe('TEXT')
      expect(await files.read('codex')).toBe('TEXT')
    } finally {
      process.getBuiltinModule = getBuiltinModule
    }
    expect(github.asked).toEqual(['api', AT_TAG])
  })
})

test('GitHub hears who we are and nothing of a login; no framework keeps an answer; redirects are ours', async () => {
  const { github, start } = await openRoom()
  github.routes.set('api', status(403)).set('web', redirect(`/openai/codex/releases/tag/${TAG}`))
  const inits: RequestInit[] = []
  const spying: typeof fetch = (input, init = {}) => {
    inits.push(init)
    return fetch(input, init)
  }
  await start({ fetch: spying }).read('codex')
  expect(inits).toHaveLength(3)
  for (const init of inits) {
    expect(init).toMatchObject({ method: 'GET', cache: 'no-store', redirect: 'manual' })
  }
  for (const headers of github.headers) {
    expect(headers['user-agent']).toMatch(/^ai-sdk-provider-codex\/\d/)
    expect(Object.keys(headers).filter((name) => /auth|cookie|account|token|session/.test(name))).toEqual([])
  }
})
