import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import manifest from './package.json' with { type: 'json' }

const run = promisify(execFile)
const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const VERSION = manifest.dependencies['@openai/codex']

/** The environment variable that names another binary, or `skip`s the tests that need one. */
export const CODEX_BIN = process.env.CODEX_BIN || undefined

/** A program and the arguments that stand before all others. */
export type Command = readonly [program: string, ...args: string[]]

/**
 * The Codex CLI: the binary that `CODEX_BIN` names, else the one of this folder's lockfile, which is installed where it
 * is absent or of another version.
 *
 * @throws where it can't be had.
 */
export async function findCodex(): Promise<Command> {
  if (CODEX_BIN) {
    await versionOf([CODEX_BIN]).catch((cause: unknown) => {
      throw new Error(`CODEX_BIN names no Codex CLI: ${CODEX_BIN}`, { cause })
    })
    return [CODEX_BIN]
  }
  const command: Command = [process.execPath, join(FOLDER, 'node_modules/@openai/codex/bin/codex.js')]
  if ((await versionOf(command).catch(() => undefined)) === VERSION) return command
  await install()
  const version = await versionOf(command)
  if (version !== VERSION) throw new Error(`The Codex CLI is ${version}, not ${VERSION}`)
  return command
}

async function versionOf([program, ...args]: Command): Promise<string> {
  const { stdout } = await run(program, [...args, '--version'])
  return stdout.trim().split(' ').at(-1) ?? ''
}

async function install(): Promise<void> {
  // The settings that npm hands to its scripts belong to the repository, not to this folder.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_)/i.test(name)),
  )
  await run('npm', ['ci', '--no-audit', '--no-fund', '--no-progress'], {
    cwd: FOLDER,
    env,
    shell: process.platform === 'win32',
    maxBuffer: 2 ** 26,
  })
}
