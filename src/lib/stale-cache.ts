import { unref, untilAborted } from './abort.ts'
import { DISK_WAIT_MS } from './disk-cache.ts'

/** A value, and when it was last known to be right: milliseconds since 1970. */
export interface Stamped<T> {
  readonly value: T
  readonly at: number
}

/** The source of a value, and how long it is used. All times in milliseconds. */
export interface StaleCacheOptions<T> {
  /**
   * Loads the value, or renews the one before; rejects where it can't. `signal` aborts after `loadMs`, never for the
   * abort of one caller.
   */
  load(previous: T | undefined, signal: AbortSignal): Promise<T>
  /** Reads the copy that outlived the last process, checked. Asked again when the one in memory is old. */
  restore?: (() => Promise<Stamped<T> | undefined>) | undefined
  /** Keeps a copy for the next process; nobody waits for it. */
  save?: ((copy: Stamped<T>) => Promise<void>) | undefined
  /** How long a copy is used without a look at its source. */
  freshMs: number
  /** How long no new try is made after a failure. */
  retryMs: number
  /** How long calls without a copy wait for one load, all together. */
  waitMs: number
  /** When a load counts as failed. */
  loadMs: number
  /** How much of the wait the look at the kept copy may take. @default 1 000 */
  restoreMs?: number | undefined
  /** True for a copy that is known to be old, however young it is. */
  isOutdated?: ((value: T) => boolean) | undefined
  /** The error of a load that was given up. */
  lateReason?: (() => Error) | undefined
  /** Shared by the values of one source: once calls have waited enough for one of them, none waits for the others. */
  patience?: Patience | undefined
  /** Milliseconds since 1970. */
  now: () => number
  /** Runs something later; returns what stops it. A timer behind a call does not keep the process alive. @default `setTimeout` */
  startTimer?: StartTimer | undefined
}

export type StartTimer = (run: () => void, ms: number, isBehind: boolean) => () => void

/** Whether calls still wait for a source. */
export interface Patience {
  /** When it ran out: milliseconds since 1970. */
  ranOutAt?: number | undefined
}

/** A value of a source that may be slow or out of reach. */
export interface StaleCache<T> {
  /**
   * Returns the value, or undefined where it is not available now. A copy is used at once, however old, and renewed
   * behind the call.
   *
   * @throws only the reason of the caller's abort, which ends nobody else's wait.
   */
  get(signal?: AbortSignal): Promise<T | undefined>
  /**
   * Returns a fresh copy, else loads one, although a load has failed lately.
   *
   * @throws what the load failed with; the reason of the caller's abort.
   */
  load(signal?: AbortSignal): Promise<T>
  /** Returns the copy in memory or the kept one, however old, without a look at the source. */
  copy(): Promise<T | undefined>
  /** Returns the copy in memory, however old. */
  peek(): T | undefined
  /** Lets the next call load, although the last load failed: its reason is gone. */
  forgetFailure(): void
}

/** A load that is under way. */
interface Flight<T> {
  readonly startedAt: number
  readonly answer: Promise<Stamped<T>>
  giveUp(): void
  /** Settles when the calls that wait for it have waited enough. */
  patience?: Promise<undefined>
  readonly stopTimers: Array<() => void>
}

/** Clocks of processes on one disk may differ by this. */
const CLOCK_SKEW_MS = 60_000

/** True for a time that is less than `ms` ago. After a clock was set back, nothing from its future counts as young. */
export const isYounger = (at: number | undefined, ms: number, now: number): boolean =>
  at !== undefined && now - at < ms && now - at >= -CLOCK_SKEW_MS

/**
 * Makes a stale-while-revalidate cache of one value: one load at a time, and failures are remembered, so that a hundred
 * calls against a hanging source wait once in all. A value that comes after the wait is still kept.
 */
