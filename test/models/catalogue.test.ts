import { getEventListeners } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createDiskCache, DISK_WAIT_MS } from '../../src/lib/disk-cache.ts'
import { CATALOGUE_FETCH_MS, CATALOGUE_WAIT_MS } from '../../src/models/catalogue.ts'
import { HOUR, idsOf, MINUTE, START, startHarness, turn, until } from './support.ts'

/** A harness whose disk has a copy that is older than an hour. */
async function withOldCopy() {
  const harness = await startHarness()
  await harness.create().list()
  await harness.stored()
  harness.pass(HOUR)
  return {
    ...harness,
    timers: () => harness.timers.map(({ ms, isBehind }) => ({ ms, isBehind })),
    turns: async () => {
      for (let count = 0; count < 3; count++) await turn()
    },
  }
}

test('one fetch for all calls of an hour, and one look at the disk', async () => {
  const { server, cache, create, pass } = await startHarness()
  const catalogue = create()
  const found = await Promise.all(Array.from({ length: 100 }, () => catalogue.find('gpt-7')))
  expect(new Set(found)).toEqual(new Set([{ id: 'gpt-7', shape: 'lite' }]))
  pass(HOUR - 1)
  for (let call = 0; call < 10_000; call++) await catalogue.find('gpt-7')
  expect(idsOf(await catalogue.list())).toEqual(['gpt-7'])
  expect(server.asked).toEqual([undefined])
  expect(cache.reads).toBe(1)
})

test('what is not in the list is undefined', async () => {
  const { create } = await startHarness()
  const catalogue = create()
  expect(await catalogue.find('GPT-7')).toBeUndefined()
  expect(await catalogue.find('constructor')).toBeUndefined()
})

test('after an hour the copy is used at once and renewed behind the call', async () => {
  const { server, create, pass } = await startHarness()
  const catalogue = create()
  await catalogue.find('gpt-7')
  pass(HOUR)
  server.offer(['gpt-8'], 'W/"two"')
  server.hang()
  expect(await catalogue.find('gpt-7')).toBeDefined()
  expect(await catalogue.find('gpt-8')).toBeUndefined()
  const list = catalogue.list()
  server.release()
  expect(idsOf(await list)).toEqual(['gpt-8'])
  expect(await catalogue.find('gpt-8')).toBeDefined()
  expect(server.asked).toEqual([undefined, 'W/"one"'])
})

test('a 304 renews the time of the copy, in memory and on disk', async () => {
  const { server, create, pass, readFile } = await startHarness()
  const catalogue = create()
  await catalogue.list()
  const first = await readFile()
  pass(HOUR + MINUTE)
  expect(idsOf(await catalogue.list())).toEqual(['gpt-7'])
  expect(await readFile()).toEqual({ ...first, fetchedAt: START + HOUR + MINUTE })
  pass(HOUR - 1)
  expect(idsOf(await catalogue.list())).toEqual(['gpt-7'])
  expect(idsOf(await create().list())).toEqual(['gpt-7'])
  expect(server.asked).toEqual([undefined, 'W/"one"'])
})

test('a 304 whose copy is gone from the disk is kept in memory', async () => {
  const { server, create, pass, writeFile: write, readFile } = await startHarness()
  const catalogue = create()
  await catalogue.list()
  await write({ other: true })
  pass(HOUR)
  await catalogue.list()
  expect(await readFile()).toEqual({ other: true })
  pass(HOUR - 1)
  await catalogue.list()
  expect(server.asked).toHaveLength(2)
})

test('a 304 to a question without an ETag is a failure', async () => {
  const { server, create } = await startHarness()
  server.fail(304)
  const catalogue = create()
  await expect(catalogue.list()).rejects.toThrow('Could not read the list of models: status 304')
  expect(await catalogue.find('gpt-7')).toBeUndefined()
})

