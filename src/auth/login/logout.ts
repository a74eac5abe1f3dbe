import { CodexAuthError } from '../../errors.ts'
import { untilAborted } from '../../lib/abort.ts'
import { removeAllCopies } from '../file/cleanup.ts'
import { asFileError, retryTransient } from '../file/fs-errors.ts'
import { withFileLock } from '../file/lock.ts'
import { parseAuthFile } from '../file/parse.ts'
import { followLinks, needNodeModule, resolveAuthFilePath } from '../file/path.ts'
import { type IssuerSettings, resolveIssuer } from '../issuer.ts'
import { withServerMessage } from '../oauth-error.ts'
import { type LoginRequestSettings, postLogin } from './authorization-request.ts'
import { CODEX_CLIENT_ID } from './options.ts'
import { existingLogin } from './save.ts'

/** Settings of {@link logout}. All optional. */
export interface LogoutOptions extends IssuerSettings {
  /** Default: env `CODEX_AUTH_FILE`, else `$CODEX_HOME/auth.json`, else `~/.codex/auth.json`. */
  authFile?: string | undefined
  /** Default `globalThis.fetch`. */
  fetch?: typeof globalThis.fetch | undefined
  /** Ends the call; a file that is still there then stays. */
  signal?: AbortSignal | undefined
  /** How long to wait for the login server, in milliseconds; 0 waits for ever. Default 20 000. */
  timeoutMs?: number | undefined
  /** Default: the Codex CLI's. */
  clientId?: string | undefined
}

/** What became of a login. */
export interface LogoutResult {
  /** Where it was looked for. */
  file: string
  /** False where there was no file. */
  removed: boolean
  /** True where the login server knows that the login is over. */
  revoked: boolean
  /** Why the revocation failed, where it did. */
  problem?: string
  /** Where the backup of an older login is, if there is one: it stays, with tokens that may still work. */
  backup?: string
}

/**
 * Ends the login (codex-wire.md 5.4): tells the login server, then removes the file, also where the server could not be
 * told. The Codex CLI, which uses the same file, is logged out too; and so is every other program that does. A file that
 * holds an API key or nothing known is removed as well, as the Codex CLI does. A backup stays; copies that killed
 * processes have left do not; a symbolic link stays, what it names does not.
 *
 * @throws CodexAuthError where the file is a folder or can't be removed; the signal's reason.
 * @throws InvalidArgumentError where `issuer` is no secure address.
 */
export async function logout(options: LogoutOptions = {}): Promise<LogoutResult> {
  const { signal } = options
  const issuer = resolveIssuer(options)
  signal?.throwIfAborted()
  const file = await resolveAuthFilePath({ authFile: options.authFile })
  const target = await followLinks(file)
  const fs = await needNodeModule('node:fs/promises')
  // Under the lock, so that no one renews meanwhile what is revoked here.
  const leaving = withFileLock(target, async () => {
    signal?.throwIfAborted()
    const isThere = (await existingLogin(file)) !== undefined
    const kept = await backupOf(file)
    if (!isThere) {
      await removeAllCopies(file, target)
      return { file, removed: false, revoked: false, ...kept }
    }
    const problem = await revoke(file, issuer, options)
    try {
      await retryTransient(() => fs.rm(target, { force: true }))
    } catch (cause) {
      throw asFileError(cause, `The login file ${file} could not be removed`)
    }
    await removeAllCopies(file, target)
    return {
      file,
      removed: true,
      revoked: problem === undefined,
      ...(problem === undefined ? {} : { problem }),
      ...kept,
    }
  })
  return signal ? untilAborted(leaving, signal) : leaving
}

/** A backup is in the folder of the link, where there is one. */
async function backupOf(file: string): Promise<Pick<LogoutResult, 'backup'>> {
  const fs = await needNodeModule('node:fs/promises')
  const backup = `${file}.backup`
  return fs.lstat(backup).then(
    () => ({ backup }),
    () => ({}),
  )
}

/** Tells the login server (codex-wire.md 5.4); gives what went wrong. */
async function revoke(file: string, issuer: string, options: LogoutOptions): Promise<string | undefined> {
  const token = await refreshTokenIn(file)
  if (token === undefined) return 'The file holds no refresh token that could be revoked.'
  const { clientId = CODEX_CLIENT_ID, fetch, signal, timeoutMs } = options
  const body = { token, token_type_hint: 'refresh_token', client_id: clientId }
  const settings: LoginRequestSettings = { fetch, signal, timeoutMs }
  try {
    const { status, json } = await postLogin(`${issuer}/oauth/revoke`, body, settings)
    if (status === 200) return undefined
    return `The login server did not revoke it: ${withServerMessage(`HTTP ${status}`, json, [token])}.`
  } catch (error) {
    if (CodexAuthError.isInstance(error) && !signal?.aborted) return error.message
    throw error
  }
}

async function refreshTokenIn(file: string): Promise<string | undefined> {
  const fs = await needNodeModule('node:fs/promises')
  try {
    return parseAuthFile(await fs.readFile(file, 'utf8'), file).tokens.refreshToken
  } catch {
    return undefined
  }
}
