import { needNodeModule } from './auth-path.ts'
import { type LockHolder, parseHolder } from './lock-holder.ts'
import { errorCode, untilPassed } from './passing.ts'

/** A lock file as it was just now. */
export interface Sight {
  holder: LockHolder | undefined
  /** Changes with each sign of life of the holder. */
  mark: string
}

/** Makes a lock file; false where there is one already. */
export async function create(path: string, ours: LockHolder): Promise<boolean> {
  const fs = await needNodeModule('node:fs/promises')
  try {
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
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
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
  await untilPassed(() => fs.rm(path, { force: true }))
}
