import { errorCode, isAbsent, retryTransient } from './fs-errors.ts'
import { type LockHolder, parseHolder } from './lock-holder.ts'
import { needNodeModule } from './path.ts'
import { IRREGULAR, readRegularFile, TOO_LARGE } from './regular-file.ts'

/** State of a lock file. */
export interface LockState {
  /** Undefined if the file does not say whose it is. */
  holder: LockHolder | undefined
  /** Changes with each heartbeat of the holder. */
  fingerprint: string
  /** True for a named pipe, a socket, a device, a link or a large file: not created by this package. */
  isForeign: boolean
}

const FOREIGN: LockState = { holder: undefined, fingerprint: 'foreign', isForeign: true }

/** Limit of a lock file, in bytes: it has some hundreds. */
const MAX_LOCK_FILE = 2 ** 16

/**
 * Creates a lock file; returns false if there is one already. It is written under another name and linked to its own, so
 * that a process killed in between leaves no lock without a holder.
 */
export async function createLock(path: string, ours: LockHolder): Promise<boolean> {
  const fs = await needNodeModule('node:fs/promises')
  // While waiting for a lock that is held, no file is written.
  if (await isThere(path)) return false
  const temporary = `${path}.${crypto.randomUUID()}.tmp`
  try {
    await writeNew(temporary, ours)
    await fs.link(temporary, path)
    return true
  } catch (error) {
    const code = errorCode(error)
    // A network file system may have made the link and lost the answer.
    if (code === 'EEXIST') return (await readLock(path))?.holder?.token === ours.token
    if (!isLinkError(error)) throw error
    // ENOENT: someone has cleaned the folder, so try again. Else the file system has no links.
    return code === 'ENOENT' ? false : createInPlace(path, ours)
  } finally {
    await fs.rm(temporary, { force: true }).catch(() => undefined)
  }
}

async function createInPlace(path: string, ours: LockHolder): Promise<boolean> {
  try {
    await writeNew(path, ours)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

async function writeNew(path: string, ours: LockHolder): Promise<void> {
  const fs = await needNodeModule('node:fs/promises')
  // It holds no secret, and waiting processes of other users must be able to read it.
  const handle = await fs.open(path, 'wx', 0o644)
  try {
    await handle.writeFile(JSON.stringify(ours))
  } catch (error) {
    await fs.rm(path, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

const isLinkError = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'link'

async function isThere(path: string): Promise<boolean> {
  const fs = await needNodeModule('node:fs/promises')
  return fs.lstat(path).then(
    () => true,
    () => false,
  )
}

/** Reads a lock file; undefined if there is none. */
export async function readLock(path: string): Promise<LockState | undefined> {
  const fs = await needNodeModule('node:fs/promises')
  try {
    const stats = await fs.lstat(path)
    // Some tools lock by a folder of this name.
    if (stats.isDirectory()) {
      return { holder: undefined, fingerprint: String(stats.mtimeMs), isForeign: false }
    }
    if (!stats.isFile()) return FOREIGN
    // Opened each time: a network file system shows the latest state only to those who open the file.
    const { text, mtimeMs } = await readRegularFile(path, MAX_LOCK_FILE)
    return { holder: parseHolder(text), fingerprint: `${mtimeMs} ${text}`, isForeign: false }
  } catch (error) {
    if (isAbsent(error)) return undefined
    if ([IRREGULAR, TOO_LARGE].includes(errorCode(error) ?? '')) return FOREIGN
    throw error
  }
}

/** Deletes a lock file, if it is still there. */
export async function deleteLock(path: string): Promise<void> {
  const fs = await needNodeModule('node:fs/promises')
  await retryTransient(() => fs.rm(path, { force: true }))
}
