import { CodexAuthFileNotFoundError, CodexAuthTokenError } from '../../errors.ts'
import { sleep } from '../../lib/abort.ts'
import { CODEX_WORDS, type LoginWords } from '../login-advice.ts'
import type { CodexTokens } from '../tokens.ts'
import { errorCode, isAbsent } from './fs-errors.ts'
import { parseAuthFile } from './parse.ts'
import { needNodeModule, resolveAuthFilePath } from './path.ts'
import { IRREGULAR, MAX_LOGIN_FILE, readRegularFile } from './regular-file.ts'
import { updateAuthFile } from './update.ts'

// The Codex CLI truncates the file before it writes it.
const REREADS = 2
const REREAD_AFTER_MS = 50

/** Limit of the Codex CLI's config file, in bytes. */
const MAX_CONFIG_FILE = 2 ** 20

/** Format of a login file. */
export interface LoginFileFormat {
  readonly words: LoginWords
  /** Resolves the path of the file that is used if none is named. */
  locate(authFile: string | undefined): Promise<string>
  /** @throws CodexAuthTokenError if the text holds no usable tokens. */
  parse(text: string, file: string): CodexTokens
  /** Puts renewed tokens into the text, in the place of the old ones. */
  update(text: string, tokens: CodexTokens, file: string): string
  /** Message of the error if there is no file. */
  explainMissing(file: string): string | Promise<string>
}

/** Format of the Codex CLI. */
export const CODEX_FORMAT: LoginFileFormat = {
  words: CODEX_WORDS,
  locate: (authFile) => resolveAuthFilePath({ authFile }),
  parse: (text, file) => parseAuthFile(text, file).tokens,
  update: updateAuthFile,
  explainMissing: notFoundMessage,
}

/**
 * Reads the tokens of a login file. A file that seems to be in the middle of a write is read again.
 *
 * @throws CodexAuthFileNotFoundError if there is no file.
 * @throws CodexAuthTokenError if it can't be read, or holds no usable tokens.
 */
export async function readLoginFile(
  file: string,
  format: LoginFileFormat = CODEX_FORMAT,
): Promise<CodexTokens> {
  for (let rereads = 0; ; rereads++) {
    const text = await readText(file, format)
    try {
      return format.parse(text, file)
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

/**
 * Reads the text of a login file.
 *
 * @throws CodexAuthFileNotFoundError if there is no file, CodexAuthTokenError if it can't be read.
 */
export async function readText(file: string, format: LoginFileFormat): Promise<string> {
  try {
    return (await readRegularFile(file, MAX_LOGIN_FILE)).text
  } catch (cause) {
    const isIrregular = errorCode(cause) === IRREGULAR
    throw isIrregular ? irregularError(file, format.words) : await readError(file, cause, format)
  }
}

/** Creates the error of a named pipe, socket or device in place of a login file. */
export const irregularError = (file: string, words: LoginWords = CODEX_WORDS): CodexAuthTokenError =>
  readFailure(
    file,
    `is not a regular file, but a named pipe, a socket or a device. Remove it, or ${words.otherFile}. ${words.logIn}`,
  )

const readFailure = (file: string, fault: string, cause?: unknown): CodexAuthTokenError =>
  new CodexAuthTokenError({ message: `The login file ${file} ${fault}`, cause })

async function readError(
  file: string,
  cause: unknown,
  { words: { otherFile, logIn }, explainMissing }: LoginFileFormat,
): Promise<CodexAuthFileNotFoundError | CodexAuthTokenError> {
  if (isAbsent(cause)) {
    return new CodexAuthFileNotFoundError({ message: await explainMissing(file), cause })
  }
  const code = errorCode(cause)
  if (code === 'EISDIR') {
    return readFailure(file, `is a folder, not a file. Remove it, or ${otherFile}. ${logIn}`, cause)
  }
  const fault =
    code === 'EACCES' || code === 'EPERM'
      ? `can't be read: permission denied (${code}). Let this user read it, or ${otherFile}.`
      : `can't be read (${code ?? 'unknown error'}). Fix it, or ${otherFile}.`
  return readFailure(file, fault, cause)
}

async function notFoundMessage(file: string): Promise<string> {
  const { logIn, otherFile } = CODEX_WORDS
  const { store, config } = await credentialsStore(file)
  if (store === undefined) {
    return (
      `There is no Codex login at ${file}. ${logIn} Or ${otherFile}. If you have logged in already, the login may ` +
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
