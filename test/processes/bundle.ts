import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'
import { afterAll } from 'vitest'

/**
 * Makes one file of a worker and all that it imports, so that many processes start fast; the file is gone after the
 * tests. Called at the top of a test file or in `beforeAll`.
 */
export async function bundle(worker: URL): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'codex-worker-'))
  afterAll(() => rm(outDir, { recursive: true, force: true }))
  await build({
    entry: { worker: fileURLToPath(worker) },
    outDir,
    format: 'esm',
    target: 'node20',
    config: false,
    silent: true,
    dts: false,
    noExternal: [/.*/],
    outExtension: () => ({ js: '.mjs' }),
    // Packages in CommonJS ask for Node's modules by `require`.
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url)",
    },
  })
  return join(outDir, 'worker.mjs')
}