test('the next process takes the copy from the disk, and sends its ETag once it is old', async () => {
  const { server, create, pass, stored } = await startHarness()
  await create().list()
  await stored()
  pass(HOUR - 1)
  expect(await create().find('gpt-7')).toEqual({ id: 'gpt-7', shape: 'lite' })
  expect(server.asked).toHaveLength(1)
  pass(30 * 24 * HOUR)
  server.hang()
  const late = create()
  expect(await late.find('gpt-7')).toBeDefined()
  const list = late.list()
  server.release()
  expect(idsOf(await list)).toEqual(['gpt-7'])
  expect(server.asked).toEqual([undefined, 'W/"one"'])
})

test('what another process has renewed meanwhile is not fetched again', async () => {
  const { server, create, pass, stored } = await startHarness()
  const [one, other] = [create(), create()]
  await one.list()
  pass(HOUR)
  server.offer(['gpt-8'], 'W/"two"')
  await other.list()
  await stored()
  expect(await one.find('gpt-8')).toBeDefined()
  expect(server.asked).toHaveLength(2)
})

test('one fetch at a time, whoever asks', async () => {
  const { server, create } = await startHarness()
  const catalogue = create()
  server.hang()
  const asks = [catalogue.list(), catalogue.find('gpt-7'), catalogue.list(), catalogue.find('gpt-8')]
  await until(() => server.asked.length === 1)
  server.release()
  const [list, found, again, missing] = await Promise.all(asks)
  expect([list, again]).toEqual([[found], [found]])
  expect(missing).toBeUndefined()
  expect(server.asked).toHaveLength(1)
})

test('a list that a user changes is no list of others', async () => {
  const { create } = await startHarness()
  const catalogue = create()
  const list = await catalogue.list()
  list.length = 0
  expect(idsOf(await catalogue.list())).toEqual(['gpt-7'])
})

test('a hundred calls against a hanging server wait once in all; the late answer is taken', async () => {
  const harness = await startHarness()
  const { server, create, fireTimers, pass } = harness
  const catalogue = create()
  server.hang()
  const calls = Array.from({ length: 50 }, () => catalogue.find('gpt-7'))
  await until(() => server.asked.length === 1)
  expect(fireTimers()).toBe(1)
  expect(new Set(await Promise.all(calls))).toEqual(new Set([undefined]))
  pass(CATALOGUE_FETCH_MS - 1)
  for (let call = 0; call < 50; call++) expect(await catalogue.find('gpt-7')).toBeUndefined()
  expect(server.asked).toHaveLength(1)
  expect(harness.timersSet).toBe(1)

  const list = catalogue.list()
  server.release()
  expect(idsOf(await list)).toEqual(['gpt-7'])
  expect(await catalogue.find('gpt-7')).toBeDefined()
  expect(server.asked).toHaveLength(1)
})

test('calls wait for 3 seconds at most, and no fetch takes more than 10', () => {
  expect(CATALOGUE_WAIT_MS).toBe(3000)
  expect(CATALOGUE_FETCH_MS).toBe(10_000)
})

test('a renewal behind a call is given up after 10 seconds, and keeps no process alive', async () => {
  const { server, create, pass, fireTimers, signals, turns, timers } = await withOldCopy()
  const catalogue = create()
  server.hang()
  expect(await catalogue.find('gpt-7')).toBeDefined()
  await until(() => server.asked.length === 2)
  expect(timers()).toEqual([{ ms: CATALOGUE_FETCH_MS, isBehind: true }])
  fireTimers(CATALOGUE_FETCH_MS)
  await turns()
  expect(signals.at(-1)?.aborted).toBe(true)
  // It counts as failed.
  pass(15 * MINUTE - 1)
  expect(await catalogue.find('gpt-7')).toBeDefined()
  expect(server.asked).toHaveLength(2)
  pass(1)
  await catalogue.find('gpt-7')
  await until(() => server.asked.length === 3)
})

