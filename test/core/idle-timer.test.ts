import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createIdleTimer } from '../../src/core/idle-timer.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function start(ms: number) {
  const onIdle = vi.fn()
  return { onIdle, idle: createIdleTimer(ms, onIdle) }
}

test('runs out after that long a wait, and not before', () => {
  const { idle, onIdle } = start(1000)
  idle.waiting(true)
  vi.advanceTimersByTime(999)
  expect([onIdle.mock.calls.length, idle.hasRunOut()]).toEqual([0, false])
  vi.advanceTimersByTime(1)
  expect([onIdle.mock.calls.length, idle.hasRunOut()]).toEqual([1, true])
  vi.advanceTimersByTime(10_000)
  expect(onIdle).toHaveBeenCalledOnce()
})

test('counts from the last message', () => {
  const { idle, onIdle } = start(1000)
  idle.waiting(true)
  vi.advanceTimersByTime(600)
  idle.alive()
  vi.advanceTimersByTime(999)
  expect([onIdle.mock.calls.length, idle.hasRunOut()]).toEqual([0, false])
  vi.advanceTimersByTime(1)
  expect(onIdle).toHaveBeenCalledOnce()
})

test('counts while somebody waits: a slow consumer makes no stream idle', () => {
  const { idle, onIdle } = start(1000)
  idle.waiting(true)
  idle.waiting(false)
  vi.advanceTimersByTime(5000)
  expect(vi.getTimerCount()).toBe(0)
  expect([onIdle.mock.calls.length, idle.hasRunOut()]).toEqual([0, false])
  idle.waiting(true)
  vi.advanceTimersByTime(999)
  expect(onIdle).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(onIdle).toHaveBeenCalledOnce()
})

test('one timer serves a stream of many waits', () => {
  const { idle, onIdle } = start(1000)
  for (let wait = 0; wait < 100; wait++) {
    idle.waiting(true)
    vi.advanceTimersByTime(500)
    idle.alive()
    idle.waiting(false)
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1)
  }
  expect(onIdle).not.toHaveBeenCalled()
})

test.each([0, 1000])('a stream that has ended has no timer (limit of %i ms)', (ms) => {
  const { idle, onIdle } = start(ms)
  idle.waiting(true)
  expect(vi.getTimerCount()).toBe(ms === 0 ? 0 : 1)
  idle.stop()
  expect(vi.getTimerCount()).toBe(0)
  idle.waiting(true)
  expect(vi.getTimerCount()).toBe(0)
  expect(onIdle).not.toHaveBeenCalled()
})

test('a limit longer than a timer can be is kept', () => {
  const month = 30 * 24 * 3600 * 1000
  const { idle, onIdle } = start(month)
  idle.waiting(true)
  vi.advanceTimersByTime(month - 1)
  expect(onIdle).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(onIdle).toHaveBeenCalledOnce()
})
