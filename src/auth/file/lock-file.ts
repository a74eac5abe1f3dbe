import { errorCode, retryTransient } from './fs-errors.ts'
import { type LockHolder, parseHolder } from './lock-holder.ts'
import { needNodeModule } from './path.ts'

/** A lock file as it was just now. */
export interface Sight {
  holder: LockHolder | undefined
  /** Changes with each sign of life of the holder. */
  mark: string
}

/**
 * Makes a lock file; false where there is one already. It is written beside and linked to its name, so that no process
 * that is killed meanwhile leaves a lock that does not say whose it is.
 */
export async function create(path: string, ours: LockHolder): Promise<boolean> {
  const fs = await needNodeModule('node:fs/promises')
  // Whoever waits for a lock that is held needs no file of its own.
  if (await isThere(path)) return false
  const temporary = `${path}.${crypto.randomUUID()}.tmp`
  try {
    await writeNew(temporary, ours)
    await fs.link(temporary, path)
    return true
  } catch (error) {
    const code = errorCode(error)
    // A network file system may have made the link and lost the answer.
    if (code === 'EEXIST') return (await look(path))?.holder?.token === ours.token
    if (!isLink(error)) throw error
    // Someone has swept the folder: to be tried again.
    return code === 'ENOENT' ? false : createInPlace(path, ours)
  } finally {
    await fs.rm(temporary, { force: true }).catch(() => undefined)
  }
}

/** The same where the file system has no links. */
async function createInPlace(path: string, ours: LockHolder): Promise<boolean> {
  try {
    await writeNew(path, ours)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

/** Writes a file that must not be there yet. */
async function writeNew(path: string, ours: LockHolder): Promise<void> {
  const fs = await needNodeModule('node:fs/promises')
  // Nothing in it is secret, and whoever waits must be able to read it.
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

const isLink = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'link'

async function isThere(path: string): Promise<boolean> {
  const fs = await needNodeModule('node:fs/promises')
  return fs.lstat(path).then(
    () => true,
    () => false,
  )
}

/** Looks at a lock file; undefined where there is none. */
export async function look(path: string): Promise<Sight | undefined> {
  const fs = await needNodeModule('node:fs/promises')
  try {
    // Opened each time: a network file system tells the latest only to those who open a file.
    const handle = await fs.open(path, 'r')
    try {
      const stats = await handle.stat()
      // Some tools lock by a folder of this name.
      const text = stats.isDirectory() ? '' : await handle.readFile('utf8')
      return { holder: parseHolder(text), mark: `${stats.mtimeMs} ${text}` }
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Deletes a lock file, if it is still there. */
export async function unlink(path: string): Promise<void> {
  const fs = await needNodeModule('node:fs/promises')
  await retryTransient(() => fs.rm(path, { force: true }))
}
