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
import type { CodexTokens } from '../tokens.ts'

/** A file that stands where a login is to be saved. */
export interface ExistingLogin {
  /** Its path. */
  file: string
  /** A ChatGPT login, an API key, or something that is not known here (an empty or broken file too). */
  kind: 'chatgpt' | 'api-key' | 'unknown'
  /** The workspace that the login bills. */
  accountId?: string
  /** That of who has logged in. */
  email?: string
  /** Such as `plus`. */
  planType?: string
}

/**
 * Tells what stands where a login is saved; undefined where nothing does. Holds nothing that is secret.
 *
 * @param authFile Default: as {@link LoginOptions}. `~` is expanded.
 * @throws CodexAuthError where that is no file, or can't be looked at.
 */
export async function existingLogin(authFile?: string): Promise<ExistingLogin | undefined> {
  const file = await resolveAuthFilePath({ authFile })
  const fs = await needNodeModule('node:fs/promises')
  try {
    const stats = await fs.stat(file)
    if (stats.isDirectory()) {
      throw new CodexAuthError({
        message: `The login file ${file} is a folder. Name the file in it, such as auth.json.`,
      })
    }
    if (!stats.isFile()) throw irregularError(file)
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw asFileError(cause, `The login file ${file} can't be looked at`)
  }
  // Even one that can't be read is in the way.
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

/** Who has logged in, as the tokens say. */
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

/** Where to save, and how. */
export interface SaveSettings {
  file: string
  force: boolean
  signal?: AbortSignal | undefined
  /** Milliseconds since 1970. */
  now: () => number
}

/**
 * Asked before a login is made, so that none is made that can't be saved.
 *
 * @throws CodexAuthError where something is there and `force` is false, or where nothing can be written.
 */
export async function assertCanSave(file: string, force: boolean): Promise<void> {
  const existing = await existingLogin(file)
  if (existing && !force) throw existsError(existing)
  const fs = await needNodeModule('node:fs/promises')
  const target = await followLinks(file)
  try {
    await fs.access(await nearestFolder(target), fs.constants.W_OK)
    // For its backup.
    if (existing) await fs.access(target, fs.constants.R_OK)
  } catch (cause) {
    throw asFileError(cause, `The login could not be saved in ${file}`)
  }
}

/**
 * Saves a login as the Codex CLI does (codex-wire.md 5.1), in one step and for its owner alone (mode 0600). Of a file
 * that is replaced nothing is carried over: it is whole in `<file>.backup`, in place of an older backup. A symbolic link
 * stays a link.
 *
 * @throws CodexAuthError where something is there and `force` is false, or the file can't be written.
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
      // Once more: another login may have been made meanwhile.
      const existing = await existingLogin(file)
      if (existing && !force) throw existsError(existing)
      const backup = existing && `${file}.backup`
      if (backup) await writeFileAtomically(backup, await fs.readFile(target))
      await writeFileAtomically(target, formatLogin(tokens, now()))
      await removeAllCopies(file, target)
      return { file, ...(backup === undefined ? {} : { backup }) }
    })
    return await (signal ? untilAborted(saving, signal) : saving)
  } catch (cause) {
    throw asFileError(cause, `The login could not be saved in ${file}`)
  }
}

/** The text of an `auth.json` that the Codex CLI takes: its keys, in its order. */
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
    kind === 'chatgpt' ? `a login${who && ` (${who})`}` : kind === 'api-key' ? 'an API key' : 'no known login'
  return new CodexAuthError({
    message:
      `The login file ${file} is there already; it holds ${what}. Replace it with \`force: true\` ` +
      '(`login --force`): it is kept beside the new one, with .backup at the end of its name.',
  })
}
