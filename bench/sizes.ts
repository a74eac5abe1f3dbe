import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { row } from './measure.ts'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('..', import.meta.url))

const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`

/** The packed tarball, and each entry minified and gzipped without dependencies. */
export async function sizes(): Promise<void> {
  console.log('\nsizes of dist/')
  const packed = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT })
  row('packed tarball', kB(JSON.parse(packed.stdout)[0].size))
  const limits = await run('npx', ['size-limit', '--json'], { cwd: ROOT })
  for (const { name, size } of JSON.parse(limits.stdout)) row(name, kB(size))
}
