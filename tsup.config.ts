import { defineConfig } from 'tsup'

// tsup sets `baseUrl` for declarations, which TypeScript 6 has deprecated.
const dts = { resolve: ['spec-v1', 'json-schema'], compilerOptions: { ignoreDeprecations: '6.0' } }

const shared = {
  entry: { index: 'src/index.ts', auth: 'src/auth.ts', testing: 'src/testing.ts' },
  target: 'node20',
  splitting: true,
  treeshake: true,
  removeNodeProtocol: false,
  dts,
} as const

// jose 6 is ESM only, so the CommonJS build carries the few lines that we use of it.
export default defineConfig([
  { ...shared, format: 'esm' },
  { ...shared, format: 'cjs', noExternal: ['jose'] },
])