test('a fetch whose wait has run out is given up as well, though it is deaf to its signal', async () => {
  const { create, fireTimers } = await startHarness()
  let signal: AbortSignal | undefined
  const catalogue = create({
    fetchModels(_, given) {
      signal = given
      return new Promise(() => {})
    },
  })
  const call = catalogue.find('gpt-7')
  await until(() => signal !== undefined)
  fireTimers()
  expect(await call).toBeUndefined()
  const list = catalogue.list()
  await turn()
  fireTimers(CATALOGUE_FETCH_MS)
  await expect(list).rejects.toThrow('the list of models did not arrive within 10000 ms')
  expect(signal?.aborted).toBe(true)
})

test('list() ends after 10 seconds: with the copy where there is one, and with a timer that is waited for', async () => {
  const { server, create, fireTimers, turns, timers } = await withOldCopy()
  server.hang()
  const list = create().list()
  await until(() => server.asked.length === 2)
  await turns()
  expect(timers()).toEqual([
    { ms: CATALOGUE_FETCH_MS, isBehind: true },
    { ms: CATALOGUE_FETCH_MS, isBehind: false },
  ])
  fireTimers(CATALOGUE_FETCH_MS)
  expect(idsOf(await list)).toEqual(['gpt-7'])
  expect(timers()).toEqual([])
})

test('a disk that hangs holds no answer back, and a call for a second at most', async () => {
  const { server, create, fireTimers } = await startHarness()
  const cache = { read: () => new Promise<never>(() => {}), write: () => new Promise<never>(() => {}) }
  const catalogue = create({ cache })
  const call = catalogue.find('gpt-7')
  await turn()
  expect(server.asked).toEqual([])
  expect(fireTimers(DISK_WAIT_MS)).toBe(1)
  expect(await call).toBeDefined()
  expect(idsOf(await catalogue.list())).toEqual(['gpt-7'])
  expect(server.asked).toHaveLength(1)
})

test('what the disk took is part of the three seconds', async () => {
  const harness = await startHarness()
  const { server, create, pass, fireTimers } = harness
  server.hang()
  const catalogue = create({ cache: { read: () => new Promise<never>(() => {}), write: async () => {} } })
  const call = catalogue.find('gpt-7')
  await turn()
  pass(DISK_WAIT_MS)
  fireTimers(DISK_WAIT_MS)
  await until(() => server.asked.length === 1)
  expect(fireTimers(CATALOGUE_WAIT_MS - DISK_WAIT_MS)).toBe(1)
  expect(await call).toBeUndefined()
})

test('what a slow disk gives after its time is taken', async () => {
  const { server, create, cache, pass, fireTimers, stored } = await startHarness()
  await create().list()
  await stored()
  server.hang()
  let give = () => {}
  const slow = {
    read: async (name: string) => {
      const value = await cache.read(name)
      await new Promise<void>((resolve) => {
        give = resolve
      })
      return value
    },
    write: async () => {},
  }
  const catalogue = create({ cache: slow })
  const call = catalogue.find('gpt-7')
  await stored()
  pass(DISK_WAIT_MS)
  fireTimers(DISK_WAIT_MS)
  await until(() => server.asked.length === 2)
  fireTimers(CATALOGUE_WAIT_MS - DISK_WAIT_MS)
  expect(await call).toBeUndefined()
  give()
  await turn()
  expect(await catalogue.find('gpt-7')).toBeDefined()
})

test('kept(): the copy, without a look at the backend', async () => {
  const { server, create, pass, stored } = await startHarness()
  expect(await create().kept()).toBeUndefined()
  await create().list()
  await stored()
  pass(400 * 24 * HOUR)
  expect(idsOf((await create().kept()) ?? [])).toEqual(['gpt-7'])
  expect(server.asked).toHaveLength(1)
})

test('forgetFailure(): the next call asks again', async () => {
  const { server, create } = await startHarness()
  const catalogue = create()
  server.fail(401)
  expect(await catalogue.find('gpt-7')).toBeUndefined()
  server.offer(['gpt-7'], undefined)
  catalogue.forgetFailure()
  expect(await catalogue.find('gpt-7')).toBeDefined()
})

