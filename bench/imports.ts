import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { median, row } from './measure.ts'

const run = promisify(execFile)
const ROUNDS = 9
const ROOT = fileURLToPath(new URL('..', import.meta.url))

const PAIRS = [
  { ai: 'ai', entry: 'index.js' },
  { ai: 'ai5', entry: 'v2.js' },
  { ai: 'ai6', entry: 'v3.js' },
  { ai: 'ai7', entry: 'v4.js' },
]

/** What an entry adds to the import of `ai`, each time in a new process. */
export async function imports(): Promise<void> {
  console.log('\nimport of an entry of dist/ on top of `ai`, cold (milliseconds)')
  for (const { ai, entry } of PAIRS) {
    const script = `await import('${ai}'); const start = performance.now(); await import('./dist/${entry}'); console.log(performance.now() - start)`
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT })
      times.push(Number(stdout))
    }
    row(
      `${entry} on ${ai}`,
      `${median(times).toFixed(1)}   [${times.map((time) => time.toFixed(0)).join(' ')}]`,
    )
  }
}
