import { CodexAuthFileNotFoundError, CodexAuthTokenError } from '../../errors.ts'
import { sleep } from '../../lib/abort.ts'
import { LOG_IN } from '../login-advice.ts'
import type { CodexTokens } from '../tokens.ts'
import { errorCode } from './fs-errors.ts'
import { parseAuthFile } from './parse.ts'
import { needNodeModule } from './path.ts'

// A writer that is no careful one (the Codex CLI) empties the file before it fills it.
const REREADS = 2
const REREAD_AFTER_MS = 50

/**
 * Reads the tokens of a login file; again, shortly after, where it looks as if it was being written.
 *
 * @throws CodexAuthFileNotFoundError, CodexAuthTokenError: what is wrong, where, and the way out.
 */
export async function readLoginFile(file: string): Promise<CodexTokens> {
  for (let rereads = 0; ; rereads++) {
    const text = await readText(file)
    try {
      return parseAuthFile(text, file).tokens
    } catch (error) {
      if (rereads === REREADS || isWholeJson(text)) throw error
      await sleep(REREAD_AFTER_MS)
    }
  }
}

/** What is unsafe about who may read the file, and how to mend it; undefined where nothing is, and on Windows. */
export async function exposureOf(file: string): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined
  const fs = await needNodeModule('node:fs/promises')
  const stats = await fs.stat(file)
  const mode = stats.mode & 0o777
  // Only whoever may change the mode is told: a secret that is mounted read-only into a container is as it has to be.
  const user = process.geteuid?.() ?? stats.uid
  if ((mode & 0o066) === 0 || (user !== stats.uid && user !== 0)) return undefined
  return (
    `The login file ${file} is open to other users of this system (mode ${mode.toString(8)}). ` +
    `Close it with \`chmod 600 ${file}\`.`
  )
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
    const stats = await fs.stat(file)
    // A pipe that nobody writes to would never be read to its end.
    if (!stats.isFile() && !stats.isDirectory()) throw irregularError(file)
    return await fs.readFile(file, 'utf8')
  } catch (cause) {
    if (CodexAuthTokenError.isInstance(cause)) throw cause
    throw await readError(file, cause)
  }
}

const OTHER_FILE = 'name another file by the authFile setting or CODEX_AUTH_FILE'

/** The error of a login file that can't be one. */
export const irregularError = (file: string): CodexAuthTokenError =>
  new CodexAuthTokenError({
    message:
      `The login file ${file} is no regular file, but a named pipe, a socket or a device. Remove it, or ${OTHER_FILE}. ` +
      LOG_IN,
  })

async function readError(
  file: string,
  cause: unknown,
): Promise<CodexAuthFileNotFoundError | CodexAuthTokenError> {
  const code = errorCode(cause)
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new CodexAuthFileNotFoundError({ message: await notFoundMessage(file), cause })
  }
  const fault =
    code === 'EISDIR'
      ? `is a folder, not a file. Remove it, or ${OTHER_FILE}. ${LOG_IN}`
      : code === 'EACCES' || code === 'EPERM'
        ? `can't be read: permission denied (${code}). Let this user read it, or ${OTHER_FILE}.`
        : `can't be read (${code ?? 'unknown error'}). Mend that, or ${OTHER_FILE}.`
  return new CodexAuthTokenError({ message: `The login file ${file} ${fault}`, cause })
}

async function notFoundMessage(file: string): Promise<string> {
  const { store, config } = await credentialsStore(file)
  if (store === undefined) {
    return (
      `There is no Codex login at ${file}. ${LOG_IN} Or ${OTHER_FILE}. If you have logged in already, the login may ` +
      'be in the keyring of your system: put `cli_auth_credentials_store = "file"` into config.toml in the folder of ' +
      'Codex, and log in again.'
    )
  }
  const place = store === 'ephemeral' ? 'in memory only' : 'in the keyring of your system'
  return (
    `There is no Codex login at ${file}: by \`cli_auth_credentials_store = "${store}"\` in ${config} the Codex CLI ` +
    `keeps it ${place}, where it is not read. Log in with \`npx ai-sdk-provider-codex login\`, which makes that file; ` +
    'or put `cli_auth_credentials_store = "file"` into config.toml, and log in again with `npx @openai/codex login`.'
  )
}

/** Where the Codex CLI keeps its login, if its config.toml beside the file says another place than a file. */
async function credentialsStore(file: string): Promise<{ store: string | undefined; config: string }> {
  const [fs, { dirname, join }] = await Promise.all([
    needNodeModule('node:fs/promises'),
    needNodeModule('node:path'),
  ])
  const config = join(dirname(file), 'config.toml')
  const text = await fs.readFile(config, 'utf8').catch(() => '')
  const store = /^[ \t]*cli_auth_credentials_store\s*=\s*["'](keyring|auto|ephemeral)["']/m.exec(text)?.[1]
  return { store, config }
}
