import { defineConfig } from 'tsup'

const entry = {
  index: 'src/index.ts',
  v2: 'src/v2.ts',
  v3: 'src/v3.ts',
  v4: 'src/v4.ts',
  auth: 'src/auth.ts',
  testing: 'src/testing.ts',
}

// tsup sets `baseUrl` for declarations, which TypeScript 6 has deprecated.
const dts = {
  resolve: ['spec-v1', 'spec-v2', 'spec-v3', 'spec-v4', 'json-schema'],
  compilerOptions: { ignoreDeprecations: '6.0' },
}

const shared = {
  target: 'node20',
  splitting: true,
  treeshake: true,
  minify: true,
  removeNodeProtocol: false,
} as const

/**
 * Puts back what minifying drops: bundlers must leave an import alone whose name is only known at run time, or which is
 * of an optional package.
 *
 * @see https://webpack.js.org/api/module-methods/#magic-comments
 */
const keepMagicComments = {
  name: 'keep-magic-comments',
  renderChunk: (code: string) => ({
    code: code.replace(
      /\bimport\((?=(?:[$\w]+|["']ws["'])\))/g,
      'import(/*webpackIgnore:true*//*@vite-ignore*/',
    ),
  }),
}

/** Loads by `require` what is loaded when it is needed: test runners that run CommonJS have no `import()`. */
const requireAlone = {
  name: 'require-alone',
  renderChunk: (code: string) => ({
    code: code.replace(/\bimport\((["'][^"']+["'])\)/g, 'Promise.resolve().then(()=>require($1))'),
  }),
}

// jose 6 is ESM only, so the CommonJS build carries the few lines that we use of it.
export default defineConfig([
  { ...shared, entry: { ...entry, cli: 'src/cli/main.ts' }, format: 'esm', plugins: [keepMagicComments] },
  {
    ...shared,
    entry,
    // The ES modules share these declarations: scripts/declarations.ts.
    dts,
    format: 'cjs',
    noExternal: ['jose'],
    plugins: [keepMagicComments, requireAlone],
  },
])
