import { unref } from '../../lib/abort.ts'
import type { LastResponse } from './continuation.ts'
import type { Socket } from './socket.ts'

/** A socket that a response runs on, and what was said on it before. */
export interface Connection {
  readonly socket: Socket
  /** The response that the next request may go on from. */
  readonly last: LastResponse | undefined
  /** Gives the socket back after a whole response, with what the next request may go on from. */
  release(last: LastResponse | undefined): void
  /** Cuts the socket and forgets its conversation. */
  drop(): void
}

/** Sockets by conversation; each gives one response at a time. */
export interface SocketPool {
  /** Takes the idle socket of a conversation; `busy` while a response runs on it. */
  take(key: string): Connection | 'busy' | undefined
  /** Adds a new socket that a response will run on; without a key it is used once. */
  add(key: string | undefined, socket: Socket): Connection
}

/** Limits of a pool, in milliseconds. */
export interface PoolLimits {
  /** The backend forgets a conversation after about five minutes without a request. @default 240_000 */
  idleMs?: number
  /** For runtimes whose idle sockets keep the process alive. @default 3_000 */
  boundIdleMs?: number
  /** The backend cuts a socket at 60 minutes. @default 2_700_000 */
  ageMs?: number
  /** Idle sockets to keep in all. @default 100 */
  maxIdle?: number
  /** Milliseconds of a clock that never goes back. @default performance.now */
  now?: () => number
}

interface Entry {
  readonly socket: Socket
  readonly openedAt: number
  isBusy: boolean
  last: LastResponse | undefined
  timer?: ReturnType<typeof setTimeout>
}

/** Keeps the sockets of one provider. */
export function createSocketPool({
  idleMs = 240_000,
  boundIdleMs = 3_000,
  ageMs = 2_700_000,
  maxIdle = 100,
  now = () => performance.now(),
}: PoolLimits = {}): SocketPool {
  // In the order of their last use.
  const entries = new Map<string, Entry>()

  function drop(key: string | undefined, entry: Entry): void {
    clearTimeout(entry.timer)
    if (key !== undefined && entries.get(key) === entry) entries.delete(key)
    entry.socket.drop()
  }

  function keepIdle(key: string, entry: Entry): void {
    entry.isBusy = false
    entries.delete(key)
    entries.set(key, entry)
    // A message between two responses belongs to none of them.
    entry.socket.listen({ onMessage: () => {}, onClose: () => drop(key, entry) })
    const canWait = entry.socket.keepAlive(false)
    entry.timer = setTimeout(() => drop(key, entry), canWait ? idleMs : Math.min(idleMs, boundIdleMs))
    unref(entry.timer)
    const idle = [...entries].filter(([, { isBusy }]) => !isBusy)
    for (const [oldest, old] of idle.slice(0, Math.max(0, idle.length - maxIdle))) drop(oldest, old)
  }

  const connect = (key: string | undefined, entry: Entry): Connection => ({
    socket: entry.socket,
    last: entry.last,
    release(last) {
      entry.last = last
      if (key === undefined || now() - entry.openedAt >= ageMs) drop(key, entry)
      else keepIdle(key, entry)
    },
    drop: () => drop(key, entry),
  })

  return {
    take(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      if (entry.isBusy) return 'busy'
      if (now() - entry.openedAt >= ageMs) {
        drop(key, entry)
        return undefined
      }
      clearTimeout(entry.timer)
      entry.isBusy = true
      entry.socket.keepAlive(true)
      return connect(key, entry)
    },
    add(key, socket) {
      const entry: Entry = { socket, openedAt: now(), isBusy: true, last: undefined }
      // Two first requests at once: the second socket is used once.
      const own = key !== undefined && entries.has(key) ? undefined : key
      if (own !== undefined) entries.set(own, entry)
      return connect(own, entry)
    },
  }
}