test('a call that comes while others wait does not wait longer than they', async () => {
  const harness = await startHarness()
  const { server, create, fireTimers } = harness
  const catalogue = create()
  server.hang()
  const early = catalogue.find('gpt-7')
  await until(() => server.asked.length === 1)
  const late = catalogue.find('gpt-7')
  await turn()
  fireTimers()
  expect(await Promise.all([early, late])).toEqual([undefined, undefined])
  expect(harness.timersSet).toBe(1)
})

test('an answer in time stops the timer', async () => {
  const harness = await startHarness()
  await harness.create().find('gpt-7')
  expect(harness.timersSet).toBe(1)
  expect(harness.timers).toEqual([])
})

test('the ids at hand are those that clients show', async () => {
  const { create } = await startHarness()
  const models = [
    { slug: 'gpt-7', visibility: 'list' },
    { slug: 'gpt-7-hidden', visibility: 'hide' },
    { slug: 'gpt-8' },
  ]
  const catalogue = create({ fetchModels: async () => ({ status: 200, etag: undefined, json: { models } }) })
  expect(catalogue.listedIds()).toBeUndefined()
  expect(idsOf(await catalogue.list())).toEqual(['gpt-7', 'gpt-7-hidden', 'gpt-8'])
  expect(catalogue.listedIds()).toEqual(['gpt-7', 'gpt-8'])
})

/** The timers of the system that were set for so many milliseconds. */
function systemTimers() {
  const set = vi.spyOn(globalThis, 'setTimeout')
  const stopped = vi.spyOn(globalThis, 'clearTimeout')
  onTestFinished(() => {
    set.mockRestore()
    stopped.mockRestore()
  })
  return (ms: number) =>
    set.mock.calls.flatMap(([run, wait], index) => {
      const timer = set.mock.results[index]?.value as NodeJS.Timeout
      const isStopped = () => stopped.mock.calls.some(([one]) => one === timer)
      return wait === ms ? [{ run, keepsAlive: timer.hasRef(), isStopped }] : []
    })
}

test('by default, setTimeout ends the wait of a call, and a fetch behind it, which keeps no process alive', async () => {
  const { server, create, signals } = await startHarness()
  const timers = systemTimers()
  server.hang()
  const found = create({ startTimer: undefined }).find('gpt-7')
  await until(() => timers(CATALOGUE_WAIT_MS).length > 0)
  const [wait] = timers(CATALOGUE_WAIT_MS)
  const [fetching] = timers(CATALOGUE_FETCH_MS)
  expect([wait?.keepsAlive, fetching?.keepsAlive]).toEqual([true, false])
  wait?.run()
  expect(await found).toBeUndefined()
  expect(signals[0]?.aborted).toBe(false)
  fetching?.run()
  expect(signals[0]?.aborted).toBe(true)
})

test('by default, an answer in time stops the timers of the system', async () => {
  const { create } = await startHarness()
  const timers = systemTimers()
  expect(await create({ startTimer: undefined }).find('gpt-7')).toBeDefined()
  const all = [DISK_WAIT_MS, CATALOGUE_WAIT_MS, CATALOGUE_FETCH_MS].flatMap(timers)
  expect(all.map(({ isStopped }) => isStopped())).toEqual([true, true, true])
})

test('a fetch that hangs for as long as a failure is remembered is given up for a new one', async () => {
  const { server, create, fireTimers, pass, signals, settled } = await startHarness()
  const catalogue = create()
  server.hang()
  const call = catalogue.find('gpt-7')
  await until(() => server.asked.length === 1)
  fireTimers()
  expect(await call).toBeUndefined()
  pass(15 * MINUTE)
  server.release()
  server.offer(['gpt-8'], 'W/"two"')
  expect(await catalogue.find('gpt-8')).toBeDefined()
  await settled()
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  expect(idsOf(await catalogue.list())).toEqual(['gpt-8'])
})

