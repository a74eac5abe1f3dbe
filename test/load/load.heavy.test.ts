import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCaller, liveMB, settledMB } from '../../bench/load.ts'
import { startServer } from '../../bench/server-process.ts'

const LONG = { timeout: 600_000 }
const WORD = 'word '.length

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  setFlagsFromString('--expose-gc')
  globalThis.gc = runInNewContext('gc')
  server = await startServer()
})
afterAll(() => server.stop())

test('1,000 streams at once: each is whole, one refresh serves all, and nothing is left', LONG, async () => {
  const { call, refreshes } = createCaller(server.origin, 100)
  const live: number[] = []
  for (let round = 0; round < 4; round++) {
    const lengths = await Promise.all(Array.from({ length: 1_000 }, call))
    expect(new Set(lengths)).toEqual(new Set([100 * WORD]))
    live.push(await settledMB())
  }
  expect(refreshes()).toBe(1)
  expect(growthOf(live)).toBeLessThan(10)
})

test('10,000 calls in a row leave nothing behind', LONG, async () => {
  const { call } = createCaller(server.origin, 10)
  const live: number[] = []
  for (let calls = 1; calls <= 10_000; calls++) {
    await call()
    if (calls % 2_500 === 0) live.push(await settledMB())
  }
  expect(growthOf(live)).toBeLessThan(10)
})

test('100 MB in one answer are not kept', LONG, async () => {
  const { call } = createCaller(server.origin, 400_000)
  await createCaller(server.origin, 100).call()
  const before = await settledMB()
  let highest = before
  const timer = setInterval(() => {
    highest = Math.max(highest, liveMB())
  }, 500)
  try {
    expect(await call()).toBe(400_000 * WORD)
  } finally {
    clearInterval(timer)
  }
  expect(highest - before).toBeLessThan(30)
})

/** From the first round, after which all that is made once is there, to the last. */
const growthOf = (live: readonly number[]): number => (live.at(-1) ?? Number.NaN) - (live[0] ?? Number.NaN)
