import { describe, expect, test, vi } from 'vitest'
import { createSocketPool } from '../../../src/transport/websocket/pool.ts'
import type { Socket, SocketListener } from '../../../src/transport/websocket/socket.ts'

function fakeSocket(canWait = true) {
  let listener: SocketListener | undefined
  const seen = { drops: 0, alive: true }
  const socket: Socket = {
    headers: {},
    send: () => {},
    listen(given) {
      listener = given
    },
    drop() {
      seen.drops++
    },
    keepAlive(isNeeded) {
      seen.alive = isNeeded
      return canWait
    },
  }
  return { socket, seen, close: (code: number) => listener?.onClose(code) }
}

const LAST = { responseId: 'resp_1', settings: '{}', input: [], output: [] }

describe('a pool of sockets', () => {
  test('gives the socket of a conversation again, with what was said on it', () => {
    const pool = createSocketPool()
    const { socket, seen } = fakeSocket()
    const first = pool.add('a', socket)
    expect(pool.take('a')).toBe('busy')
    expect(pool.take('b')).toBeUndefined()
    first.release(LAST)
    expect(seen).toEqual({ drops: 0, alive: false })
    expect(pool.take('a')).toMatchObject({ socket, last: LAST })
    expect(seen.alive).toBe(true)
  })

  test('drops a socket that was idle for too long, sooner where it keeps the process alive', () => {
    vi.useFakeTimers()
    const pool = createSocketPool({ idleMs: 1000, boundIdleMs: 100 })
    const free = fakeSocket()
    const bound = fakeSocket(false)
    pool.add('free', free.socket).release(LAST)
    pool.add('bound', bound.socket).release(LAST)
    vi.advanceTimersByTime(100)
    expect([free.seen.drops, bound.seen.drops]).toEqual([0, 1])
    vi.advanceTimersByTime(900)
    expect(free.seen.drops).toBe(1)
    expect(pool.take('free')).toBeUndefined()
    vi.useRealTimers()
  })

  test('a socket in use is not dropped for idleness', () => {
    vi.useFakeTimers()
    const pool = createSocketPool({ idleMs: 1000 })
    const { socket, seen } = fakeSocket()
    pool.add('a', socket).release(LAST)
    pool.take('a')
    vi.advanceTimersByTime(5000)
    expect(seen.drops).toBe(0)
    vi.useRealTimers()
  })

  test('replaces an old socket between two answers', () => {
    let time = 0
    const pool = createSocketPool({ ageMs: 1000, now: () => time })
    const old = fakeSocket()
    pool.add('a', old.socket).release(LAST)
    time = 1000
    expect(pool.take('a')).toBeUndefined()
    expect(old.seen.drops).toBe(1)
    const late = fakeSocket()
    const connection = pool.add('a', late.socket)
    time = 2000
    connection.release(LAST)
    expect(late.seen.drops).toBe(1)
  })

  test('forgets a socket that the server closed while it was idle', () => {
    const pool = createSocketPool()
    const { socket, close } = fakeSocket()
    pool.add('a', socket).release(LAST)
    close(1001)
    expect(pool.take('a')).toBeUndefined()
  })

  test('a second socket of one conversation is used once', () => {
    const pool = createSocketPool()
    const [first, second] = [fakeSocket(), fakeSocket()]
    pool.add('a', first.socket)
    pool.add('a', second.socket).release(LAST)
    expect(second.seen.drops).toBe(1)
    expect(pool.take('a')).toBe('busy')
  })

  test('keeps the idle sockets that were used last', () => {
    const pool = createSocketPool({ maxIdle: 2 })
    const sockets = ['a', 'b', 'c'].map((key) => {
      const fake = fakeSocket()
      pool.add(key, fake.socket).release(LAST)
      return fake
    })
    expect(sockets.map(({ seen }) => seen.drops)).toEqual([1, 0, 0])
    expect(pool.take('a')).toBeUndefined()
  })

  test('a dropped socket is forgotten', () => {
    const pool = createSocketPool()
    const { socket, seen } = fakeSocket()
    pool.add('a', socket).drop()
    expect(seen.drops).toBe(1)
    expect(pool.take('a')).toBeUndefined()
  })
})
