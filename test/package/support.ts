import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../docs/support.ts'

const run = promisify(execFile)

/** The package as npm would publish it, and a project that has installed it. */
export interface Installed {
  /** The folder of both. */
  readonly folder: string
  /** The files in the tarball. */
  readonly files: readonly string[]
  /** Bytes of the tarball. */
  readonly size: number
  /** The folder of a project with `ai`, the tarball and nothing else. */
  readonly app: string
  /** The installed package in it. */
  readonly installed: string
}

/** Builds and packs the package, and installs it beside `ai` in an empty project. */
export async function packAndInstall(name: string, ai: string): Promise<Installed> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'codex-package-')))
  await npm(ROOT, ['run', 'build'])
  const packed = await npm(ROOT, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder])
  const [{ filename, files, size }] = JSON.parse(packed) as [
    { filename: string; size: number; files: Array<{ path: string }> },
  ]
  const app = join(folder, 'app')
  await mkdir(app)
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true }))
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--no-progress']
  await npm(app, ['install', ...quietly, join(folder, filename), `ai@${ai}`])
  return {
    folder,
    files: files.map(({ path }) => path),
    size,
    app,
    installed: join(app, 'node_modules', name),
  }
}

async function npm(cwd: string, args: readonly string[]): Promise<string> {
  // The settings that npm hands to its scripts belong to the repository, not to the project.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^npm_(?!config_)/i.test(key)),
  )
  const { stdout } = await run('npm', args, { cwd, env, maxBuffer: 2 ** 26 })
  return stdout
}

/** Runs a file of the project with Node; gives what it printed. */
export async function runNode(file: string, args: readonly string[], env: Record<string, string>) {
  const { stdout, stderr } = await run(process.execPath, [...args, file], {
    env: { PATH: process.env.PATH, ...env },
  })
  return { stdout, stderr }
}
