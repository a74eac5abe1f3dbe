import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import { onAbort, sleep, untilAborted, withDeadline, within, withinLimit } from '../../src/lib/abort.ts'

const never = new Promise<never>(() => {})
const late = () => new Error('late')

test('a hundred callbacks on one signal are one listener, and none is left at the end', () => {
  const { signal } = new AbortController()
  const stops = Array.from({ length: 100 }, () => onAbort(signal, () => {}))
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  for (const stop of stops) stop()
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  onAbort(signal, () => {})
  // Taking a callback off twice takes off no other.
  for (const stop of stops) stop()
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
})

test('callbacks run once each, in their order, but for those that were taken off', () => {
  const controller = new AbortController()
  const calls: string[] = []
  onAbort(controller.signal, () => calls.push('first'))
  const stop = onAbort(controller.signal, () => calls.push('gone'))
  const twice = () => calls.push('twice')
  onAbort(controller.signal, twice)
  onAbort(controller.signal, twice)
  stop()
  controller.abort()
  controller.abort()
  expect(calls).toEqual(['first', 'twice', 'twice'])
})

test('a callback on an aborted signal runs at once, without a signal never', () => {
  const run = vi.fn()
  onAbort(undefined, run)()
  expect(run).not.toHaveBeenCalled()
  onAbort(AbortSignal.abort(), run)()
  expect(run).toHaveBeenCalledOnce()
})

test('a wait ends with the abort, for one caller of a promise only', async () => {
  const controller = new AbortController()
  const aborted = untilAborted(never, controller.signal)
  const other = untilAborted(Promise.resolve('value'), new AbortController().signal)
  controller.abort(new Error('enough'))
  await expect(aborted).rejects.toThrow('enough')
  expect(await other).toBe('value')
  expect(getEventListeners(controller.signal, 'abort')).toEqual([])
})

test.each([
  ['the deadline', () => withDeadline(undefined, 5, late, (signal) => untilAborted(never, signal)), 'late'],
  [
    "the caller's abort",
    () => withDeadline(AbortSignal.abort(new Error('enough')), 0, late, async () => 'ran'),
    'enough',
  ],
  ['a limit that the work ignores', () => withinLimit(5, () => never), 'aborted due to timeout'],
])('%s ends the work', async (_, run, words) => {
  await expect(run()).rejects.toThrow(words)
})

test('within a time: the value, else nothing', async () => {
  expect(await within(60_000, Promise.resolve('value'))).toBe('value')
  expect(await within(5, never)).toBeUndefined()
})

test('an abort ends a sleep early, without an error', async () => {
  const controller = new AbortController()
  const sleeping = sleep(60_000, controller.signal)
  controller.abort()
  await sleeping
  await sleep(60_000, controller.signal)
  await sleep(0)
})