export function createStaleCache<T>(options: StaleCacheOptions<T>): StaleCache<T> {
  const { freshMs, retryMs, waitMs, loadMs, restoreMs = DISK_WAIT_MS, patience = {}, now } = options
  const { isOutdated = () => false, startTimer = setTimer } = options
  let memory: Stamped<T> | undefined
  let restoring = Promise.resolve()
  let restoredAt: number | undefined
  let flight: Flight<T> | undefined
  let failedAt: number | undefined

  const isYoung = (at: number | undefined, ms: number) => isYounger(at, ms, now())
  const isFresh = ({ value, at }: Stamped<T>) => isYoung(at, freshMs) && !isOutdated(value)
  const hasFailedLately = () => isYoung(failedAt, retryMs)

  /** The copy in memory, else the kept one: another process may have renewed it. */
  async function held(): Promise<Stamped<T> | undefined> {
    if (memory && isYoung(memory.at, freshMs)) return memory
    if (options.restore && !isYoung(restoredAt, freshMs)) {
      restoredAt = now()
      restoring = briefly(restore(options.restore))
    }
    await restoring
    return memory
  }

  async function restore(read: () => Promise<Stamped<T> | undefined>): Promise<void> {
    const found = await read()
    if (found && (!memory || found.at > memory.at)) memory = found
  }

  /** Waits no longer than a call can; what the disk gives later is still kept. */
  function briefly(reading: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const stop = startTimer(resolve, restoreMs, false)
      reading
        .catch(() => {})
        .finally(() => {
          stop()
          resolve()
        })
    })
  }

  async function load(signal: AbortSignal): Promise<Stamped<T>> {
    const value = await options.load(memory?.value, signal)
    // A load that ignores its signal may answer after the one that took its place.
    signal.throwIfAborted()
    return { value, at: now() }
  }

  /** The load that is under way, else a new one. */
  function renew(): Flight<T> {
    // Edge runtimes freeze timers: the clock may know more.
    if (flight && isYoung(flight.startedAt, loadMs)) return flight
    flight?.giveUp()
    const controller = new AbortController()
    const { signal } = controller
    const giveUp = () => controller.abort(options.lateReason?.())
    const own: Flight<T> = {
      startedAt: now(),
      answer: untilAborted(load(signal), signal),
      giveUp,
      stopTimers: [startTimer(giveUp, loadMs, true)],
    }
    flight = own
    own.answer.then(
      (loaded) => land(own, loaded),
      () => land(own, undefined),
    )
    return own
  }

  function land(landed: Flight<T>, loaded: Stamped<T> | undefined): void {
    for (const stop of landed.stopTimers) stop()
    if (landed !== flight) return
    flight = undefined
    failedAt = loaded ? undefined : now()
    if (!loaded) return
    memory = loaded
    options.save?.(loaded).catch(() => {})
  }

  /** The loaded value, or undefined where it fails or is late; the load goes on then. */
  function patiently(own: Flight<T>, ms: number): Promise<Stamped<T> | undefined> {
    own.patience ??= new Promise((resolve) => {
      const onEnd = () => {
        if (own === flight) {
          failedAt = now()
          patience.ranOutAt = failedAt
        }
        resolve(undefined)
      }
      own.stopTimers.push(startTimer(onEnd, ms, false))
    })
    return Promise.race([own.answer.catch(() => undefined), own.patience])
  }

  async function forCall(): Promise<T | undefined> {
    const askedAt = now()
    const found = await held()
    if (found) {
      if (!isFresh(found) && !hasFailedLately()) renew()
      return found.value
    }
    if (hasFailedLately()) return undefined
    const own = renew()
    if (isYoung(patience.ranOutAt, retryMs)) return undefined
    // The look at the disk was part of the wait.
    const left = waitMs - Math.min(restoreMs, Math.max(0, now() - askedAt))
    return (await patiently(own, left))?.value
  }

  async function forList(): Promise<T> {
    const found = await held()
    if (found && isFresh(found)) return found.value
    const own = renew()
    // Keeps the process alive for who awaits it.
    own.stopTimers.push(startTimer(own.giveUp, own.startedAt + loadMs - now(), false))
    return (await own.answer).value
  }

  return {
    async get(signal) {
      signal?.throwIfAborted()
      return untilAborted(forCall(), signal)
    },
    async load(signal) {
      signal?.throwIfAborted()
      return untilAborted(forList(), signal)
    },
    copy: async () => (await held())?.value,
    peek: () => memory?.value,
    forgetFailure() {
      failedAt = undefined
      patience.ranOutAt = undefined
    },
  }
}

function setTimer(run: () => void, ms: number, isBehind: boolean): () => void {
  const timer = setTimeout(run, ms)
  if (isBehind) unref(timer)
  return () => clearTimeout(timer)
}
