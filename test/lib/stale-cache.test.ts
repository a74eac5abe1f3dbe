import { describe, expect, test, vi } from 'vitest'
import { createStaleCache, type StaleCacheOptions, type Stamped } from '../../src/lib/stale-cache.ts'

const START = Date.parse('2026-01-01T00:00:00Z')

/** A source whose answers the test gives by hand, and a clock that it sets. */
function setUp(options: Partial<StaleCacheOptions<string>> = {}) {
  const loads: Array<{
    previous: string | undefined
    signal: AbortSignal
    resolve(value: string): void
    reject(error: Error): void
  }> = []
  const saved: Array<Stamped<string>> = []
  const clock = { now: START }
  const cache = createStaleCache<string>({
    load: (previous, signal) =>
      new Promise((resolve, reject) => loads.push({ previous, signal, resolve, reject })),
    save: async (copy) => {
      saved.push(copy)
    },
    freshMs: 1_000,
    retryMs: 1_000,
    waitMs: 10_000,
    loadMs: 20_000,
    restoreMs: 1_000,
    now: () => clock.now,
    ...options,
  })
  const load = async (index: number) => {
    await vi.waitFor(() => expect(loads.length).toBeGreaterThan(index))
    return loads[index] as (typeof loads)[number]
  }
  return { cache, loads, load, saved, clock }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('calls at the same time share one load, and later ones its value', async () => {
  const { cache, loads, load, saved } = setUp()
  const calls = Array.from({ length: 100 }, () => cache.get())
  ;(await load(0)).resolve('A')
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['A']))
  expect(await cache.get()).toBe('A')
  expect(loads).toHaveLength(1)
  expect(saved).toEqual([{ value: 'A', at: START }])
})

test('an old copy is given at once, and renewed behind the call, once', async () => {
  const { cache, loads, load, clock } = setUp()
  const first = cache.get()
  ;(await load(0)).resolve('A')
  await first
  clock.now += 999
  await cache.get()
  expect(loads).toHaveLength(1)
  clock.now += 1
  expect(await Promise.all([cache.get(), cache.get()])).toEqual(['A', 'A'])
  const renewal = await load(1)
  expect(renewal.previous).toBe('A')
  renewal.resolve('B')
  await settled()
  expect(await cache.get()).toBe('B')
  expect(loads).toHaveLength(2)
})

test('a failure is remembered: no call waits or tries before the time is over', async () => {
  const { cache, loads, load, clock } = setUp()
  const first = cache.get()
  ;(await load(0)).reject(new Error('down'))
  expect(await first).toBeUndefined()
  clock.now += 999
  expect(await cache.get()).toBeUndefined()
  expect(loads).toHaveLength(1)
  clock.now += 1
  const second = cache.get()
  ;(await load(1)).resolve('A')
  expect(await second).toBe('A')
})

test('a renewal that fails keeps the copy, and is tried again after the time', async () => {
  const { cache, loads, load, clock } = setUp()
  const first = cache.get()
  ;(await load(0)).resolve('A')
  await first
  clock.now += 1_000
  await cache.get()
  ;(await load(1)).reject(new Error('down'))
  await settled()
  clock.now += 999
  expect(await cache.get()).toBe('A')
  expect(loads).toHaveLength(2)
  clock.now += 1
  expect(await cache.get()).toBe('A')
  expect(await load(2)).toMatchObject({ previous: 'A' })
})

test('a hanging source is waited for once in all; its late answer is taken', async () => {
  const { cache, loads, load, clock } = setUp({ waitMs: 30 })
  const calls = Array.from({ length: 100 }, () => cache.get())
  expect(new Set(await Promise.all(calls))).toEqual(new Set([undefined]))
  clock.now += 30
  // With a clock that stands still, only a call that does not wait at all is through before the next turn.
  let hasWaited = true
  const later = cache.get().then((value) => {
    hasWaited = false
    return value
  })
  await settled()
  expect(hasWaited).toBe(false)
  expect(await later).toBeUndefined()
  expect(loads).toHaveLength(1)
  ;(await load(0)).resolve('late')
  await settled()
  expect(await cache.get()).toBe('late')
})

