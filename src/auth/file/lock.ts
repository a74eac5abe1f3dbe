import { CodexAuthRefreshError } from '../../errors.ts'
import { sleep, unref } from '../../lib/abort.ts'
import { isTransient } from './fs-errors.ts'
import { createLock, deleteLock, type LockState, readLock } from './lock-file.ts'
import { isDead, type LockHolder, newHolder } from './lock-holder.ts'
import { needNodeModule } from './path.ts'

// Not a library: a bundler would trace its import into edge builds.

/** A lock whose file has not changed for this long, by the clock of the waiting process, has lost its holder. */
export const STALE_AFTER_MS = 15_000

/** Interval at which a holder touches its lock file; far below {@link STALE_AFTER_MS}. */
const HEARTBEAT_MS = 2_000

/** Limit of the wait for a lock: longer than a refresh (20 s) and a holder that dies in it (15 s). */
export const LOCK_WAIT_MS = 60_000

const POLL_MS = 40

/** The time between two polls counts at most this much: a machine that slept has seen no heartbeat. */
const MAX_STEP_MS = 1_000

/** Windows refuses to create a file while its predecessor is being deleted: retries until that counts as an error. */
const REFUSALS_ON_WINDOWS = 50

/** Settings for tests. */
export interface FileLockOptions {
  /**
   * Milliseconds of a monotonic clock.
   *
   * @default `performance.now`
   */
  now?: (() => number) | undefined
  /**
   * Waits between two polls of a lock that is held.
   *
   * @default a timer
   */
  sleep?: ((ms: number) => Promise<void>) | undefined
  /**
   * Interval of the heartbeat, in milliseconds.
   *
   * @default 2_000
   */
  heartbeatMs?: number | undefined
}

/**
 * Runs alone among all processes that lock the same file, under a lock file `<real path>.refresh-lock` beside it. The
 * lock of a dead process is taken over: at once on the same system, else after 15 s without a heartbeat. If no lock file
 * can be created (the folder is read-only, or missing), it runs without a lock.
 *
 * @param file Need not exist, but its folder must.
 * @throws CodexAuthRefreshError (`network`) if the lock is not free within 60 s.
 * @throws the error of `run`.
 */
export async function withFileLock<T>(
  file: string,
  run: () => Promise<T>,
  options: FileLockOptions = {},
): Promise<T> {
  const lock = `${await realPathOf(file)}.refresh-lock`
  const ours = await newHolder()
  if (!(await acquire(lock, ours, options))) return run()
  const timer = setInterval(() => void touch(lock, ours), options.heartbeatMs ?? HEARTBEAT_MS)
  unref(timer)
  try {
    return await run()
  } finally {
    clearInterval(timer)
    // A lock that could not be removed is taken over by the next process.
    await remove(lock, ours, ({ holder }) => holder?.token === ours.token, ours).catch(() => undefined)
  }
}

/** Waits until the lock is ours; returns false if no lock file can be created. */
async function acquire(lock: string, ours: LockHolder, options: FileLockOptions): Promise<boolean> {
  const { now = () => performance.now(), sleep: pause = sleep } = options
  const elapsed = createStopwatch(now)
  const isSilent = createSilenceWatch(elapsed)
  const isAbandoned = (path: string, state: LockState) =>
    state.isForeign || (state.holder !== undefined && isDead(state.holder, ours)) || isSilent(path, state)
  const maxRefusals = process.platform === 'win32' ? REFUSALS_ON_WINDOWS : 0
  for (let refusals = 0; ; ) {
    let state: LockState | undefined
    try {
      if (await createLock(lock, ours)) return true
      state = await readLock(lock)
      if (state && isAbandoned(lock, state)) await takeOver(lock, state, ours, isAbandoned)
    } catch (error) {
      if (!isTransient(error) || refusals++ >= maxRefusals) return false
    }
    if (elapsed() >= LOCK_WAIT_MS) throw busyError(lock, state)
    await pause(POLL_MS * (1 + Math.random()))
  }
}

/** Removes an abandoned lock, unless another waiting process is doing so. */
async function takeOver(
  lock: string,
  { holder, fingerprint }: LockState,
  ours: LockHolder,
  isAbandoned: (path: string, state: LockState) => boolean,
): Promise<void> {
  if (await remove(lock, holder, (latest) => latest.fingerprint === fingerprint, ours)) return
  const guard = guardOf(lock, holder)
  const state = await readLock(guard)
  if (state && isAbandoned(guard, state)) await deleteLock(guard)
}

/**
 * Deletes a lock file if it is still the expected one. Everyone who deletes one, its holder too, first creates a guard
 * file named after it, so that nobody deletes a lock that another process has created in between.
 */
async function remove(
  lock: string,
  holder: LockHolder | undefined,
  isExpected: (state: LockState) => boolean,
  ours: LockHolder,
): Promise<boolean> {
  const guard = guardOf(lock, holder)
  if (!(await createLock(guard, ours))) return false
  try {
    const state = await readLock(lock)
    if (state && isExpected(state)) await deleteLock(lock)
    return true
  } finally {
    await deleteLock(guard)
  }
}

const guardOf = (lock: string, holder: LockHolder | undefined): string =>
  `${lock}.${holder?.token ?? 'unknown'}`

/** Measures the time in which the lock was watched. */
function createStopwatch(now: () => number): () => number {
  let [last, elapsed] = [now(), 0]
  return () => {
    const at = now()
    elapsed += Math.min(at - last, MAX_STEP_MS)
    last = at
    return elapsed
  }
}

/** Detects a lock without a heartbeat, by this process's clock alone. */
function createSilenceWatch(elapsed: () => number): (path: string, state: LockState) => boolean {
  const seen = new Map<string, { fingerprint: string; since: number }>()
  return (path, { fingerprint }) => {
    const before = seen.get(path)
    const latest = before?.fingerprint === fingerprint ? before : { fingerprint, since: elapsed() }
    seen.set(path, latest)
    return elapsed() - latest.since >= STALE_AFTER_MS
  }
}

async function touch(lock: string, ours: LockHolder): Promise<void> {
  try {
    const fs = await needNodeModule('node:fs/promises')
    const state = await readLock(lock)
    if (state?.holder?.token === ours.token) await fs.utimes(lock, new Date(), new Date())
  } catch {
    // The next heartbeat follows soon.
  }
}

/** Resolves symbolic links, also of a file that does not exist yet. */
async function realPathOf(file: string): Promise<string> {
  const [fs, { basename, dirname, join }] = await Promise.all([
    needNodeModule('node:fs/promises'),
    needNodeModule('node:path'),
  ])
  const inFolder = async () => join(await fs.realpath(dirname(file)), basename(file))
  return fs
    .realpath(file)
    .catch(inFolder)
    .catch(() => file)
}

function busyError(lock: string, state: LockState | undefined): CodexAuthRefreshError {
  const { pid, host } = state?.holder ?? {}
  const who = pid === undefined ? 'another process' : `process ${pid} on ${host}`
  return new CodexAuthRefreshError({
    reason: 'network',
    message:
      `The login could not be renewed just now: ${who} has held its lock for ${LOCK_WAIT_MS / 1000} s. ` +
      `Try again; if no such process is there, delete ${lock}.`,
  })
}
