import { holdsSpent } from '../token-fields.ts'
import type { CodexTokens, TokenStore } from '../tokens.ts'
import { canReplace, replaceFile } from './atomic-write.ts'
import { errorCode } from './fs-errors.ts'
import { withFileLock } from './lock.ts'
import { parseAuthFile } from './parse.ts'
import { needNodeModule, resolveAuthFilePath } from './path.ts'
import { exposureOf, readLoginFile } from './read.ts'
import { updateAuthFile } from './update.ts'

/** A login in a file. */
export interface FileTokenStore extends TokenStore {
  /**
   * Runs alone among all processes that use this package on the file; the Codex CLI takes no lock.
   *
   * @throws CodexAuthRefreshError (`network`) where another process keeps the lock for 60 s; whatever `run` throws.
   */
  lock<T>(run: () => Promise<T>): Promise<T>
  /** The file's path with symbolic links resolved: the same for all stores on one file. */
  realPath(): Promise<string>
  /** False where renewed tokens could not be written back, as on a read-only mount. */
  canWrite(): Promise<boolean>
  /** Says that other users of the system may read or change the file, if so; undefined on Windows. */
  exposure(): Promise<string | undefined>
}

/**
 * Keeps a login in a file such as the Codex CLI's `auth.json` (codex-wire.md 5.1). Nothing is read before it is needed;
 * then `read` throws `CodexAuthFileNotFoundError` or `CodexAuthTokenError`, and each method `CodexAuthError` where the
 * runtime has no file system.
 *
 * Tokens are written back by a new file that takes the old one's place in one step: unknown fields, layout and mode
 * stay, a symbolic link stays a link. Nothing is written where the file no longer holds what was spent, or was deleted.
 * Processes take turns by a lock file `auth.json.refresh-lock` beside it, where the folder can be written.
 *
 * @param path Default: env `CODEX_AUTH_FILE`, else `$CODEX_HOME/auth.json`, else `~/.codex/auth.json`. `~` is expanded.
 */
export function fileTokenStore(path?: string): FileTokenStore {
  const locate = () => resolveAuthFilePath({ authFile: path })
  const store: FileTokenStore = {
    read: async () => readLoginFile(await locate()),
    write: async (tokens, previous) => writeTokens(await locate(), tokens, previous),
    lock: async (run) => withFileLock(await locate(), run),
    exposure: async () => exposureOf(await locate()),
    async realPath() {
      const file = await locate()
      // What is wrong with it, reading it will tell.
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

async function writeTokens(file: string, tokens: CodexTokens, previous: CodexTokens): Promise<void> {
  // A link stays a link: its target is replaced. A file that was deleted is not made again.
  const target = await realPathOf(file)
  if (target === undefined) return
  await replaceFile(target, (text) =>
    stillHolds(text, file, previous) ? updateAuthFile(text, tokens, file) : undefined,
  )
}

function stillHolds(text: string, file: string, previous: CodexTokens): boolean {
  try {
    return holdsSpent(parseAuthFile(text, file).tokens, previous)
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
