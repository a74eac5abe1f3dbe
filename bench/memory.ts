import { outputOf, row } from './measure.ts'
import { BARE, OURS } from './readers.ts'

/** What a process holds while it streams 100 MB, each reader in a process of its own. */
export async function memory(origin: string): Promise<void> {
  console.log(
    '\nwhile 100 MB are streamed (live MB after a collection: largest, last less first; peak RSS in MB)',
  )
  for (const name of Object.keys({ ...BARE, ...OURS })) {
    const args = ['--import', 'tsx', '--expose-gc', 'memory-child.ts', name, `${origin}/400000`]
    row(name, await outputOf(args))
  }
}
