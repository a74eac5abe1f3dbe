import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const src = (file: string) => fileURLToPath(new URL(`./src/${file}`, import.meta.url))

/** Folders that need installed packages, a browser or other runtimes. */
const HEAVY_FOLDERS = ['package', 'codex-cli', 'next-chat', 'runtimes'].map((name) => `test/${name}/**`)
const HEAVY_FILES = ['**/*.heavy.test.ts', ...HEAVY_FOLDERS.map((folder) => `${folder}/*.test.ts`)]

/** Needs a login of one's own and the network. */
const LIVE_FILE = 'test/live/live.test.ts'

/** Contract tests of what the Codex route alone has: test/contract/plan.test.ts has the counterparts of the other. */
const CODEX_PAGES = ['compact', 'docs', 'effort', 'failures', 'images', 'personal-token', 'with-auth'].map(
  (name) => `test/contract/${name}.test.ts`,
)

const FILES: Readonly<Record<string, string[]>> = {
  heavy: HEAVY_FILES,
  websocket: ['test/contract/**/*.test.ts'],
  chatgpt: ['test/contract/**/*.test.ts'],
  live: [LIVE_FILE],
}

/** `--mode heavy` runs the heavy tier, `--mode websocket` the contract over sockets, `--mode chatgpt` the contract on the ChatGPT route, `--mode live` the own login, anything else the fast tier. */
export default defineConfig(({ mode }) => {
  const isHeavy = mode === 'heavy'
  const isLive = mode === 'live'
  return {
    resolve: {
      alias: [
        { find: /^ai-sdk-provider-codex$/, replacement: src('index.ts') },
        { find: /^ai-sdk-provider-codex\/(\w+)$/, replacement: src('$1.ts') },
      ],
    },
    test: {
      include: FILES[mode] ?? ['test/**/*.test.ts'],
      exclude: [
        '**/node_modules/**',
        ...(isHeavy ? [] : HEAVY_FILES),
        ...(isLive ? [] : [LIVE_FILE]),
        ...(mode === 'chatgpt' ? CODEX_PAGES : []),
      ],
      // Processes and memory gates of the heavy tier need workers of their own; elsewhere loading all modules again for each file takes half the time.
      isolate: isHeavy,
      globalSetup: 'test/support/temporary-files.ts',
      setupFiles: [...(isLive ? [] : ['test/support/loopback-only.ts']), 'test/support/patient.ts'],
      // The names of skipped tests say why.
      reporters: [isLive ? 'verbose' : 'default'],
      env: { TEST_TIER: mode },
      // Most tests wait for sockets and limits: two workers more than cores, but in the heavy tier, whose processes fill them.
      maxWorkers: isHeavy ? '100%' : availableParallelism() + 2,
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
