import { outputOf, row } from './measure.ts'
import { BARE, OURS } from './readers.ts'

/** Functions that the engine compiles with optimizations in 1,500 small calls, each reader in a process of its own. */
export async function compiles(origin: string): Promise<void> {
  console.log(
    '\n1,500 answers of 10 deltas, one after another, in a new process (optimized compiles; thrown away)',
  )
  for (const name of Object.keys({ ...BARE, ...OURS })) {
    const flags = ['--import', 'tsx', '--trace-opt', '--trace-deopt']
    const stdout = await outputOf([...flags, 'compiles-child.ts', name, `${origin}/10`])
    const [, calls = ''] = stdout.split('--- calls ---\n')
    row(name, `${count(calls, 'completed optimizing')}   ${count(calls, 'bailout (kind')}`)
  }
}

const count = (text: string, words: string): number => text.split(`[${words}`).length - 1
