import { CodexAuthError } from '../../errors.ts'
import { needNodeModule } from './path.ts'
import { errorCode, untilPassed } from './transient-errors.ts'

/** Writes a file that is there whole or not at all, and that its owner alone can read. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const [fs, { basename, dirname, join }] = await Promise.all([
    needNodeModule('node:fs/promises'),
    needNodeModule('node:path'),
  ])
  const temporary = join(dirname(file), `.${basename(file)}.${crypto.randomUUID()}.tmp`)
  try {
    const handle = await fs.open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await untilPassed(() => fs.rename(temporary, file))
  } finally {
    await fs.rm(temporary, { force: true })
  }
}

// More than any system follows: a circle of links.
const MAX_LINKS = 40

/** Where the links end, also where nothing is there yet. */
export async function targetOf(file: string): Promise<string> {
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

/** True where the error says that nothing is there. */
export const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')

/** The error of a file that can't be had; other errors, such as the signal's reason, as they are. */
export function fileError(cause: unknown, fault: string): unknown {
  const code = errorCode(cause)
  if (code === undefined || CodexAuthError.isInstance(cause)) return cause
  return new CodexAuthError({
    message: `${fault} (${code}). Name another file by the \`authFile\` setting or CODEX_AUTH_FILE.`,
    cause,
  })
}
