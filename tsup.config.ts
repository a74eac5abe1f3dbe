import { defineConfig } from 'tsup'

const entry = { index: 'src/index.ts', auth: 'src/auth.ts', testing: 'src/testing.ts' }
const shared = { entry, target: 'node20', splitting: true, treeshake: true } as const

// jose 6 is ESM only, so the CommonJS build carries the few lines that we use of it.
export default defineConfig([
  {
    ...shared,
    format: 'esm',
    clean: true,
    dts: { resolve: ['spec-v1', 'json-schema'] },
  },
  { ...shared, format: 'cjs', dts: { resolve: ['spec-v1', 'json-schema'] }, noExternal: ['jose'] },
])
