import { CodexAuthError } from '../../errors.ts'
import { untilAborted } from '../../lib/abort.ts'
import { parseObject, textOf } from '../../lib/json.ts'
import { accountFacts, readClaims } from '../claims.ts'
import { writeFileAtomically } from '../file/atomic-write.ts'
import { removeAllCopies } from '../file/cleanup.ts'
import { asFileError, isAbsent } from '../file/fs-errors.ts'
import { withFileLock } from '../file/lock.ts'
import { type AuthFile, parseAuthFile } from '../file/parse.ts'
import { followLinks, nearestFolder, needNodeModule, resolveAuthFilePath } from '../file/path.ts'
import { irregularError } from '../file/read.ts'
import { noteLoginChange } from '../shared-login.ts'
import type { CodexTokens } from '../tokens.ts'

/** Existing file at the path of a login. Holds nothing secret. */
export interface ExistingLogin {
  /** Path of the file. */
  file: string
  /** Content of the file: a ChatGPT login, an API key, or anything else, such as an empty or broken file. */
  kind: 'chatgpt' | 'api-key' | 'unknown'
  /** Workspace that the login bills. */
  accountId?: string
  /** Email address of the user who logged in. */
  email?: string
  /** Plan of the account, such as `plus`. */
  planType?: string
}

/**
 * Describes the file at the path of a login, without its secrets; undefined when there is none.
 *
 * @param authFile Path of the file; `~` is expanded. The default is that of `LoginOptions`.
 * @throws CodexAuthError when the path is not a regular file or can't be inspected.
 */
export async function existingLogin(authFile?: string): Promise<ExistingLogin | undefined> {
  const file = await resolveAuthFilePath({ authFile })
  const fs = await needNodeModule('node:fs/promises')
  try {
    const stats = await fs.stat(file)
    if (stats.isDirectory()) {
      throw new CodexAuthError({
        message: `The login file ${file} is a folder. Add the file name, such as auth.json.`,
      })
    }
    if (!stats.isFile()) throw irregularError(file)
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw asFileError(cause, `Could not inspect the login file ${file}`)
  }
  // A file that can't be read still counts as existing.
  return describe(file, await fs.readFile(file, 'utf8').catch(() => ''))
}

function describe(file: string, text: string): ExistingLogin {
  const login = readLogin(text, file)
  if (!login) {
    const hasKey = textOf(parseObject(text)?.OPENAI_API_KEY) !== undefined
    return { file, kind: hasKey ? 'api-key' : 'unknown' }
  }
  return { file, kind: 'chatgpt', ...accountOf(login.tokens) }
}

/** Reads the account from the claims of the tokens. */
export function accountOf(tokens: CodexTokens): { accountId?: string; planType?: string; email?: string } {
  const { accountId, planType } = accountFacts(tokens)
  const email = readClaims(tokens.idToken).email ?? readClaims(tokens.accessToken).email
  return {
    ...(accountId === undefined ? {} : { accountId }),
    ...(planType === undefined ? {} : { planType }),
    ...(email === undefined ? {} : { email }),
  }
}

function readLogin(text: string, file: string): AuthFile | undefined {
  try {
    return parseAuthFile(text, file)
  } catch {
    return undefined
  }
}

/** Settings of {@link saveLogin}. */
export interface SaveSettings {
  file: string
  force: boolean
  signal?: AbortSignal | undefined
  /** Returns the current time in milliseconds since 1970. */
  now: () => number
}

/**
 * Checks before a login starts that it can be saved.
 *
 * @throws CodexAuthError when the file exists and `force` is false, or when it can't be written.
 */
export async function assertCanSave(file: string, force: boolean): Promise<void> {
  const existing = await existingLogin(file)
  if (existing && !force) throw existsError(existing)
  const fs = await needNodeModule('node:fs/promises')
  const target = await followLinks(file)
  try {
    await fs.access(await nearestFolder(target), fs.constants.W_OK)
    // The backup is a copy of it.
    if (existing) await fs.access(target, fs.constants.R_OK)
  } catch (cause) {
    throw asFileError(cause, `Could not save the login in ${file}`)
  }
}

/**
 * Saves a login in the Codex CLI's format, atomically and with mode 0600. Nothing of a replaced file is carried over: it
 * is kept whole as `<file>.backup`, which replaces an older backup. A symbolic link stays a link.
 *
 * @throws CodexAuthError when the file exists and `force` is false, or when it can't be written.
 * @see docs/wire.md, "Login and tokens"
 */
export async function saveLogin(
  tokens: CodexTokens,
  { file, force, signal, now }: SaveSettings,
): Promise<{ file: string; backup?: string }> {
  const [fs, { dirname }] = await Promise.all([
    needNodeModule('node:fs/promises'),
    needNodeModule('node:path'),
  ])
  const target = await followLinks(file)
  try {
    await fs.mkdir(dirname(target), { recursive: true, mode: 0o700 })
    signal?.throwIfAborted()
    const saving = withFileLock(target, async () => {
      signal?.throwIfAborted()
      // Check again: another process may have logged in meanwhile.
      const existing = await existingLogin(file)
      if (existing && !force) throw existsError(existing)
      const backup = existing && `${file}.backup`
      if (backup) await writeFileAtomically(backup, await fs.readFile(target))
      await writeFileAtomically(target, formatLogin(tokens, now()))
      noteLoginChange()
      await removeAllCopies(file, target)
      return { file, ...(backup === undefined ? {} : { backup }) }
    })
    return await (signal ? untilAborted(saving, signal) : saving)
  } catch (cause) {
    throw asFileError(cause, `Could not save the login in ${file}`)
  }
}

/** Formats an `auth.json` with the Codex CLI's keys, in its order. */
function formatLogin(tokens: CodexTokens, now: number): string {
  const content = {
    auth_mode: 'chatgpt',
    OPENAI_API_KEY: null,
    tokens: {
      id_token: tokens.idToken,
      access_token: tokens.accessToken,
      refresh_token: tokens.refreshToken,
      account_id: accountFacts(tokens).accountId,
    },
    last_refresh: new Date(now).toISOString(),
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

function existsError({ file, kind, email, accountId }: ExistingLogin): CodexAuthError {
  const who = [email, accountId && `account ${accountId}`].filter(Boolean).join(', ')
  const what =
    kind === 'chatgpt'
      ? `a login${who && ` (${who})`}`
      : kind === 'api-key'
        ? 'an API key'
        : 'unknown content'
  return new CodexAuthError({
    message:
      `The login file ${file} already exists and contains ${what}. Pass \`force: true\` (\`login --force\`) to replace ` +
      'it; the old file is kept with the suffix .backup.',
  })
}
