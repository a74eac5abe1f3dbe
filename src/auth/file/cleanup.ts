import { needNodeModule } from './path.ts'

/** Temporary files older than this were left by killed processes. */
const STALE_AFTER_MS = 3_600_000

const UUIDS = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g

/** Names of temporary copies of a login or its backup, without their ids. */
const copiesOf = (name: string): string[] => [`.${name}..tmp`, `.${name}.backup..tmp`]

/** Names of lock files, guards and their temporary files, without their ids. */
const locksOf = (name: string): string[] =>
  ['.', '.unknown', '..tmp', '...tmp', '.unknown..tmp'].map((end) => `${name}.refresh-lock${end}`)

/** Removes stale temporary files and locks beside a login file. Never rejects. */
export const removeStaleFiles = (file: string): Promise<void> =>
  remove(file, (name) => [...copiesOf(name), ...locksOf(name)], STALE_AFTER_MS)

/**
 * Removes all temporary copies of a login beside its file, however new. Call it only under the file's lock, when nobody
 * else is writing. Never rejects.
 */
const removeCopies = (file: string): Promise<void> => remove(file, copiesOf)

/**
 * Removes all temporary copies of a login whose file may be a link: the backup is beside the link, the login beside its
 * target. Call it only under the lock. Never rejects.
 */
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
