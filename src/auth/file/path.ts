import { CodexAuthError } from '../../errors.ts'
import { loadNodeModule, readEnv } from '../../lib/runtime.ts'
import { isAbsent } from './fs-errors.ts'

/**
 * The path of the login file: the setting, else env `CODEX_AUTH_FILE`, else `$CODEX_HOME/auth.json`, else
 * `~/.codex/auth.json`; `~` is expanded and the environment read at each call.
 *
 * @throws CodexAuthError where the runtime has no file system or the user no home folder.
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

/** One of Node's modules, where there is no way without it. */
export async function needNodeModule<Name extends Parameters<typeof loadNodeModule>[0]>(name: Name) {
  const module = await loadNodeModule(name)
  if (module) return module
  throw new CodexAuthError({
    message:
      'This runtime has no file system, so there is no login file to read. ' +
      'Pass tokens, a TokenStore or a function by the `auth` setting.',
  })
}

async function expandHome(file: string): Promise<string> {
  if (!/^~(?:[/\\]|$)/.test(file)) return file
  const path = await needNodeModule('node:path')
  return path.join(await homeFolder(), file.slice(1))
}

async function homeFolder(): Promise<string> {
  const os = await needNodeModule('node:os')
  try {
    // An empty HOME must not make the current folder the home.
    return os.homedir() || os.userInfo().homedir
  } catch (cause) {
    // A user id without an entry in the user database, as in some containers, and no HOME.
    throw new CodexAuthError({
      message:
        'The home folder of this user is unknown, so there is no ~/.codex/auth.json to read. ' +
        'Set HOME, CODEX_HOME or CODEX_AUTH_FILE, or the `authFile` setting.',
      cause,
    })
  }
}

// More than any system follows: a circle of links.
const MAX_LINKS = 40

/** Where the links end, also where nothing is there yet. */
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
 * The nearest folder above a file that is there, where all others can be made.
 *
 * @throws whatever the file system throws, and ENOTDIR where a file is in the way.
 */
export async function nearestFolder(file: string): Promise<string> {
  const [fs, { dirname }] = await Promise.all([
    needNodeModule('node:fs/promises'),
    needNodeModule('node:path'),
  ])
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const stats = await fs.stat(folder).catch((error: unknown) => {
      // At the top it is a drive that is not there.
      if (!isAbsent(error) || dirname(folder) === folder) throw error
      return undefined
    })
    if (stats?.isDirectory()) return folder
    if (stats) throw Object.assign(new Error(`${folder} is no folder`), { code: 'ENOTDIR' })
  }
}
