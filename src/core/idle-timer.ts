import { LONGEST_TIMER_MS, unref } from '../lib/abort.ts'

/** Limit on the time without a message. */
export interface IdleTimer {
  /** Reports a message. */
  alive(): void
  /** Reports whether somebody waits for a message: time counts from then on, since a slow consumer makes no stream idle. */
  waiting(is: boolean): void
  hasRunOut(): boolean
  stop(): void
}

/**
 * Creates one timer for a whole stream, which looks at the time of the last message when it fires.
 *
 * @param idleTimeoutMs Milliseconds without a message; 0 for no limit.
 */
export function createIdleTimer(idleTimeoutMs: number, onIdle: () => void): IdleTimer {
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastLife = 0
  let isWaiting = false
  let isStopped = idleTimeoutMs === 0
  let hasRunOut = false

  function arm(ms: number): void {
    timer = setTimeout(onTimer, Math.min(ms, LONGEST_TIMER_MS))
    // Don't keep the process alive for this timer: the open connection does, as long as somebody waits for it.
    unref(timer)
  }

  function onTimer(): void {
    timer = undefined
    // No timer outlives a consumer that went away.
    if (!isWaiting) return
    const rest = lastLife + idleTimeoutMs - performance.now()
    hasRunOut = rest < 1
    if (hasRunOut) onIdle()
    else arm(rest)
  }

  return {
    alive() {
      lastLife = performance.now()
    },
    waiting(is) {
      isWaiting = is
      if (is) lastLife = performance.now()
      if (is && !isStopped && timer === undefined) arm(idleTimeoutMs)
    },
    hasRunOut: () => hasRunOut,
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
