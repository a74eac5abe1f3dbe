import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

// Without it a process of the benchmark would read `src/`.
const TSX_TSCONFIG_PATH = fileURLToPath(new URL('./tsconfig.json', import.meta.url))

/** What a new Node process prints, which runs in a folder of the benchmark. */
export async function outputOf(args: readonly string[], folder = '.'): Promise<string> {
  const { stdout } = await run(process.execPath, args, {
    cwd: fileURLToPath(new URL(folder, import.meta.url)),
    env: { ...process.env, TSX_TSCONFIG_PATH },
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout.trim()
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Leaves no garbage of others to pay for. */
export const collect = (): void => globalThis.gc?.()

/** CPU time of this process that the work takes, in microseconds. */
export async function cpuTime(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** A row of the table: name and figures. */
export function row(name: string, figures: string): void {
  console.log(`  ${name.padEnd(34)} ${figures}`)
}
