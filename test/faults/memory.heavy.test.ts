import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { DRIVERS } from '../contract/support/drivers.ts'
import { CASES } from './cases.ts'
import { meet } from './meet.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** What is held after a collection, in bytes. */
async function heldMemory(): Promise<number> {
  // Sockets let go of their buffers a turn after they have closed.
  for (let turn = 0; turn < 10; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    collect()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const AT_ONCE = 6

/** Meets one fault of each kind that counts most. */
async function meetAll(): Promise<void> {
  const [ai] = DRIVERS
  const [, stream] = ai?.ways ?? []
  if (!ai || !stream) throw new Error('There is no way to stream')
  const cases = CASES.filter(({ isCore }) => isCore)
  const outcomes: string[] = []
  // A few at once: with all of them, a busy machine is late for their limits.
  for (let start = 0; start < cases.length; start += AT_ONCE) {
    const met = cases
      .slice(start, start + AT_ONCE)
      .flatMap(({ runs: [run], timeouts }) => (run ? [meet(run, ai, stream, timeouts)] : []))
    outcomes.push(...(await Promise.all(met)))
  }
  expect(outcomes).toEqual(cases.map(({ outcome }) => outcome))
}

test('no fault leaves memory behind', { timeout: 300_000 }, async () => {
  await meetAll()
  const before = await heldMemory()
  for (let round = 0; round < 3; round++) await meetAll()
  // One of the three events of 10 MB would be more.
  expect((await heldMemory()) - before).toBeLessThan(8_000_000)
})
