import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { row } from './measure.ts'
import { BARE, OURS } from './readers.ts'

const run = promisify(execFile)

const CHILD = fileURLToPath(new URL('./memory-child.ts', import.meta.url))
// Without it the child would read `src/`.
const TSX_TSCONFIG_PATH = fileURLToPath(new URL('./tsconfig.json', import.meta.url))

/** What a process holds while it streams 100 MB, each reader in a process of its own. */
export async function memory(origin: string): Promise<void> {
  console.log(
    '\nwhile 100 MB are streamed (live MB after a collection: largest, last less first; peak RSS in MB)',
  )
  for (const name of Object.keys({ ...BARE, ...OURS })) {
    const { stdout } = await run(
      process.execPath,
      ['--import', 'tsx', '--expose-gc', CHILD, name, `${origin}/400000`],
      { env: { ...process.env, TSX_TSCONFIG_PATH } },
    )
    row(name, stdout.trim())
  }
}
