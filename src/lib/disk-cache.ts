import { loadNodeModule, readEnv } from './runtime.ts'

/** Limit for reading a cache file during a call, in milliseconds: a local file takes a few, a lost mount for ever. */
export const DISK_WAIT_MS = 1000

/** Stores JSON values as files of one folder. Never throws: a folder that can't be used counts as empty. */
export interface DiskCache {
  /** Reads the value under a name; undefined where there is none, or the file is not valid JSON. */
  read(name: string): Promise<unknown>
  /** Stores a value. Readers see the old one or the new one, never a part. */
  write(name: string, value: unknown): Promise<void>
}

/**
 * Makes a cache in `folder`, which is created by the first write. Without a file system (edge runtimes) it stores nothing.
 *
 * @param folder @default env `CODEX_CACHE_DIR`, else the platform's cache folder
 */
export function createDiskCache(folder?: string): DiskCache {
  return {
    async read(name) {
      try {
        const file = await locate(folder, name)
        const fs = await loadNodeModule('node:fs/promises')
        return file && fs ? JSON.parse(await fs.readFile(file, 'utf8')) : undefined
      } catch {
        return undefined
      }
    },
    async write(name, value) {
      try {
        const file = await locate(folder, name)
        const fs = await loadNodeModule('node:fs/promises')
        if (file && fs) await replace(fs, file, JSON.stringify(value))
      } catch {
        // A full disk or a read-only folder: the value lives on in memory.
      }
    },
  }
}

type FileSystem = typeof import('node:fs/promises')

async function replace(fs: FileSystem, file: string, text: string): Promise<void> {
  const temporary = `${file}.${crypto.randomUUID()}.tmp`
  await fs.mkdir(file.replace(/[/\\][^/\\]*$/, ''), { recursive: true, mode: 0o700 })
  try {
    await fs.writeFile(temporary, text, { flag: 'wx', mode: 0o600 })
    await fs.rename(temporary, file)
  } finally {
    await fs.rm(temporary, { force: true })
  }
}

async function locate(folder: string | undefined, name: string): Promise<string | undefined> {
  const [path, os] = await Promise.all([loadNodeModule('node:path'), loadNodeModule('node:os')])
  if (!path || !os) return undefined
  const given = folder || readEnv('CODEX_CACHE_DIR')
  const expanded = given?.replace(/^~(?=[/\\]|$)/, () => os.homedir())
  return path.resolve(expanded ?? path.join(platformFolder(path, os), 'ai-sdk-provider-codex'), name)
}

/** The folder in which programs of this platform keep caches. */
function platformFolder(path: typeof import('node:path'), os: typeof import('node:os')): string {
  if (process.platform === 'win32')
    return readEnv('LOCALAPPDATA') ?? path.join(os.homedir(), 'AppData', 'Local')
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches')
  return readEnv('XDG_CACHE_HOME') ?? path.join(os.homedir(), '.cache')
}
