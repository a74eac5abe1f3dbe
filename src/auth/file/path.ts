import { CodexAuthError } from '../../errors.ts'
import { loadNodeModule, readEnv } from '../../lib/runtime.ts'
import { isAbsent } from './fs-errors.ts'

/**
 * Resolves the path of the login file: the setting, else env `CODEX_AUTH_FILE`, else `$CODEX_HOME/auth.json`, else
 * `~/.codex/auth.json`. `~` is expanded, and the environment is read at each call.
 *
 * @throws CodexAuthError if the runtime has no file system, or the user no home folder.
 */
export async function resolveAuthFilePath({
  authFile,
}: {
  authFile?: string | undefined
} = {}): Promise<string> {
  const path = await needNodeModule('node:path')
  const file = authFile || readEnv('CODEX_AUTH_FILE')
  if (file) return path.resolve(await expandHome(file))
  const home = readEnv('CODEX_HOME')
  const folder = home ? await expandHome(home) : path.join(await homeFolder(), '.codex')
  return path.resolve(folder, 'auth.json')
}

/**
 * Loads one of Node's own modules.
 *
 * @throws CodexAuthError if the runtime has none.
 */
export async function needNodeModule<Name extends Parameters<typeof loadNodeModule>[0]>(name: Name) {
  const module = await loadNodeModule(name)
  if (module) return module
  throw new CodexAuthError({
    message:
      'This runtime has no file system, so there is no login file to read. ' +
      'Pass tokens, a TokenStore or a function as the `auth` setting.',
  })
}

/** Expands `~` at the start of a path. */
export async function expandHome(file: string, variables?: string): Promise<string> {
  if (!/^~(?:[/\\]|$)/.test(file)) return file
  const path = await needNodeModule('node:path')
  return path.join(await homeFolder(variables), file.slice(1))
}

/**
 * Returns the user's home folder.
 *
 * @param variables Environment variables that name another place for the login, for the error.
 * @throws CodexAuthError if it is unknown.
 */
export async function homeFolder(variables = 'CODEX_HOME or CODEX_AUTH_FILE'): Promise<string> {
  const os = await needNodeModule('node:os')
  try {
    // With an empty HOME the current folder must not become the home folder.
    return os.homedir() || os.userInfo().homedir
  } catch (cause) {
    // Some containers run a user id that is not in the user database, without HOME.
    throw new CodexAuthError({
      message:
        "The home folder of this user is unknown, so the login file in it can't be found. " +
        `Set HOME, ${variables}, or the \`authFile\` setting.`,
      cause,
    })
  }
}

// More than any system follows, so it is a loop.
const MAX_LINKS = 40

/** Resolves symbolic links of a file that may not exist yet. */
export async function followLinks(file: string): Promise<string> {
  const [fs, { dirname, resolve }] = await Promise.all([
    needNodeModule('node:fs/promises'),
    needNodeModule('node:path'),
  ])
  let target = file
  for (let links = 0; links < MAX_LINKS; links++) {
    const next = await fs.readlink(target).catch(() => undefined)
    if (next === undefined) return target
    target = resolve(dirname(target), next)
  }
  return target
}

/**
 * Returns the nearest existing folder above a file.
 *
 * @throws the error of the file system; ENOTDIR if a file is in the way.
 */
export async function nearestFolder(file: string): Promise<string> {
  const [fs, { dirname }] = await Promise.all([
    needNodeModule('node:fs/promises'),
    needNodeModule('node:path'),
  ])
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const stats = await fs.stat(folder).catch((error: unknown) => {
      // At the top: the drive does not exist.
      if (!isAbsent(error) || dirname(folder) === folder) throw error
      return undefined
    })
    if (stats?.isDirectory()) return folder
    if (stats) throw Object.assign(new Error(`${folder} is not a folder`), { code: 'ENOTDIR' })
  }
}