test('the late answer of a fetch that was given up is not taken, though it was deaf to its signal', async () => {
  const { cache, create, pass, fireTimers } = await startHarness()
  const replies: Array<(slug: string) => void> = []
  const catalogue = create({
    fetchModels: () =>
      new Promise((resolve) => {
        replies.push((slug) => resolve({ status: 200, etag: slug, json: { models: [{ slug }] } }))
      }),
  })
  const early = catalogue.find('gpt-8')
  await until(() => replies.length === 1)
  fireTimers()
  expect(await early).toBeUndefined()
  pass(15 * MINUTE)
  const calls = [catalogue.find('gpt-8')]
  await until(() => replies.length === 2)
  replies[0]?.('gpt-7')
  await turn()
  calls.push(catalogue.find('gpt-8'))
  await turn()
  replies[1]?.('gpt-8')
  const entry = { id: 'gpt-8', shape: 'lite' }
  expect(await Promise.all(calls)).toEqual([entry, entry])
  expect(replies).toHaveLength(2)
  expect(cache.writes).toBe(1)
})

test('a wait that ran out is remembered for 15 minutes, whenever its fetch began', async () => {
  const harness = await startHarness()
  const { server, create, pass, fireTimers } = harness
  const catalogue = create()
  server.hang()
  const list = catalogue.list()
  await until(() => server.asked.length === 1)
  pass(CATALOGUE_FETCH_MS - 1)
  const call = catalogue.find('gpt-7')
  await turn()
  fireTimers()
  expect(await call).toBeUndefined()
  pass(15 * MINUTE - 1)
  expect(await catalogue.find('gpt-7')).toBeUndefined()
  expect(server.asked).toHaveLength(1)
  expect(harness.timersSet).toBe(1)
  server.release()
  expect(idsOf(await list)).toEqual(['gpt-7'])
})

test.each([401, 403, 404, 429, 500, 503])(
  'status %i: calls go on without, and ask again after 15 minutes',
  async (status) => {
    const { server, create, pass } = await startHarness()
    const catalogue = create()
    server.fail(status)
    expect(await catalogue.find('gpt-7')).toBeUndefined()
    pass(15 * MINUTE - 1)
    expect(await catalogue.find('gpt-7')).toBeUndefined()
    expect(server.asked).toHaveLength(1)
    server.offer(['gpt-7'], 'W/"one"')
    pass(1)
    expect(await catalogue.find('gpt-7')).toBeDefined()
    expect(server.asked).toHaveLength(2)
  },
)

test('a renewal behind a call that fails is not tried again for 15 minutes, and the copy stays', async () => {
  const { server, create, pass, settled } = await startHarness()
  const catalogue = create()
  await catalogue.find('gpt-7')
  pass(HOUR)
  server.fail(500)
  for (let call = 0; call < 3; call++) {
    expect(await catalogue.find('gpt-7')).toBeDefined()
    await settled()
  }
  expect(server.asked).toHaveLength(2)
  pass(15 * MINUTE)
  server.offer(['gpt-8'], 'W/"two"')
  await catalogue.find('gpt-7')
  expect(idsOf(await catalogue.list())).toEqual(['gpt-8'])
  expect(server.asked).toHaveLength(3)
})

test('list() asks though calls do not, and what it gets is for calls too', async () => {
  const { server, create } = await startHarness()
  const catalogue = create()
  server.fail(500)
  expect(await catalogue.find('gpt-7')).toBeUndefined()
  await expect(catalogue.list()).rejects.toMatchObject({ statusCode: 500 })
  server.offer(['gpt-7'], 'W/"one"')
  expect(idsOf(await catalogue.list())).toEqual(['gpt-7'])
  expect(await catalogue.find('gpt-7')).toBeDefined()
  expect(server.asked).toHaveLength(3)
  // The failures are forgotten: the copy is renewed when it has to be.
  catalogue.noteEtag('W/"two"')
  await catalogue.find('gpt-7')
  await until(() => server.asked.length === 4)
  await catalogue.list()
  expect(server.asked).toHaveLength(4)
})

test('offline: list() gives the copy, however old; without one, the error', async () => {
  const { server, create, pass, stored } = await startHarness()
  await create().list()
  await stored()
  await server.close()
  pass(400 * 24 * HOUR)
  const catalogue = create()
  expect(idsOf(await catalogue.list())).toEqual(['gpt-7'])
  expect(await catalogue.find('gpt-7')).toBeDefined()
  const key = { baseURL: server.url, clientVersion: '0.169.0', accountId: 'account-2', userId: 'user-1' }
  await expect(create({ key }).list()).rejects.toThrow('fetch failed')
})

