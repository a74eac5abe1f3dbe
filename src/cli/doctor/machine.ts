import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parseObject, textOf } from '../../lib/json.ts'
import { describePlatform, readEnv } from '../../lib/runtime.ts'
import { VERSION } from '../../version.ts'
import { type Check, failed, ok, warning } from './check.ts'

const MIN_NODE = 20

export const runtime: Check = {
  id: 'runtime',
  title: 'Runtime',
  run() {
    const { bun, deno, node } = process.versions
    const name = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`
    const message = `${name}, ${describePlatform()}, ai-sdk-provider-codex ${VERSION}`
    const isOld = !bun && !deno && Number.parseInt(node, 10) < MIN_NODE
    return isOld ? failed(message, `Install Node ${MIN_NODE} or newer.`) : ok(message)
  },
}

/** Entry of this package for each major version of `ai`. */
const ENTRIES: ReadonlyMap<number, string> = new Map([
  [4, 'ai-sdk-provider-codex'],
  [5, 'ai-sdk-provider-codex/v2'],
  [6, 'ai-sdk-provider-codex/v3'],
  [7, 'ai-sdk-provider-codex/v4'],
])

export const aiVersion: Check = {
  id: 'ai',
  title: 'AI SDK',
  async run({ cwd }) {
    const version = await installedVersion('ai', cwd)
    if (version === undefined) {
      return warning(
        'ai is not installed in this folder',
        'Run this in the folder of your app, or `npm install ai`.',
      )
    }
    const entry = ENTRIES.get(Number.parseInt(version, 10))
    if (entry) return ok(`ai ${version}: import from '${entry}'`)
    return failed(`ai ${version} is not supported`, 'Install ai 4, 5, 6 or 7.')
  },
}

/** Reads the version of a package as code in a folder would import it. */
async function installedVersion(name: string, folder: string): Promise<string | undefined> {
  try {
    const file = createRequire(join(folder, 'app.js')).resolve(`${name}/package.json`)
    const version = textOf(parseObject(await readFile(file, 'utf8'))?.version)
    return version && /^\d+\.\d+\.\d+[\w.+-]*$/.test(version) ? version : undefined
  } catch {
    return undefined
  }
}

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']

export const proxy: Check = {
  id: 'proxy',
  title: 'Proxy',
  run() {
    // The values may contain passwords.
    const names = PROXY_VARIABLES.filter((name) => readEnv(name) !== undefined)
    if (names.length === 0) return ok('none set')
    const message = `${names.join(', ')} set`
    return usesProxy()
      ? ok(`${message} and used`)
      : warning(
          `${message}, but this Node does not use it`,
          'If you need the proxy, set NODE_USE_ENV_PROXY=1 (Node 22.21 or newer), or pass a `fetch` that uses it.',
        )
  },
}

function usesProxy(): boolean {
  if (process.versions.bun || process.versions.deno) return true
  const isAsked = readEnv('NODE_USE_ENV_PROXY') === '1' || hasProxyFlag()
  return isAsked && process.allowedNodeEnvironmentFlags.has('--use-env-proxy')
}

const hasProxyFlag = (): boolean =>
  [...process.execArgv, ...(readEnv('NODE_OPTIONS') ?? '').split(' ')].includes('--use-env-proxy')
