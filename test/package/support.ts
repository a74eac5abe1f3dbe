import { execFile } from 'node:child_process'
import { mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../docs/support.ts'

const run = promisify(execFile)

/** The package as npm would publish it, and a project that has installed it. */
export interface Installed {
  /** The folder of both. */
  readonly folder: string
  readonly tarball: string
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
  const tarball = join(folder, filename)
  const app = await installBeside({ folder, tarball }, ai)
  return {
    folder,
    tarball,
    files: files.map(({ path }) => path),
    size,
    app,
    installed: join(app, 'node_modules', name),
  }
}

/** An empty project with one version of `ai`, the tarball and nothing else; gives its folder. */
export async function installBeside(
  { folder, tarball }: Pick<Installed, 'folder' | 'tarball'>,
  ai: string,
): Promise<string> {
  const app = await mkdtemp(join(folder, 'app-'))
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true }))
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--no-progress']
  await npm(app, ['install', ...quietly, tarball, `ai@${ai}`])
  return app
}

/** Runs npm in a folder; gives what it printed. */
export async function npm(cwd: string, args: readonly string[]): Promise<string> {
  // The settings that npm hands to its scripts belong to the repository, not to the project.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^npm_(?!config_)/i.test(key)),
  )
  const { stdout } = await run('npm', args, { cwd, env, maxBuffer: 2 ** 26 })
  return stdout
}

/** Runs a file of the project with Node; gives what it printed. */
export async function runNode(
  file: string,
  flags: readonly string[],
  env: Record<string, string>,
  args: readonly string[] = [],
) {
  const { stdout, stderr } = await run(process.execPath, [...flags, file, ...args], {
    env: { PATH: process.env.PATH, ...env },
  })
  return { stdout, stderr }
}

/** What a copy of the repository needs to be built and packed; its dependencies aside. */
export const SOURCES = [
  'src',
  'docs',
  'scripts',
  'package.json',
  'tsconfig.json',
  'tsup.config.ts',
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'LICENSE',
  'NOTICE',
]
