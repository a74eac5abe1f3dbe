import { CodexAuthFileNotFoundError, CodexAuthTokenError } from '../../errors.ts'
import { sleep } from '../../lib/abort.ts'
import { LOG_IN } from '../login-advice.ts'
import type { CodexTokens } from '../tokens.ts'
import { errorCode, isAbsent } from './fs-errors.ts'
import { parseAuthFile } from './parse.ts'
import { needNodeModule } from './path.ts'
import { IRREGULAR, MAX_LOGIN_FILE, readRegularFile } from './regular-file.ts'

// The Codex CLI truncates the file before it writes it.
const REREADS = 2
const REREAD_AFTER_MS = 50

/** Limit of the Codex CLI's config file, in bytes. */
const MAX_CONFIG_FILE = 2 ** 20

/**
 * Reads the tokens of a login file. A file that seems to be in the middle of a write is read again.
 *
 * @throws CodexAuthFileNotFoundError if there is no file.
 * @throws CodexAuthTokenError if it can't be read, or holds no usable tokens.
 */
export async function readLoginFile(file: string): Promise<CodexTokens> {
  for (let rereads = 0; ; rereads++) {
    const text = await readText(file)
    try {
      return parseAuthFile(text, file).tokens
    } catch (error) {
      if (rereads === REREADS || isCompleteJson(text)) throw error
      await sleep(REREAD_AFTER_MS)
    }
  }
}

/** Returns a warning if other users can read or change the file; undefined if they can't, and on Windows. */
export async function exposureOf(file: string): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined
  const fs = await needNodeModule('node:fs/promises')
  const stats = await fs.stat(file)
  const mode = stats.mode & 0o777
  // Warn only those who can change the mode: a secret that is mounted read-only into a container has to be like that.
  const user = process.geteuid?.() ?? stats.uid
  if ((mode & 0o066) === 0 || (user !== stats.uid && user !== 0)) return undefined
  return (
    `The login file ${file} is open to other users of this system (mode ${mode.toString(8)}). ` +
    `Close it with \`chmod 600 ${file}\`.`
  )
}

function isCompleteJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''))
    return true
  } catch {
    return false
  }
}

async function readText(file: string): Promise<string> {
  try {
    return (await readRegularFile(file, MAX_LOGIN_FILE)).text
  } catch (cause) {
    throw errorCode(cause) === IRREGULAR ? irregularError(file) : await readError(file, cause)
  }
}

const OTHER_FILE = 'point `authFile` or CODEX_AUTH_FILE to another file'

/** Creates the error of a named pipe, socket or device in place of a login file. */
export const irregularError = (file: string): CodexAuthTokenError =>
  readFailure(
    file,
    `is not a regular file, but a named pipe, a socket or a device. Remove it, or ${OTHER_FILE}. ${LOG_IN}`,
  )

const readFailure = (file: string, fault: string, cause?: unknown): CodexAuthTokenError =>
  new CodexAuthTokenError({ message: `The login file ${file} ${fault}`, cause })

async function readError(
  file: string,
  cause: unknown,
): Promise<CodexAuthFileNotFoundError | CodexAuthTokenError> {
  if (isAbsent(cause)) {
    return new CodexAuthFileNotFoundError({ message: await notFoundMessage(file), cause })
  }
  const code = errorCode(cause)
  if (code === 'EISDIR') {
    return readFailure(file, `is a folder, not a file. Remove it, or ${OTHER_FILE}. ${LOG_IN}`, cause)
  }
  const fault =
    code === 'EACCES' || code === 'EPERM'
      ? `can't be read: permission denied (${code}). Let this user read it, or ${OTHER_FILE}.`
      : `can't be read (${code ?? 'unknown error'}). Fix it, or ${OTHER_FILE}.`
  return readFailure(file, fault, cause)
}

async function notFoundMessage(file: string): Promise<string> {
  const { store, config } = await credentialsStore(file)
  if (store === undefined) {
    return (
      `There is no Codex login at ${file}. ${LOG_IN} Or ${OTHER_FILE}. If you have logged in already, the login may ` +
      'be in the keyring of your system: set `cli_auth_credentials_store = "file"` in config.toml in the Codex ' +
      'folder, and log in again.'
    )
  }
  const place = store === 'ephemeral' ? 'in memory only' : 'in the keyring of your system'
  return (
    `There is no Codex login at ${file}: with \`cli_auth_credentials_store = "${store}"\` in ${config} the Codex CLI ` +
    `keeps it ${place}, where it can't be read. Log in with \`npx ai-sdk-provider-codex login\`, which creates the ` +
    'file; or set `cli_auth_credentials_store = "file"` in config.toml, and log in again with `npx @openai/codex login`.'
  )
}

/** Reads from the config.toml beside the file whether the Codex CLI keeps its login elsewhere. */
async function credentialsStore(file: string): Promise<{ store: string | undefined; config: string }> {
  const { dirname, join } = await needNodeModule('node:path')
  const config = join(dirname(file), 'config.toml')
  const content = await readRegularFile(config, MAX_CONFIG_FILE).catch(() => undefined)
  const setting = /^[ \t]*cli_auth_credentials_store[ \t]*=[ \t]*["'](keyring|auto|ephemeral)["']/m
  return { store: setting.exec(content?.text ?? '')?.[1], config }
}
