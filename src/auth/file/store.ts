import { holdsSpent } from '../token-fields.ts'
import type { CodexTokens, TokenStore } from '../tokens.ts'
import { canReplace, replaceFile } from './atomic-write.ts'
import { errorCode } from './fs-errors.ts'
import { withFileLock } from './lock.ts'
import { needNodeModule } from './path.ts'
import { CODEX_FORMAT, exposureOf, type LoginFileFormat, readLoginFile } from './read.ts'

/** Token store on a login file. */
export interface FileTokenStore extends TokenStore {
  /**
   * Runs alone among all processes that use this package on the file. The Codex CLI takes no lock.
   *
   * @throws CodexAuthRefreshError (`network`) if another process holds the lock for 60 s.
   * @throws the error of `run`.
   */
  lock<T>(run: () => Promise<T>): Promise<T>
  /** Returns the file's path with symbolic links resolved: the same for all stores on one file. */
  realPath(): Promise<string>
  /** Returns false if renewed tokens could not be written back, as on a read-only mount. */
  canWrite(): Promise<boolean>
  /** Returns a warning if other users can read or change the file; undefined if they can't, and on Windows. */
  exposure(): Promise<string | undefined>
}

/**
 * Creates a token store on a file such as the Codex CLI's `auth.json`. Nothing is read before it is needed. `read`
 * throws `CodexAuthFileNotFoundError` or `CodexAuthTokenError`; every method throws `CodexAuthError` if the runtime has
 * no file system.
 *
 * Tokens are written to a new file that replaces the old one in one step: unknown fields, layout and mode stay, and a
 * symbolic link stays a link. Nothing is written if the file no longer holds the spent tokens, or was deleted. Processes
 * take turns under a lock file `auth.json.refresh-lock` beside it, if the folder is writable.
 *
 * @param path Login file; `~` is expanded.
 * @default env `CODEX_AUTH_FILE`, else `$CODEX_HOME/auth.json`, else `~/.codex/auth.json`
 * @see docs/wire.md, "Login and tokens"
 */
export function fileTokenStore(path?: string): FileTokenStore {
  return createFileStore(path, CODEX_FORMAT)
}

/** Creates a token store on a file of one format. */
export function createFileStore(path: string | undefined, format: LoginFileFormat): FileTokenStore {
  const locate = () => format.locate(path)
  const store: FileTokenStore = {
    read: async () => readLoginFile(await locate(), format),
    write: async (tokens, previous) => {
      const change = (text: string, file: string) => format.update(text, tokens, file)
      await changeLogin(await locate(), previous, format, change)
    },
    lock: async (run) => withFileLock(await locate(), run),
    exposure: async () => exposureOf(await locate()),
    async realPath() {
      const file = await locate()
      // If something is wrong with it, `read` reports that.
      return (await realPathOf(file).catch(() => undefined)) ?? file
    },
    async canWrite() {
      const target = await realPathOf(await locate()).catch(() => undefined)
      return target !== undefined && canReplace(target)
    },
  }
  locks.add(store.lock)
  return store
}

// Known by the function, so that a store that replaces it is not taken for one with its own limit.
const locks = new WeakSet<object>()

/** True for a store whose `lock` has its own limit (60 s), which is longer than that of a refresh. */
export const waitsByItself = ({ lock }: TokenStore): boolean => lock !== undefined && locks.has(lock)

/** Changes the text of a login file, unless it no longer holds the spent tokens. */
export async function changeLogin(
  file: string,
  spent: CodexTokens,
  format: LoginFileFormat,
  change: (text: string, file: string) => string,
): Promise<void> {
  // A link stays a link: its target is replaced. A deleted file is not recreated.
  const target = await realPathOf(file)
  if (target === undefined) return
  await replaceFile(target, (text) =>
    stillHolds(text, file, spent, format) ? change(text, file) : undefined,
  )
}

function stillHolds(text: string, file: string, spent: CodexTokens, format: LoginFileFormat): boolean {
  try {
    return holdsSpent(format.parse(text, file), spent)
  } catch {
    return false
  }
}

async function realPathOf(file: string): Promise<string | undefined> {
  const fs = await needNodeModule('node:fs/promises')
  return fs.realpath(file).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined
    throw error
  })
}
