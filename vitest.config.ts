import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const src = (file: string) => fileURLToPath(new URL(`./src/${file}`, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^ai-sdk-provider-codex$/, replacement: src('index.ts') },
      { find: /^ai-sdk-provider-codex\/(\w+)$/, replacement: src('$1.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/loopback-only.ts'],
    // Most tests wait for processes and sockets: a worker for each core, not one less.
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 20_000,
    unstubEnvs: true,
  },
})
