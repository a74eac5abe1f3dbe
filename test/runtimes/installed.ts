import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npm } from '../package/support.ts'
import packageJson from './package.json' with { type: 'json' }

/** This folder, a project of its own that has the runtimes as dependencies. */
export const HERE = fileURLToPath(new URL('.', import.meta.url))

const MODULES = join(HERE, 'node_modules')

/** The path of a program that the packages of the runtimes brought. */
export const program = (...path: string[]): string => join(MODULES, ...path)

/** Installs the packages of the runtimes from the lockfile where one is missing; one that can't be had stays missing. */
export async function installRuntimes(): Promise<void> {
  const { dependencies, optionalDependencies } = packageJson
  const wanted = Object.keys({ ...dependencies, ...optionalDependencies })
  if (wanted.every((name) => existsSync(join(MODULES, name)))) return
  await npm(HERE, ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--no-progress'])
}

/** The installed version of a runtime's package, or `not installed`. */
export async function versionOf(name: string): Promise<string> {
  try {
    return JSON.parse(await readFile(join(MODULES, name, 'package.json'), 'utf8')).version
  } catch {
    return 'not installed'
  }
}
