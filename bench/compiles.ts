import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { row } from './measure.ts'
import { BARE, OURS } from './readers.ts'

const run = promisify(execFile)

const CHILD = fileURLToPath(new URL('./compiles-child.ts', import.meta.url))
// Without it the child would read `src/`.
const TSX_TSCONFIG_PATH = fileURLToPath(new URL('./tsconfig.json', import.meta.url))

/** Functions that the engine compiles with optimizations in 1,500 small calls, each reader in a process of its own. */
export async function compiles(origin: string): Promise<void> {
  console.log(
    '\n1,500 answers of 10 deltas, one after another, in a new process (optimized compiles; thrown away)',
  )
  for (const name of Object.keys({ ...BARE, ...OURS })) {
    const { stdout } = await run(
      process.execPath,
      ['--import', 'tsx', '--trace-opt', '--trace-deopt', CHILD, name, `${origin}/10`],
      { env: { ...process.env, TSX_TSCONFIG_PATH }, maxBuffer: 64 * 1024 * 1024 },
    )
    const [, calls = ''] = stdout.split('--- calls ---\n')
    row(name, `${count(calls, 'completed optimizing')}   ${count(calls, 'bailout (kind')}`)
  }
}

const count = (text: string, words: string): number => text.split(`[${words}`).length - 1
