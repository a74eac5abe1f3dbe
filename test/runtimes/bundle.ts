import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { program } from './installed.ts'

const run = promisify(execFile)

/** How each runtime of workers wants its code. */
const BUNDLES = {
  workerd: { from: 'worker.mjs', format: 'esm', conditions: 'workerd,worker,browser' },
  edge: { from: 'edge.mjs', format: 'iife', conditions: 'edge-light,browser' },
} as const

/**
 * Bundles the worker in a folder to `<name>.js`.
 *
 * @throws where the worker or a package that it uses imports a module of Node.
 */
export async function bundle(folder: string, name: keyof typeof BUNDLES): Promise<void> {
  const { from, format, conditions } = BUNDLES[name]
  const output = `${name}.js`
  const meta = `${name}.meta.json`
  const shape = ['--platform=browser', '--target=es2022', `--format=${format}`, `--conditions=${conditions}`]
  const files = [from, `--outfile=${output}`, `--metafile=${meta}`]
  await run(program('.bin', 'esbuild'), ['--bundle', '--log-level=error', ...shape, ...files], {
    cwd: folder,
  })

  const { outputs } = JSON.parse(await readFile(join(folder, meta), 'utf8')) as {
    outputs: Record<string, { imports: Array<{ path: string }> }>
  }
  // esbuild refuses what it can't resolve, but leaves an import whose failure is caught.
  const left = outputs[output]?.imports.map(({ path }) => path) ?? ['?']
  if (left.length > 0) throw new Error(`The bundle for ${name} imports ${left.join(', ')}`)
}
