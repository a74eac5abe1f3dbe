/** Runs all examples, each in its own process: `npm run examples`. `-- 03` runs one, `-- --live` uses your own login. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getAuthContext } from 'ai-sdk-provider-codex/auth'
import { startCodexServer } from 'ai-sdk-provider-codex/testing'
import { SCENES } from './support/scenes.ts'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const TSX = join(dirname(createRequire(import.meta.url).resolve('tsx/package.json')), 'dist/cli.mjs')

/** Runs one example; true if it succeeded. With `canType` it uses the terminal, otherwise the scene's input. */
async function runExample(file: string, env: NodeJS.ProcessEnv, canType: boolean): Promise<boolean> {
  const child = spawn(process.execPath, [TSX, join(FOLDER, file)], {
    env,
    stdio: [canType ? 'inherit' : 'pipe', 'inherit', 'inherit'],
  })
  child.stdin?.end(SCENES[file]?.input)
  const [exitCode] = await once(child, 'exit')
  return exitCode === 0
}

/** Runs one example against its own stand-in, with a temporary login. */
async function runWithStandIn(file: string, canType: boolean): Promise<boolean> {
  const server = await startCodexServer()
  const folder = mkdtempSync(join(tmpdir(), 'codex-examples-'))
  try {
    const authFile = join(folder, 'auth.json')
    writeFileSync(authFile, JSON.stringify(server.login()), { mode: 0o600 })
    server.answer(...(SCENES[file]?.answers ?? []))
    // The caller's settings are for the real backend.
    const others = Object.entries(process.env).filter(([name]) => !/^CODEX_|_PROXY$/i.test(name))
    const env = {
      ...Object.fromEntries(others),
      CODEX_BASE_URL: server.baseURL,
      CODEX_ISSUER: server.issuer,
      CODEX_AUTH_FILE: authFile,
      CODEX_CACHE_DIR: join(folder, 'cache'),
    }
    return await runExample(file, env, canType)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await server.close()
  }
}

async function main() {
  const args = process.argv.slice(2)
  const isLive = args.includes('--live')
  const numbers = args.filter((arg) => arg !== '--live')
  const examples = readdirSync(FOLDER).filter((name) => /^\d\d-.*\.ts$/.test(name))
  const files = examples.filter(
    (file) => numbers.length === 0 || numbers.some((number) => file.startsWith(number)),
  )
  if (files.length === 0) throw new Error(`No such example. There are:\n${examples.join('\n')}`)
  console.log(isLive ? 'Live, with your own login.' : 'Against the stand-in; --live runs them for real.')
  // Without a login, all of them would fail.
  if (isLive) await getAuthContext()

  const canType = files.length === 1 && process.stdin.isTTY
  const failed: string[] = []
  for (const file of files) {
    console.log(`\n== ${file}`)
    const { module } = SCENES[file] ?? {}
    if (module && !isBuiltin(module)) {
      console.log(`Left out: Node ${process.versions.node} has no ${module}.`)
      continue
    }
    const ok = await (isLive ? runExample(file, process.env, canType) : runWithStandIn(file, canType))
    if (!ok) failed.push(file)
  }
  if (failed.length > 0) throw new Error(`Failed: ${failed.join(', ')}`)
  console.log('\nDone.')
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
