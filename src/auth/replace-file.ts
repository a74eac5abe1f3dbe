import { needNodeModule } from './auth-path.ts'

const TRIES = 3

interface FileContent {
  text: string
  uid: number
  gid: number
}

/**
 * Changes the text of a file in one step: readers see the old text or the new one, never a part. The new file is its
 * owner's alone (mode 0600), whatever the old one was; it keeps the owner where the system lets us.
 *
 * @param change Gives the new text, or undefined to leave the file as it is. Called again where the file has changed
 *   since it was read.
 * @throws whatever the file system throws, apart from a file that is gone: that is left so.
 */
export async function replaceFile(file: string, change: (text: string) => string | undefined): Promise<void> {
  const fs = await needNodeModule('node:fs/promises')
  for (let tries = 0; tries < TRIES; tries++) {
    const before = await readIfThere(file)
    const text = before && change(before.text)
    if (before === undefined || text === undefined) return
    const temporary = await writeBeside(file, { ...before, text })
    try {
      // Once more, as close to the rename as can be: no writer but us takes a lock.
      const latest = await readIfThere(file)
      if (latest?.text === before.text) return await fs.rename(temporary, file)
    } finally {
      await fs.rm(temporary, { force: true })
    }
  }
}

async function readIfThere(file: string): Promise<FileContent | undefined> {
  const fs = await needNodeModule('node:fs/promises')
  const handle = await fs.open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!handle) return undefined
  try {
    const { uid, gid } = await handle.stat()
    return { text: await handle.readFile('utf8'), uid, gid }
  } finally {
    await handle.close()
  }
}

async function writeBeside(file: string, { text, uid, gid }: FileContent): Promise<string> {
  const [fs, { basename, dirname, join }] = await Promise.all([
    needNodeModule('node:fs/promises'),
    needNodeModule('node:path'),
  ])
  const temporary = join(dirname(file), `.${basename(file)}.${crypto.randomUUID()}.tmp`)
  const handle = await fs.open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.chown(uid, gid).catch(() => undefined)
    await handle.sync()
  } catch (error) {
    await fs.rm(temporary, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  return temporary
}
