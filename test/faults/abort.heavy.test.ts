import { describe, expect, test, vi } from 'vitest'
import type { Driver } from '../contract/support/ask.ts'
import { DRIVERS } from '../contract/support/drivers.ts'
import { PHASES, type Phase } from './phases.ts'
import { noTimers } from './settled.ts'
import { HELLO } from './wire.ts'

const AT_MOST_MS = 100
const TRIES = 5

/** Aborts one of two calls that wait at the same place; gives how long that took, in milliseconds. */
async function abortOne({ hold, left }: Phase, ai: Driver, { run: ask }: Driver['ways'][number]) {
  const held = await hold()
  const model = ai.createCodex(held.settings)(held.model)
  const controller = new AbortController()
  const call = ask({ model, prompt: 'hi', abortSignal: controller.signal })
  const other = ask({ model, prompt: 'hi' })
  await held.reached

  const start = performance.now()
  controller.abort(new DOMException('enough', 'AbortError'))
  const seen = await call
  const tookMs = performance.now() - start
  expect(seen.isAborted).toBe(true)
  await vi.waitFor(() => expect(held.connections()).toBe(left))

  held.release()
  const rest = await other
  expect(rest.isAborted).toBe(false)
  if (rest.errors.length === 0) expect(rest.said).toBe(HELLO)
  else expect(rest.errors).toMatchObject([{ statusCode: 418 }])
  await noTimers()
  return tookMs
}

describe.each(PHASES)('abort $phase', (phase) => {
  test.each(DRIVERS.flatMap((ai) => ai.ways.map((way) => ({ ai, way, name: `${ai.name}, ${way.way}` }))))(
    '$name: settles at once, closes its connection, and other calls go on',
    async ({ ai, way }) => {
      let fastest = Number.POSITIVE_INFINITY
      // A machine that is busy with something else says nothing about the abort.
      for (let tries = 0; tries < TRIES && fastest > AT_MOST_MS; tries++) {
        fastest = Math.min(fastest, await abortOne(phase, ai, way))
      }
      expect(fastest).toBeLessThan(AT_MOST_MS)
    },
  )
})
