import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { emptyFolder, runScript, startStandIn } from '../docs/support.ts'
import { MAJORS } from './apps.ts'
import { bundle } from './bundle.ts'
import { program } from './installed.ts'
import { faultsOf, type Row, runMatrix, toTable } from './matrix.ts'
import { RUNTIMES } from './runtimes.ts'

/** Most of it is the installation of the runtimes, where they are not there yet. */
const LIMIT = 15 * 60_000

let rows: Row[]
beforeAll(async () => {
  rows = await runMatrix()
  process.stdout.write(`\n${toTable(rows)}\n`)
}, LIMIT)

test.each(RUNTIMES.flatMap(({ name }) => MAJORS.map(({ ai }) => ({ name, ai }))))(
  '$name passes every check with $ai',
  ({ name, ai }) => {
    const own = rows.filter((row) => row.runtime.startsWith(`${name} (`) && row.ai === ai)
    expect(own).toHaveLength(1)
    expect(faultsOf(own)).toEqual([])
  },
)

test.each([
  { form: 'an import', code: "import 'node:fs'", fault: 'Could not resolve "node:fs"' },
  {
    form: 'an import that may fail',
    code: "import('node:fs').catch(() => {})",
    fault: 'The bundle for workerd imports node:fs',
  },
])('the bundle takes no module of Node by $form', async ({ code, fault }) => {
  const folder = await mkdtemp(join(tmpdir(), 'codex-bundle-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'worker.mjs'), code)
  await expect(bundle(folder, 'workerd')).rejects.toThrow(fault)
})

test('the example with an SQLite file runs on Node 22, and renews a login', { timeout: 60_000 }, async () => {
  const { server, env } = await startStandIn()
  const CODEX_AUTH_FILE = join(await emptyFolder(), 'auth.json')
  await writeFile(CODEX_AUTH_FILE, JSON.stringify(server.login({ expiresInSeconds: 60 })))
  const own = { ...env, CODEX_AUTH_FILE }
  const node = program('node22', 'bin', 'node')
  const { exitCode, stdout, stderr } = await runScript('examples/07-own-token-store.ts', [], own, { node })
  expect(stdout).toMatch(
    /^ada: You said: Say hi\.\nben: CodexAuthFileNotFoundError: .*\na late write changes 0 rows\n$/,
  )
  expect(stderr).not.toContain('codex')
  expect(exitCode).toBe(0)
  expect(server.tokenRequests.map(({ status }) => status)).toEqual([200])
})