test('a load is over after its time, even where it is deaf to its signal', async () => {
  const { cache, loads, load, clock } = setUp({ waitMs: 5, loadMs: 20 })
  expect(await cache.get()).toBeUndefined()
  const { signal } = await load(0)
  await vi.waitFor(() => expect(signal.aborted).toBe(true))
  await settled()
  clock.now += 999
  expect(await cache.get()).toBeUndefined()
  expect(loads).toHaveLength(1)
  clock.now += 1
  cache.get()
  await load(1)
})

test('a load that was frozen with its runtime does not stand in the way for ever', async () => {
  const { cache, load, clock } = setUp({ waitMs: 5 })
  await cache.get()
  clock.now += 20_000
  cache.get()
  ;(await load(1)).resolve('A')
  await settled()
  expect(await cache.get()).toBe('A')
})

test("an abort frees its caller alone, with the abort's reason", async () => {
  const { cache, load } = setUp()
  const controller = new AbortController()
  const aborted = cache.get(controller.signal)
  const other = cache.get()
  controller.abort(new Error('enough'))
  await expect(aborted).rejects.toThrow('enough')
  const { signal, resolve } = await load(0)
  expect(signal.aborted).toBe(false)
  resolve('A')
  expect(await other).toBe('A')
  await expect(cache.get(controller.signal)).rejects.toThrow('enough')
})

test.each([
  ['fresh: no load', 999, 0],
  ['old: used at once, renewed behind', 1_000, 1],
  ['of a clock that is a little ahead: no load', -60_000, 0],
  ['of a clock that was far ahead: used at once, renewed behind', -60_001, 1],
])('a restored copy that is %s', async (_, age, expected) => {
  const restore = vi.fn(async () => ({ value: 'kept', at: START - age }))
  const { cache, loads } = setUp({ restore })
  expect(await cache.get()).toBe('kept')
  for (let call = 0; call < 10_000; call++) await cache.get()
  expect(restore).toHaveBeenCalledOnce()
  expect(loads).toHaveLength(expected)
})

test.each([
  ['restoring fails', { restore: async () => Promise.reject(new Error('disk')) }],
  ['saving fails', { save: async () => Promise.reject(new Error('disk')) }],
])('%s: memory only', async (_, options) => {
  const { cache, load } = setUp(options)
  const first = cache.get()
  ;(await load(0)).resolve('A')
  expect(await first).toBe('A')
  expect(await cache.get()).toBe('A')
})

test('a restore that hangs holds a call for its part of the wait, once in the fresh time; what it gives later is kept', async () => {
  let give = (_: Stamped<string>) => {}
  const restore = vi.fn(
    () =>
      new Promise<Stamped<string>>((resolve) => {
        give = resolve
      }),
  )
  const { cache, load, loads, clock } = setUp({ restore, restoreMs: 10 })
  const first = cache.get()
  ;(await load(0)).reject(new Error('down'))
  expect(await first).toBeUndefined()
  expect(await cache.get()).toBeUndefined()
  expect(restore).toHaveBeenCalledOnce()
  clock.now += 1_000
  cache.get()
  await load(1)
  expect(restore).toHaveBeenCalledTimes(2)
  give({ value: 'kept', at: START })
  await settled()
  expect(await cache.get()).toBe('kept')
  expect(loads).toHaveLength(2)
})

describe('values of one source', () => {
  test('when the wait for one ran out, the others are not waited for, but loaded', async () => {
    const patience = {}
    const one = setUp({ patience, waitMs: 5 })
    expect(await one.cache.get()).toBeUndefined()
    const other = setUp({ patience })
    expect(await other.cache.get()).toBeUndefined()
    ;(await other.load(0)).resolve('A')
    await settled()
    expect(await other.cache.get()).toBe('A')
    const kept = setUp({ patience, restore: async () => ({ value: 'kept', at: START }) })
    expect(await kept.cache.get()).toBe('kept')
    const later = setUp({ patience })
    later.clock.now += 1_000
    const call = later.cache.get()
    ;(await later.load(0)).resolve('B')
    expect(await call).toBe('B')
  })
})
