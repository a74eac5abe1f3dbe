import { removeStaleFiles } from './cleanup.ts'
import { errorCode, retryTransient } from './fs-errors.ts'
import { needNodeModule } from './path.ts'
import { type FileContent, MAX_LOGIN_FILE, readRegularFile } from './regular-file.ts'

const TRIES = 3

/** Writes a file in one step: readers see all of it or nothing. Only its owner can read it (mode 0600). */
export async function writeFileAtomically(file: string, content: string | Uint8Array): Promise<void> {
  const fs = await needNodeModule('node:fs/promises')
  const temporary = await temporaryName(file)
  try {
    const handle = await fs.open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await retryTransient(() => fs.rename(temporary, file))
  } finally {
    await fs.rm(temporary, { force: true })
  }
}

/**
 * Changes the text of a file in one step: readers see the old text or the new one, never a part. The new file has the
 * old one's mode, and its owner if the system permits. A file that can't be replaced, such as one that is mounted alone
 * into a container, is overwritten in place. A deleted file is not recreated.
 *
 * @param change Returns the new text, or undefined to leave the file as it is. Called again if the file has changed
 *   since it was read.
 * @throws the error of the file system, or `EAGAIN` if the file keeps changing.
 */
export async function replaceFile(file: string, change: (text: string) => string | undefined): Promise<void> {
  const fs = await needNodeModule('node:fs/promises')
  for (let tries = 0; tries < TRIES; tries++) {
    const before = await readIfThere(file)
    const text = before && change(before.text)
    if (before === undefined || text === undefined) return
    const temporary = await writeBeside(file, { ...before, text })
    try {
      if (await replaceIfSame(file, before.text, text, temporary)) return await removeStaleFiles(file)
    } finally {
      await retryTransient(() => fs.rm(temporary)).catch(() => undefined)
    }
  }
  throw Object.assign(new Error(`${file} keeps changing`), { code: 'EAGAIN' })
}

/** Tries whether the file can be written and replaced: its mode alone does not say so. */
export async function canReplace(file: string): Promise<boolean> {
  const fs = await needNodeModule('node:fs/promises')
  const temporary = await temporaryName(file)
  try {
    await (await fs.open(file, 'r+')).close()
    await (await fs.open(temporary, 'wx', 0o600)).close()
    return true
  } catch {
    return false
  } finally {
    await retryTransient(() => fs.rm(temporary)).catch(() => undefined)
  }
}

/** Replaces the file; returns false if it has changed since, or was deleted. */
async function replaceIfSame(
  file: string,
  before: string,
  text: string,
  temporary: string,
): Promise<boolean> {
  const fs = await needNodeModule('node:fs/promises')
  // Checked right before each rename: the Codex CLI takes no lock.
  const isSame = async () => (await readIfThere(file))?.text === before
  try {
    return await retryTransient(async () => {
      if (!(await isSame())) return false
      await fs.rename(temporary, file)
      await syncFolder(file)
      return true
    })
  } catch (error) {
    if (!['EBUSY', 'EXDEV', 'EPERM', 'EACCES'].includes(errorCode(error) ?? '')) throw error
    if (!(await isSame())) return false
    await writeOver(file, text).catch(() => {
      throw error
    })
    return true
  }
}

/** Makes the rename survive a loss of power, if the system can. */
async function syncFolder(file: string): Promise<void> {
  const [fs, { dirname }] = await Promise.all([
    needNodeModule('node:fs/promises'),
    needNodeModule('node:path'),
  ])
  const folder = await fs.open(dirname(file), 'r').catch(() => undefined)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}

/**
 * Overwrites the text in one write, padded with spaces: a plain `writeFile` would leave the file empty between its
 * truncation and its write.
 */
async function writeOver(file: string, text: string): Promise<void> {
  const fs = await needNodeModule('node:fs/promises')
  const handle = await fs.open(file, 'r+')
  try {
    const bytes = new TextEncoder().encode(text)
    const { size } = await handle.stat()
    const padded = new Uint8Array(Math.max(size, bytes.length)).fill(0x20)
    padded.set(bytes)
    const { bytesWritten } = await handle.write(padded, 0, padded.length, 0)
    if (bytesWritten !== padded.length) throw new Error('The file was not written completely')
    await handle.truncate(bytes.length)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Reads the file; undefined if there is none. */
async function readIfThere(file: string): Promise<FileContent | undefined> {
  return readRegularFile(file, MAX_LOGIN_FILE).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  })
}

async function temporaryName(file: string): Promise<string> {
  const { basename, dirname, join } = await needNodeModule('node:path')
  return join(dirname(file), `.${basename(file)}.${crypto.randomUUID()}.tmp`)
}

async function writeBeside(file: string, { text, uid, gid, mode }: FileContent): Promise<string> {
  const fs = await needNodeModule('node:fs/promises')
  const temporary = await temporaryName(file)
  const handle = await fs.open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.chown(uid, gid).catch(() => undefined)
    await handle.chmod(mode)
    await handle.sync()
  } catch (error) {
    await fs.rm(temporary, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  return temporary
}
