import { needNodeModule } from './path.ts'

/** Content of a file that was opened for reading. */
export interface FileContent {
  text: string
  uid: number
  gid: number
  mode: number
  /** Time of the last change, in milliseconds since 1970. */
  mtimeMs: number
}

/** Code of the error for a named pipe, a socket or a device. */
export const IRREGULAR = 'ERR_IRREGULAR_FILE'

/** Code of the error for a file that is too large. */
export const TOO_LARGE = 'EFBIG'

/** Limit of a login file, in bytes: a login has some kilobytes. */
export const MAX_LOGIN_FILE = 16 * 2 ** 20

/**
 * Reads a regular file. Nothing else is read: opening a named pipe or reading a device may never end.
 *
 * @throws the error of the file system, with the code `EISDIR` for a folder, {@link IRREGULAR} for a named pipe, a
 * socket or a device, and {@link TOO_LARGE} for a file with more than `maxBytes`.
 */
export async function readRegularFile(path: string, maxBytes: number): Promise<FileContent> {
  const fs = await needNodeModule('node:fs/promises')
  assertRegular(path, await fs.stat(path))
  // It may have been replaced since: opened without waiting, and checked again. Windows does not know the flag.
  const handle = await fs.open(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
  try {
    const stats = await handle.stat()
    assertRegular(path, stats)
    if (stats.size > maxBytes) throw withCode(`${path} has more than ${maxBytes} bytes`, TOO_LARGE)
    const { uid, gid, mode, mtimeMs } = stats
    return { text: await handle.readFile('utf8'), uid, gid, mode: mode & 0o777, mtimeMs }
  } finally {
    await handle.close()
  }
}

function assertRegular(path: string, stats: { isFile(): boolean; isDirectory(): boolean }): void {
  if (stats.isFile()) return
  if (stats.isDirectory()) throw withCode(`${path} is a folder`, 'EISDIR')
  throw withCode(`${path} is not a regular file`, IRREGULAR)
}

const withCode = (message: string, code: string): Error => Object.assign(new Error(message), { code })