test.each([
  [401, true],
  [403, true],
  [404, false],
  [429, false],
  [500, false],
])('list() with an old copy and status %i: the error is thrown: %s', async (status, isThrown) => {
  const { server, create, pass } = await startHarness()
  const catalogue = create()
  await catalogue.list()
  pass(HOUR)
  server.fail(status)
  const outcome = await catalogue.list().then(idsOf, (error: unknown) => error)
  if (isThrown) expect(outcome).toMatchObject({ statusCode: status })
  else expect(outcome).toEqual(['gpt-7'])
})

test.each([
  ['an empty list', '{"models":[]}'],
  ['no list', '{"models":{}}'],
  ['a page', '"<html>"'],
])('%s in a 200 is a failure, and the copy stays', async (_, body) => {
  const { server, create, pass, readFile } = await startHarness()
  const catalogue = create()
  server.fail(200, body)
  await expect(catalogue.list()).rejects.toThrow('Could not read the list of models: status 200')
  server.offer(['gpt-7'], 'W/"one"')
  await catalogue.list()
  const kept = await readFile()
  pass(HOUR)
  server.fail(200, body)
  expect(idsOf(await catalogue.list())).toEqual(['gpt-7'])
  expect(await readFile()).toEqual(kept)
})

test('a status that is neither 200 nor 304 is a failure, even where the fetch gives it back', async () => {
  const { create } = await startHarness()
  const json = { models: [{ slug: 'gpt-7' }] }
  const catalogue = create({ fetchModels: async () => ({ status: 500, etag: undefined, json }) })
  await expect(catalogue.list()).rejects.toThrow('status 500')
})

test('a fetch that throws before it begins is a failure like another', async () => {
  const { create } = await startHarness()
  const catalogue = create({
    fetchModels() {
      throw new Error('no login')
    },
  })
  expect(await catalogue.find('gpt-7')).toBeUndefined()
  await expect(catalogue.list()).rejects.toThrow('no login')
})

test('an abort frees its caller only', async () => {
  const { server, create, signals } = await startHarness()
  const catalogue = create()
  server.hang()
  const aborting = new AbortController()
  const staying = new AbortController()
  const asks = [
    catalogue.find('gpt-7', aborting.signal),
    catalogue.list(aborting.signal),
    catalogue.find('gpt-7', staying.signal),
    catalogue.list(staying.signal),
  ] as const
  await until(() => server.asked.length === 1)
  const reason = new Error('enough')
  aborting.abort(reason)
  expect(await Promise.allSettled(asks.slice(0, 2))).toEqual([
    { status: 'rejected', reason },
    { status: 'rejected', reason },
  ])
  server.release()
  expect(await asks[2]).toBeDefined()
  expect(idsOf(await asks[3])).toEqual(['gpt-7'])
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  expect(getEventListeners(staying.signal, 'abort')).toEqual([])
})

test('who has aborted before is not served', async () => {
  const { server, create } = await startHarness()
  const catalogue = create()
  await expect(catalogue.find('gpt-7', AbortSignal.abort('gone'))).rejects.toBe('gone')
  await expect(catalogue.list(AbortSignal.abort('gone'))).rejects.toBe('gone')
  expect(server.asked).toEqual([])
})

test('a file system that keeps nothing: memory only', async () => {
  const { server, create, folder } = await startHarness()
  await writeFile(join(folder, 'file'), '')
  for (const cache of [
    { read: async () => undefined, write: async () => {} },
    createDiskCache(join(folder, 'file', 'below')),
  ]) {
    const asked = server.asked.length
    const catalogue = create({ cache })
    expect(await catalogue.find('gpt-7')).toBeDefined()
    expect(idsOf(await catalogue.list())).toEqual(['gpt-7'])
    expect(server.asked).toHaveLength(asked + 1)
  }
})
