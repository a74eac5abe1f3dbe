import { needNodeModule } from './path.ts'

/** Files of ours that are older than this were left by processes that were killed. */
const LEFTOVER_AFTER_MS = 3_600_000

const UUIDS = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g

/** Names of our temporary files without their ids: copies of a login, or of one that was kept as a backup. */
const copiesOf = (name: string): string[] => [`.${name}..tmp`, `.${name}.backup..tmp`]

/** Names of what a lock leaves, without their ids. */
const locksOf = (name: string): string[] =>
  ['.', '.unknown', '..tmp', '...tmp', '.unknown..tmp'].map((end) => `${name}.refresh-lock${end}`)

/** Removes temporary files and locks beside a login file that nobody will come back for. Never fails. */
export const removeStaleFiles = (file: string): Promise<void> =>
  remove(file, (name) => [...copiesOf(name), ...locksOf(name)], LEFTOVER_AFTER_MS)

/**
 * Removes the copies of a login that killed processes have left beside its file, however new: only for those who hold
 * the file's lock, since nobody else is writing then. Never fails.
 */
const removeCopies = (file: string): Promise<void> => remove(file, copiesOf)

/** The same for a file that may be a link: its backup is beside the link, itself beside what the link names. */
export async function removeAllCopies(file: string, target: string): Promise<void> {
  await removeCopies(target)
  if (target !== file) await removeCopies(file)
}

async function remove(
  file: string,
  namesOf: (name: string) => string[],
  olderThanMs = Number.NEGATIVE_INFINITY,
): Promise<void> {
  const [fs, { basename, dirname, join }] = await Promise.all([
    needNodeModule('node:fs/promises'),
    needNodeModule('node:path'),
  ])
  const names = namesOf(basename(file))
  const folder = dirname(file)
  const entries = await fs.readdir(folder).catch(() => [])
  const removals = entries
    .filter((entry) => names.includes(entry.replace(UUIDS, '')))
    .map(async (entry) => {
      const path = join(folder, entry)
      const { mtimeMs } = await fs.stat(path)
      if (Date.now() - mtimeMs > olderThanMs) await fs.rm(path)
    })
  await Promise.allSettled(removals)
}
