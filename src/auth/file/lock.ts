import { CodexAuthRefreshError } from '../../errors.ts'
import { unref, sleep as wait } from '../../lib/abort.ts'
import { isTransient } from './fs-errors.ts'
import { create, look, type Sight, unlink } from './lock-file.ts'
import { isDead, type LockHolder, newHolder } from './lock-holder.ts'
import { needNodeModule } from './path.ts'

// Our own, and no library: that would have to be loaded by an import that a bundler can trace to edge runtimes.

/** A lock whose file has not changed for this long, by the clock of the one who waits, has no holder any more. */
export const STALE_AFTER_MS = 15_000

/** How often a holder touches its lock file. */
const HEARTBEAT_MS = 2_000

/** How long to wait for a lock: longer than the holder's refresh (20 s) and one that dies in between (15 s). */
export const LOCK_WAIT_MS = 60_000

const POLL_MS = 40

/** Between two looks no more than this counts as time: a machine that slept has not listened. */
const MAX_STEP_MS = 1_000

/** Windows refuses to make a file whose last one is still being deleted: so often is it tried again. */
const REFUSALS_ON_WINDOWS = 50

/** For tests. */
export interface FileLockOptions {
  /** Milliseconds of a clock that never goes back. Default `performance.now`. */
  now?: (() => number) | undefined
  /** Waits between two looks at a lock that is held. Default: a timer. */
  sleep?: ((ms: number) => Promise<void>) | undefined
  /** How often a held lock is touched, in milliseconds. Default 2 000. */
  heartbeatMs?: number | undefined
}

/**
 * Runs alone among all processes that lock the same file: under a lock file `<real path>.refresh-lock` beside it. The lock of a
 * process that died is taken over: at once on the same system, else after 15 s without a sign of life. Where no lock
 * file can be made (a read-only folder, none at all) it runs without.
 *
 * @param file Need not exist, but its folder has to.
 * @throws CodexAuthRefreshError (`network`) where the lock was not free within 60 s; whatever `run` throws.
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
    // One that stays is taken over by the next who needs it.
    await remove(lock, ours, ({ holder }) => holder?.token === ours.token, ours).catch(() => undefined)
  }
}

/** Waits until the lock is ours; false where there can be none. */
async function acquire(lock: string, ours: LockHolder, options: FileLockOptions): Promise<boolean> {
  const { now = () => performance.now(), sleep = wait } = options
  const elapsed = createStopwatch(now)
  const isSilent = createSilenceWatch(elapsed)
  const isLeft = (path: string, sight: Sight) =>
    (sight.holder !== undefined && isDead(sight.holder, ours)) || isSilent(path, sight)
  const maxRefusals = process.platform === 'win32' ? REFUSALS_ON_WINDOWS : 0
  for (let refusals = 0; ; ) {
    let sight: Sight | undefined
    try {
      if (await create(lock, ours)) return true
      sight = await look(lock)
      if (sight && isLeft(lock, sight)) await takeOver(lock, sight, ours, isLeft)
    } catch (error) {
      if (!isTransient(error) || refusals++ >= maxRefusals) return false
    }
    if (elapsed() >= LOCK_WAIT_MS) throw busyError(lock, sight)
    await sleep(POLL_MS * (1 + Math.random()))
  }
}

/** Takes away a lock that was left, unless another who waits for it does so. */
async function takeOver(
  lock: string,
  { holder, mark }: Sight,
  ours: LockHolder,
  isLeft: (path: string, sight: Sight) => boolean,
): Promise<void> {
  if (await remove(lock, holder, (latest) => latest.mark === mark, ours)) return
  const guard = guardOf(lock, holder)
  const sight = await look(guard)
  if (sight && isLeft(guard, sight)) await unlink(guard)
}

/**
 * Deletes a lock file if it is still the one that is meant. Whoever deletes one, its own holder too, first makes a
 * file that is named after it: so no one deletes a lock that another has made meanwhile.
 */
async function remove(
  lock: string,
  holder: LockHolder | undefined,
  isMeant: (sight: Sight) => boolean,
  ours: LockHolder,
): Promise<boolean> {
  const guard = guardOf(lock, holder)
  if (!(await create(guard, ours))) return false
  try {
    const sight = await look(lock)
    if (sight && isMeant(sight)) await unlink(lock)
    return true
  } finally {
    await unlink(guard)
  }
}

const guardOf = (lock: string, holder: LockHolder | undefined): string =>
  `${lock}.${holder?.token ?? 'unknown'}`

/** The time that has passed while we looked. */
function createStopwatch(now: () => number): () => number {
  let [last, elapsed] = [now(), 0]
  return () => {
    const at = now()
    elapsed += Math.min(at - last, MAX_STEP_MS)
    last = at
    return elapsed
  }
}

/** Tells whether a lock has shown no sign of life for too long: by our own clock alone. */
function createSilenceWatch(elapsed: () => number): (path: string, sight: Sight) => boolean {
  const seen = new Map<string, { mark: string; since: number }>()
  return (path, { mark }) => {
    const before = seen.get(path)
    const latest = before?.mark === mark ? before : { mark, since: elapsed() }
    seen.set(path, latest)
    return elapsed() - latest.since >= STALE_AFTER_MS
  }
}

async function touch(lock: string, ours: LockHolder): Promise<void> {
  try {
    const fs = await needNodeModule('node:fs/promises')
    const sight = await look(lock)
    if (sight?.holder?.token === ours.token) await fs.utimes(lock, new Date(), new Date())
  } catch {
    // A beat that is left out is made up for by the next.
  }
}

/** The path with symbolic links resolved, also where the file is still to be made. */
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

function busyError(lock: string, sight: Sight | undefined): CodexAuthRefreshError {
  const { pid, host } = sight?.holder ?? {}
  const who = pid === undefined ? 'another process' : `process ${pid} on ${host}`
  return new CodexAuthRefreshError({
    reason: 'network',
    message:
      `The Codex login could not be renewed just now: ${who} has held its lock for ${LOCK_WAIT_MS / 1000} s. ` +
      `Try again; if no such process is there, delete ${lock}.`,
  })
}
