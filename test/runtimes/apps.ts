import { cp, mkdtemp, realpath, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import { ROOT } from '../docs/support.ts'
import { installBeside, npm, SOURCES } from '../package/support.ts'
import { HERE } from './installed.ts'

const { name, devDependencies } = packageJson

/** The majors of `ai` that the checks run with, and the entry that each takes its models from. */
export const MAJORS = [
  { ai: 'ai 4', version: devDependencies.ai, entry: name },
  { ai: 'ai 7', version: devDependencies.ai7.replace('npm:ai@', ''), entry: `${name}/v4` },
] as const

/** A project of a user: the tarball, a major of `ai`, and the checks. */
export interface App {
  readonly ai: (typeof MAJORS)[number]['ai']
  readonly folder: string
}

/** Packs the package, built in a copy so that other tests may build too, and installs it in a project for each major of `ai`. */
export async function installApps(): Promise<{ home: string; apps: readonly App[] }> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'codex-runtimes-')))
  for (const source of SOURCES) await cp(join(ROOT, source), join(home, source), { recursive: true })
  await symlink(join(ROOT, 'node_modules'), join(home, 'node_modules'), 'junction')
  const [{ filename }] = JSON.parse(await packCopy(home)) as [{ filename: string }]

  const apps: App[] = []
  for (const { ai, version, entry } of MAJORS) {
    const folder = await installBeside({ folder: home, tarball: join(home, filename) }, version)
    await cp(join(HERE, 'app'), folder, { recursive: true })
    await writeFile(join(folder, 'entry.mjs'), `export * from '${entry}'\n`)
    apps.push({ ai, folder })
  }
  return { home, apps }
}

async function packCopy(home: string): Promise<string> {
  await npm(home, ['run', 'build'])
  return npm(home, ['pack', '--json', '--ignore-scripts'])
}
