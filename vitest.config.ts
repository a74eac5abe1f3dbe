import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const src = (file: string) => fileURLToPath(new URL(`./src/${file}`, import.meta.url))

/** Folders that need installed packages, a browser or other runtimes. */
const HEAVY_FOLDERS = ['package', 'codex-cli', 'next-chat', 'runtimes'].map((name) => `test/${name}/**`)
const HEAVY_FILES = ['**/*.heavy.test.ts', ...HEAVY_FOLDERS.map((folder) => `${folder}/*.test.ts`)]

const FILES: Readonly<Record<string, string[]>> = {
  heavy: HEAVY_FILES,
  websocket: ['test/contract/**/*.test.ts'],
}

/** `--mode heavy` runs the heavy tier, `--mode websocket` the contract over sockets, anything else the fast tier. */
export default defineConfig(({ mode }) => {
  const isHeavy = mode === 'heavy'
  return {
    resolve: {
      alias: [
        { find: /^ai-sdk-provider-codex$/, replacement: src('index.ts') },
        { find: /^ai-sdk-provider-codex\/(\w+)$/, replacement: src('$1.ts') },
      ],
    },
    test: {
      include: FILES[mode] ?? ['test/**/*.test.ts'],
      exclude: ['**/node_modules/**', ...(isHeavy ? [] : HEAVY_FILES)],
      setupFiles: ['test/support/loopback-only.ts', 'test/support/patient.ts'],
      env: { TEST_TIER: mode },
      // Most tests wait for processes and sockets: a worker for each core, not one less.
      maxWorkers: '100%',
      // Ten times what the slowest needs: a busy machine is no reason to fail.
      testTimeout: 60_000,
      hookTimeout: 60_000,
      // No line for each slow test.
      slowTestThreshold: 60_000,
      unstubEnvs: true,
      coverage: {
        provider: 'v8',
        include: ['src/**/*.ts'],
        exclude: ['src/testing/**'],
        reporter: ['text-summary'],
        // A floor: raise it when coverage rises, never lower it.
        thresholds: { lines: 98, branches: 94 },
      },
    },
  }
})
