import { CodexAuthError } from '../../errors.ts'
import { untilAborted } from '../../lib/abort.ts'
import { removeAllCopies } from '../file/cleanup.ts'
import { asFileError, retryTransient } from '../file/fs-errors.ts'
import { withFileLock } from '../file/lock.ts'
import { parseAuthFile } from '../file/parse.ts'
import { followLinks, needNodeModule, resolveAuthFilePath } from '../file/path.ts'
import { type IssuerSettings, resolveIssuer } from '../issuer.ts'
import { withServerMessage } from '../oauth-error.ts'
import { noteLoginChange } from '../shared-login.ts'
import { type LoginRequestSettings, postLogin } from './authorization-request.ts'
import { CODEX_CLIENT_ID } from './options.ts'
import { existingLogin } from './save.ts'

/** Settings of {@link logout}. All optional. */
export interface LogoutOptions extends IssuerSettings {
  /**
   * Login file to remove.
   *
   * @default env `CODEX_AUTH_FILE`, else `$CODEX_HOME/auth.json`, else `~/.codex/auth.json`
   */
  authFile?: string | undefined
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch | undefined
  /** Cancels the logout; a file that is not removed yet stays. */
  signal?: AbortSignal | undefined
  /**
   * Time limit of the request to the login server, in milliseconds; 0 for none.
   *
   * @default 20_000
   */
  timeoutMs?: number | undefined
  /** @default the Codex CLI's OAuth client id */
  clientId?: string | undefined
}

/** Result of {@link logout}. */
export interface LogoutResult {
  /** Path of the login file. */
  file: string
  /** False when there was no file. */
  removed: boolean
  /** True when the login server revoked the refresh token. */
  revoked: boolean
  /** Reason why the refresh token was not revoked. */
  problem?: string
  /** Path of the backup of an older login. It is kept, and its tokens may still work. */
  backup?: string
}

/**
 * Logs out: revokes the refresh token, then removes the login file, even when the revocation failed. Every program that
 * uses this file is logged out too, the Codex CLI among them.
 *
 * A file with an API key or unknown content is removed as well, as the Codex CLI does. A symbolic link stays, its target
 * is removed. `<file>.backup` stays; temporary copies left by killed processes are removed.
 *
 * @throws CodexAuthError when the path is a folder or the file can't be removed; the signal's reason when it aborts.
 * @throws InvalidArgumentError when `issuer` is not a secure address.
 * @see RFC 7009; docs/wire.md, "Login and tokens"
 */
export async function logout(options: LogoutOptions = {}): Promise<LogoutResult> {
  const { signal } = options
  const issuer = resolveIssuer(options)
  signal?.throwIfAborted()
  const file = await resolveAuthFilePath({ authFile: options.authFile })
  const target = await followLinks(file)
  const fs = await needNodeModule('node:fs/promises')
  // Holds the lock so that no other process refreshes a token that is being revoked.
  const loggingOut = withFileLock(target, async () => {
    signal?.throwIfAborted()
    const exists = (await existingLogin(file)) !== undefined
    const backup = await backupOf(file)
    if (!exists) {
      await removeAllCopies(file, target)
      return { file, removed: false, revoked: false, ...backup }
    }
    const problem = await revoke(file, issuer, options)
    try {
      await retryTransient(() => fs.rm(target, { force: true }))
    } catch (cause) {
      throw asFileError(cause, `Could not remove the login file ${file}`)
    }
    noteLoginChange()
    await removeAllCopies(file, target)
    return {
      file,
      removed: true,
      revoked: problem === undefined,
      ...(problem === undefined ? {} : { problem }),
      ...backup,
    }
  })
  return signal ? untilAborted(loggingOut, signal) : loggingOut
}

/** Looks for the backup: beside the link, if the login file is one. */
async function backupOf(file: string): Promise<Pick<LogoutResult, 'backup'>> {
  const fs = await needNodeModule('node:fs/promises')
  const backup = `${file}.backup`
  return fs.lstat(backup).then(
    () => ({ backup }),
    () => ({}),
  )
}

/** Revokes the refresh token; returns what went wrong. */
async function revoke(file: string, issuer: string, options: LogoutOptions): Promise<string | undefined> {
  const token = await refreshTokenIn(file)
  if (token === undefined) return 'The login file has no refresh token to revoke.'
  const { clientId = CODEX_CLIENT_ID, fetch, signal, timeoutMs } = options
  const body = { token, token_type_hint: 'refresh_token', client_id: clientId }
  const settings: LoginRequestSettings = { fetch, signal, timeoutMs }
  try {
    const { status, json } = await postLogin(`${issuer}/oauth/revoke`, body, settings)
    if (status === 200) return undefined
    return `The login server did not revoke the login (${withServerMessage(`HTTP ${status}`, json, [token])}).`
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
