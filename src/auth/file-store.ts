import { CodexAuthFileNotFoundError, CodexAuthTokenError } from '../errors.ts'
import { parseAuthFile } from './auth-file.ts'
import { needNodeModule, resolveAuthFilePath } from './auth-path.ts'
import { replaceFile } from './replace-file.ts'
import { holdsSpent } from './token-fields.ts'
import type { CodexTokens, TokenStore } from './tokens.ts'
import { updateAuthFile } from './update-auth-file.ts'

/** A login in a file. */
export interface FileTokenStore extends TokenStore {
  /** The file's path with symbolic links resolved: the same for all stores on one file. */
  realPath(): Promise<string>
  /** False where renewed tokens could not be written back, as on a read-only mount. */
  canWrite(): Promise<boolean>
}

// A writer that is no careful one (the Codex CLI) empties the file before it fills it.
const REREADS = 2
const REREAD_AFTER_MS = 50

/**
 * Keeps a login in a file such as the Codex CLI's `auth.json`. Nothing is read before it is needed.
 *
 * Tokens are written back by a new file that takes the old one's place in one step, mode 0600; unknown fields stay,
 * a symbolic link stays a link. Nothing is written where the file no longer holds what was spent, or was deleted.
 *
 * @param path Default: env `CODEX_AUTH_FILE`, else `$CODEX_HOME/auth.json`, else `~/.codex/auth.json`. `~` is expanded.
 */
export function fileTokenStore(path?: string): FileTokenStore {
  const locate = () => resolveAuthFilePath({ authFile: path })
  return {
    read: async () => readTokens(await locate()),
    write: async (tokens, previous) => writeTokens(await locate(), tokens, previous),
    async realPath() {
      const file = await locate()
      return (await realPathOf(file)) ?? file
    },
    async canWrite() {
      const [fs, { dirname }] = await Promise.all([
        needNodeModule('node:fs/promises'),
        needNodeModule('node:path'),
      ])
      try {
        const target = await fs.realpath(await locate())
        await Promise.all([target, dirname(target)].map((place) => fs.access(place, fs.constants.W_OK)))
        return true
      } catch {
        return false
      }
    },
  }
}

async function readTokens(file: string): Promise<CodexTokens> {
  for (let rereads = 0; ; rereads++) {
    const text = await readText(file)
    try {
      return parseAuthFile(text, file).tokens
    } catch (error) {
      if (rereads === REREADS || isWholeJson(text)) throw error
      await new Promise((resolve) => setTimeout(resolve, REREAD_AFTER_MS))
    }
  }
}

function isWholeJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''))
    return true
  } catch {
    return false
  }
}

async function readText(file: string): Promise<string> {
  const fs = await needNodeModule('node:fs/promises')
  try {
    return await fs.readFile(file, 'utf8')
  } catch (cause) {
    throw readError(file, cause)
  }
}

function readError(file: string, cause: unknown): CodexAuthFileNotFoundError | CodexAuthTokenError {
  const code = errorCode(cause)
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new CodexAuthFileNotFoundError({ message: notFoundMessage(file), cause })
  }
  const fault =
    code === 'EISDIR'
      ? 'is a folder. Name the file in it, such as auth.json.'
      : code === 'EACCES' || code === 'EPERM'
        ? `can't be read: permission denied (${code}). Let this user read it.`
        : `can't be read (${code ?? 'unknown error'}).`
  return new CodexAuthTokenError({ message: `The login file ${file} ${fault}`, cause })
}

const notFoundMessage = (file: string): string =>
  `There is no Codex login at ${file}. Log in with \`npx @openai/codex login\`, or name another file by the authFile ` +
  'setting or CODEX_AUTH_FILE. If you have logged in already, the login may be in the keyring of your system: put ' +
  '`cli_auth_credentials_store = "file"` into config.toml in the folder of Codex, and log in again.'

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

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
