/** A longer timer fires at once, in every runtime. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

interface AbortListener {
  readonly callbacks: Set<() => void>
  readonly onEvent: () => void
}

// One listener per signal, however many calls share it: Node warns of a leak beyond ten.
const listeners = new WeakMap<AbortSignal, AbortListener>()

/**
 * Calls `run` once when the signal aborts, at once where it has already aborted.
 *
 * @returns a function that takes the callback off again.
 */
export function onAbort(signal: AbortSignal | undefined, run: () => void): () => void {
  if (!signal) return () => {}
  if (signal.aborted) {
    run()
    return () => {}
  }
  const { callbacks, onEvent } = listeners.get(signal) ?? listenTo(signal)
  // The same function may be registered twice.
  const callback = () => run()
  callbacks.add(callback)
  return () => {
    if (!callbacks.delete(callback) || callbacks.size > 0) return
    signal.removeEventListener('abort', onEvent)
    listeners.delete(signal)
  }
}

function listenTo(signal: AbortSignal): AbortListener {
  const callbacks = new Set<() => void>()
  const onEvent = () => {
    for (const callback of callbacks) callback()
  }
  const listener = { callbacks, onEvent }
  listeners.set(signal, listener)
  signal.addEventListener('abort', onEvent, { once: true })
  return listener
}

/**
 * Settles like the promise, or rejects with the signal's reason as soon as it aborts. The work behind the promise goes
 * on.
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const stop = onAbort(signal, () => reject(signal.reason))
    promise.then(resolve, reject).finally(stop)
  })
}

/**
 * Runs with a signal that aborts with the caller's, and with `lateReason()` after `timeoutMs` (0: never). Timer and
 * listener are gone when `run` has settled.
 */
export async function withDeadline<T>(
  signal: AbortSignal | undefined,
  timeoutMs: number,
  lateReason: () => Error,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const stopListening = onAbort(signal, () => controller.abort(signal?.reason))
  const stopTimer = startTimer(timeoutMs, () => controller.abort(lateReason()))
  try {
    return await run(controller.signal)
  } finally {
    stopTimer()
    stopListening()
  }
}

/**
 * Runs with a signal that aborts after `ms`, and rejects then even where `run` ignores its signal (a custom `fetch`
 * may). The timer does not keep the process alive.
 */
export async function withinLimit<T>(ms: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(ms)
  return untilAborted(run(signal), signal)
}

/** Settles like the promise, or resolves with undefined after `ms`. The work behind the promise goes on. */
export function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, undefined)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Waits; an abort ends the wait early, without an error. The timer keeps the process alive. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(done, ms)
    const stop = signal?.aborted ? () => {} : onAbort(signal, done)
    if (signal?.aborted) done()
  })
}

/**
 * Starts a timer; 0 starts none.
 *
 * @returns a function that stops it.
 */
export function startTimer(ms: number, run: () => void): () => void {
  if (ms <= 0) return () => {}
  const timer = setTimeout(run, Math.min(ms, LONGEST_TIMER_MS))
  return () => clearTimeout(timer)
}

/** Lets the process end although the timer runs. Outside Node a timer is a number and keeps nothing alive. */
export function unref(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') {
    timer.unref()
  }
}
