/**
 * Joins the small files of the ES modules that are always loaded together: each file costs a first call about half a
 * millisecond. What only some calls need stays apart.
 */
import { readdir, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type GetModuleInfo, rollup } from 'rollup'

const DIST = resolve(import.meta.dirname, '../dist')
const PROVIDERS = ['index', 'v2', 'v3', 'v4']
const ENTRIES = [...PROVIDERS, 'auth', 'testing', 'cli']

const before = (await readdir(DIST)).filter((file) => file.endsWith('.js'))
const pathOf = (file: string): string => resolve(DIST, file)
const firstCall = before.filter((file) => /^(run-call|codex)-/.test(file)).map(pathOf)
if (firstCall.length !== 2) throw new Error(`No two files start a first call: ${firstCall.join(', ')}`)

/** The files that one of these imports, at once or by way of others. */
function reachOf(files: readonly string[], getModuleInfo: GetModuleInfo): Set<string> {
  const reached = new Set(files)
  for (const file of reached) {
    for (const imported of getModuleInfo(file)?.importedIds ?? []) reached.add(imported)
  }
  return reached
}

/** The name of the file that a file becomes part of. Each has its own, since Rollup adds what is left to any. */
function findGroups(getModuleInfo: GetModuleInfo): (id: string) => string | undefined {
  const providers = PROVIDERS.map((entry) => reachOf([pathOf(`${entry}.js`)], getModuleInfo))
  const auth = reachOf([pathOf('auth.js')], getModuleInfo)
  const call = reachOf(firstCall, getModuleInfo)
  return (id) => {
    if (!id.startsWith(DIST) || getModuleInfo(id)?.isEntry) return undefined
    const importers = PROVIDERS.filter((_, index) => providers[index]?.has(id))
    if (importers.length === PROVIDERS.length) return 'provider'
    if (importers.length > 0)
      return call.has(id) ? 'common' : importers.length === 1 ? importers[0] : 'modern'
    if (call.has(id)) return auth.has(id) ? 'login' : 'call'
    return undefined
  }
}

const bundle = await rollup({
  input: Object.fromEntries(ENTRIES.map((entry) => [entry, pathOf(`${entry}.js`)])),
  external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  treeshake: false,
})
let groupOf: ReturnType<typeof findGroups> | undefined
const { output } = await bundle.generate({
  format: 'es',
  compact: true,
  hoistTransitiveImports: false,
  chunkFileNames: ({ name }) => `${name.replace(/-[A-Z\d]{8}$/, '')}-[hash].js`,
  manualChunks(id, { getModuleInfo }) {
    groupOf ??= findGroups(getModuleInfo)
    return groupOf(id)
  },
})
await bundle.close()

await Promise.all(before.map((file) => rm(pathOf(file))))
for (const part of output) {
  if (part.type !== 'chunk') throw new Error(`${part.fileName} is no module.`)
  const mode = part.code.startsWith('#!') ? 0o755 : 0o644
  await writeFile(pathOf(part.fileName), part.code, { mode })
}
