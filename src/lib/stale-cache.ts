import { untilAborted, within, withinLimit } from './abort.ts'

/** A value, and when it was last known to be right: milliseconds since 1970. */
export interface Stamped<T> {
  readonly value: T
  readonly at: number
}

/** How {@link createRemembered} comes by its value, and for how long it holds. All times in milliseconds. */
export interface RememberedOptions<T> {
  /** Fetches the value, or renews the one before; rejects where it can't. `signal` aborts after `loadMs`. */
  load(previous: T | undefined, signal: AbortSignal): Promise<T>
  /** The copy that outlived the last process, checked; asked for once. */
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
  /** What of the wait the look at the kept copy may take. */
  restoreMs: number
  /** Shared by values of one source: when the calls for one of them have waited enough, those for the others don't wait. */
  patience?: Patience | undefined
  now: () => number
}

/** Whether calls still wait for a source. */
export interface Patience {
  /** When it ran out: milliseconds since 1970. */
  ranOutAt?: number
}

/** A value of a source that may be slow or out of reach. */
export interface Remembered<T> {
  /**
   * The value, or undefined where it can't be had now. A copy is given at once, however old, and renewed behind the call.
   * Rejects only with the reason of the caller's abort, which ends nobody else's wait.
   */
  get(signal?: AbortSignal): Promise<T | undefined>
}

/**
 * Remembers a value: one load at a time, failures too, so that a hundred calls against a hanging source wait once in
 * all. An answer that comes after the wait is still taken.
 */
export function createRemembered<T>(options: RememberedOptions<T>): Remembered<T> {
  const { freshMs, retryMs, waitMs, loadMs, restoreMs, patience = {}, now } = options
  let copy: Stamped<T> | undefined
  let failedAt: number | undefined
  let restored: Promise<void> | undefined

  const isFresh = () => isYounger(copy?.at, freshMs, now())

  const startLoad = oneAtATime(load, loadMs, now)
  const startSearch = oneAtATime(search, loadMs, now)

  async function restore(): Promise<void> {
    const found = await options.restore?.().catch(() => undefined)
    copy ??= found
  }

  /** The disk may hang: what it gives later is still taken. */
  function startRestore(): Promise<void> {
    restored ??= within(restoreMs, restore())
    return restored
  }

  async function load(): Promise<void> {
    try {
      const value = await withinLimit(loadMs, (signal) => options.load(copy?.value, signal))
      copy = { value, at: now() }
      failedAt = undefined
      options.save?.(copy).catch(() => {})
    } catch {
      failedAt = now()
    }
  }

  async function renew(): Promise<void> {
    if (!isFresh() && !isYounger(failedAt, retryMs, now())) await startLoad().done
  }

  async function search(): Promise<void> {
    await startRestore()
    if (copy === undefined) await renew()
  }

  async function wait(startedAt: number, done: Promise<void>): Promise<void> {
    if (isYounger(patience.ranOutAt, retryMs, now())) return startRestore()
    const left = startedAt + waitMs - now()
    if (left <= 0) return
    const isInTime = await within(
      left,
      done.then(() => true),
    )
    if (!isInTime) patience.ranOutAt = now()
  }

  return {
    async get(signal) {
      signal?.throwIfAborted()
      if (copy === undefined) {
        const { startedAt, done } = startSearch()
        await untilAborted(wait(startedAt, done), signal)
      }
      if (copy !== undefined) renew()
      return copy?.value
    },
  }
}

/** True for a time that is less than `ms` ago. A clock that was set back makes an age negative: then nothing is known. */
export const isYounger = (at: number | undefined, ms: number, now: number): boolean =>
  at !== undefined && now >= at && now - at < ms

interface Run {
  readonly startedAt: number
  readonly done: Promise<void>
}

/** Joins the run that is under way, or starts one. A run that outlives `ms` is given up: edge runtimes freeze them. */
function oneAtATime(start: () => Promise<void>, ms: number, now: () => number): () => Run {
  let current: Run | undefined
  return () => {
    if (current && isYounger(current.startedAt, ms, now())) return current
    const run: Run = {
      startedAt: now(),
      done: start().finally(() => {
        if (current === run) current = undefined
      }),
    }
    current = run
    return run
  }
}
