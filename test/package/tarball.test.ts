import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { VERSION } from '../../src/version.ts'
import { README, readBlocks } from '../docs/readme-blocks.ts'
import { startStandIn } from '../docs/support.ts'
import { type Installed, installBeside, npm, packAndInstall, runNode } from './support.ts'

/** The major of `ai` that each entry is for. */
const MAJORS = [
  { ai: packageJson.devDependencies.ai, entry: 'index', specifier: packageJson.name },
  ...(['ai5', 'ai6', 'ai7'] as const).map((alias, index) => ({
    ai: packageJson.devDependencies[alias].replace('npm:ai@', ''),
    entry: `v${index + 2}`,
    specifier: `${packageJson.name}/v${index + 2}`,
  })),
]
const ENTRIES = [...MAJORS.map(({ entry }) => entry), 'auth', 'testing']
const SLOW = 180_000

let pack: Installed
beforeAll(async () => {
  pack = await packAndInstall(packageJson.name, packageJson.devDependencies.ai)
}, SLOW)
afterAll(() => rm(pack.folder, { recursive: true, force: true }))

const read = (file: string): string => ts.sys.readFile(join(pack.installed, file)) ?? ''
const shipped = (pattern: RegExp): string[] => pack.files.filter((file) => pattern.test(file))

/** What a file imports, requires or re-exports by a name that stands in it. */
const importsOf = (file: string): string[] =>
  ts.preProcessFile(read(file), true, true).importedFiles.map(({ fileName }) => fileName)

/** A file and all files of the package that it reaches. */
function reach(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const name of importsOf(file).filter((imported) => imported.startsWith('.'))) {
    reach(join(dirname(file), name), seen)
  }
  return seen
}

const bareImports = (file: string): string[] =>
  [...reach(file)].flatMap(importsOf).filter((name) => !name.startsWith('.'))

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
const isBuiltin = (name: string): boolean =>
  name.startsWith('node:') || builtinModules.includes(packageOf(name))

describe('the tarball', () => {
  test('holds the build, its texts and nothing else', () => {
    const others = pack.files.filter((file) => !/^dist\/[\w-]+\.(?:js|cjs|d\.ts|d\.cts)$/.test(file))
    const pages = others.filter((file) => /^docs\/[\w-]+\.md$/.test(file))
    expect(pages).toContain('docs/signing-in.md')
    expect(others.filter((file) => !pages.includes(file)).sort()).toEqual([
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'NOTICE',
      'README.md',
      'SECURITY.md',
      'package.json',
    ])
    expect(pack.files).toContain('dist/cli.js')
    for (const entry of ENTRIES) {
      for (const ending of ['js', 'cjs', 'd.ts', 'd.cts'])
        expect(pack.files).toContain(`dist/${entry}.${ending}`)
    }
  })

  test('is 450 kB at most', () => {
    expect(pack.size).toBeGreaterThan(10_000)
    expect(pack.size).toBeLessThanOrEqual(450_000)
  })

  test('has no path of the machine that built it', () => {
    const faults = pack.files.filter((file) => read(file).includes(process.cwd()))
    expect(faults).toEqual([])
  })

  test('has the version that the code says', () => {
    expect(JSON.parse(read('package.json')).version).toBe(VERSION)
  })
})

describe('imports', () => {
  const onTheEdge = ENTRIES.filter((entry) => entry !== 'testing')

  test.each(onTheEdge.flatMap((entry) => [`dist/${entry}.js`, `dist/${entry}.cjs`]))(
    '%s reaches no module of Node',
    (entry) => {
      expect(bareImports(entry).length).toBeGreaterThan(0)
      expect(bareImports(entry).filter(isBuiltin)).toEqual([])
    },
  )

  test('the walk sees modules of Node where there are some', () => {
    expect(bareImports('dist/testing.js').filter(isBuiltin)).toContain('node:http')
    expect(bareImports('dist/testing.cjs').filter(isBuiltin)).toContain('node:http')
  })

  test.each(MAJORS)('the entry $entry reaches no other entry', ({ entry }) => {
    const others = MAJORS.filter((other) => other.entry !== entry)
    for (const ending of ['js', 'cjs']) {
      const reached = reach(`dist/${entry}.${ending}`)
      expect(others.filter((other) => reached.has(`dist/${other.entry}.${ending}`))).toEqual([])
    }
  })

  test('are all of packages that are installed with it', () => {
    const names = shipped(/^dist\/.*\.(?:js|cjs|d\.ts|d\.cts)$/).flatMap(importsOf)
    const packages = new Set(names.filter((name) => !name.startsWith('.') && !isBuiltin(name)).map(packageOf))
    // `ws` is an optional peer.
    const known = { ...packageJson.dependencies, ...packageJson.peerDependencies }
    expect([...packages].filter((name) => !(name in known))).toEqual([])
  })

  test('the CommonJS build asks for no package that is ESM only', () => {
    expect(
      shipped(/\.cjs$/)
        .flatMap(importsOf)
        .filter((name) => packageOf(name) === 'jose'),
    ).toEqual([])
  })

  test('the declarations name no package of the development set-up', () => {
    const declarations = shipped(/\.d\.c?ts$/)
    expect(declarations.length).toBeGreaterThanOrEqual(6)
    for (const file of declarations) expect(read(file)).not.toMatch(/['"](?:spec-v\d|json-schema)['"]/)
  })
})

describe("the README's first program", () => {
  const [first] = readBlocks(README).filter(({ language }) => language === 'ts')
  // For `ai` 4 only its import differs.
  const code = first?.code.replace(`${packageJson.name}/v4`, packageJson.name) ?? ''

  /** The program with `require`, inside of a function since CommonJS has no `await` at its top. */
  function toCommonJS(): string {
    const required = code.replace(/^import (\{.*?\}) from ('.*?')$/gm, 'const $1 = require($2)')
    return `async function main() {\n${required}\n}\nmain()`
  }

  const noRequireOfESM = process.allowedNodeEnvironmentFlags.has('--experimental-require-module')
    ? ['--no-experimental-require-module']
    : []

  test.for([
    { form: 'ESM', file: 'first.mjs', program: () => code, args: [] },
    { form: 'CommonJS', file: 'first.cjs', program: toCommonJS, args: noRequireOfESM },
  ])('answers as $form', { timeout: SLOW }, async ({ file, program, args }) => {
    const { server, env } = await startStandIn()
    await writeFile(join(pack.app, file), program())
    expect(await runNode(join(pack.app, file), args, env)).toEqual({
      stdout: 'You said: Say hi\n',
      stderr: '',
    })
    expect(server.responseRequests).toHaveLength(1)
    expect(server.responseRequests[0]?.headers['user-agent']).toContain(`${packageJson.name}/${VERSION}`)
  })

  // As test runners compile the modules of an app.
  const HOST = `
    const { dirname } = require('node:path')
    const { Script } = require('node:vm')
    const Module = require('node:module')
    Module.prototype._compile = function (content, filename) {
      const run = new Script(Module.wrap(content), { filename }).runInThisContext()
      run.call(this.exports, this.exports, this.require.bind(this), this, filename, dirname(filename))
    }`

  test('answers in a host that has no import()', { timeout: SLOW }, async () => {
    const { env } = await startStandIn()
    const put = async (name: string, code: string) => {
      await writeFile(join(pack.app, name), code)
      return join(pack.app, name)
    }
    const args = ['--require', await put('host.cjs', HOST)]
    const program = await put('hosted.cjs', toCommonJS())
    const probe = await put('probe.cjs', "import('node:fs').catch(({ code }) => console.log(code))")
    expect((await runNode(probe, args, env)).stdout).toBe('ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING\n')
    expect(await runNode(program, args, env)).toEqual({ stdout: 'You said: Say hi\n', stderr: '' })
  })

  test('the CommonJS form has no import left', () => {
    expect(toCommonJS().match(/require\(/g)).toHaveLength(2)
    expect(toCommonJS()).not.toContain('import ')
  })
})

test.for(MAJORS)('$specifier answers beside ai $ai alone', { timeout: SLOW }, async ({ ai, specifier }) => {
  const app = await installBeside(pack, ai)
  const { server, env } = await startStandIn()
  const program = `
    import { generateText, streamText } from 'ai'
    import { codex } from '${specifier}'
    const model = codex('gpt-6.1-sol')
    const { text } = await generateText({ model, prompt: 'Say hi' })
    console.log(text)
    for await (const delta of streamText({ model, prompt: 'Say ho' }).textStream) process.stdout.write(delta)`
  await writeFile(join(app, 'program.mjs'), program)
  expect(await runNode(join(app, 'program.mjs'), [], env)).toEqual({
    stdout: 'You said: Say hi\nYou said: Say ho',
    stderr: '',
  })
  expect(server.responseRequests).toHaveLength(2)
})

describe('a server bundle', () => {
  const HERE = fileURLToPath(new URL('./bundlers', import.meta.url))

  beforeAll(async () => {
    if (!existsSync(join(HERE, 'node_modules')))
      await npm(HERE, ['ci', '--prefer-offline', '--no-audit', '--no-fund'])
  }, SLOW)

  test.for([
    { form: 'ESM', load: (name: string) => `import { createCodex } from '${name}'` },
    {
      form: 'CommonJS',
      load: (name: string) =>
        `import { createRequire } from 'node:module'\nconst { createCodex } = createRequire(import.meta.url)('${name}')`,
    },
  ])('of the $form build has no warning, and answers', { timeout: SLOW }, async ({ form, load }) => {
    const { env } = await startStandIn()
    const entry = `bundled-${form}.mjs`
    await writeFile(
      join(pack.app, entry),
      `${load(packageJson.name)}
      const model = createCodex()('gpt-5.5')
      const prompt = [{ role: 'user', content: [{ type: 'text', text: 'Say hi' }] }]
      const { text } = await model.doGenerate({ inputFormat: 'prompt', mode: { type: 'regular' }, prompt })
      console.log(text)`,
    )
    const { stdout } = await runNode(join(HERE, 'build.mjs'), [], {}, [pack.app, entry])
    expect(JSON.parse(stdout)).toEqual({ webpack: [], esbuild: [], vite: [] })
    for (const bundler of ['webpack', 'esbuild', 'vite']) {
      const main = join(pack.app, 'bundles', `bundled-${form}-${bundler}`, 'main.mjs')
      expect(await runNode(main, [], env)).toEqual({ stdout: 'You said: Say hi\n', stderr: '' })
    }
  })
})

test('the command of the package runs', { timeout: SLOW }, async () => {
  const { env } = await startStandIn()
  const command = join(pack.app, 'node_modules', '.bin', packageJson.name)
  expect((await runNode(command, [], env, ['ask', 'Say hi'])).stdout).toBe('You said: Say hi\n')
})

describe('types', () => {
  const consumer = `
    import { generateText } from 'ai'
    import { codex, createCodex, CodexUsageLimitError, type CodexProviderOptions, type TokenStore } from '${packageJson.name}'
    import { fileTokenStore, getAuthContext } from '${packageJson.name}/auth'
    import { startCodexServer, type CodexServer } from '${packageJson.name}/testing'

    export async function use(server: CodexServer): Promise<Date | undefined> {
      const options: CodexProviderOptions = { reasoningEffort: 'high' }
      const auth: TokenStore = fileTokenStore()
      const own = createCodex({ baseURL: server.baseURL, auth })
      const { text } = await generateText({ model: own('gpt-6.1-sol', options), prompt: 'Hi' })
      await generateText({ model: codex.languageModel('any'), prompt: text })
      const { accountId }: { accountId?: string | undefined } = await getAuthContext()
      await startCodexServer().then(({ close }) => close())
      const error: unknown = accountId
      return CodexUsageLimitError.isInstance(error) ? error.resetsAt : undefined
    }
    // @ts-expect-error an effort that does not exist
    export const wrong: CodexProviderOptions = { reasoningEffort: 'huge' }
    // @ts-expect-error a model is no number
    export const model = codex(5)
  `

  test.each([
    { ending: 'mts', module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
    { ending: 'cts', module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
    { ending: 'mts', module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
    { ending: 'cts', module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
    { ending: 'ts', module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  ])(
    'fit a consumer.$ending under module resolution $moduleResolution',
    async ({ ending, ...resolution }) => {
      const file = join(pack.app, `consumer.${ending}`)
      await writeFile(file, consumer)
      const program = ts.createProgram([file], {
        ...resolution,
        target: ts.ScriptTarget.ES2022,
        lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
        types: [],
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
      })
      // Other packages may have faults of their own.
      const ours = program
        .getSourceFiles()
        .filter(({ fileName }) => fileName === file || fileName.startsWith(join(pack.installed, 'dist')))
      expect(ours.length).toBeGreaterThanOrEqual(4)
      const faults = ours
        .flatMap((source) => [
          ...program.getSyntacticDiagnostics(source),
          ...program.getSemanticDiagnostics(source),
        ])
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
      expect(faults).toEqual([])
      // The entries of the ES modules share the declarations of the CommonJS ones.
      const entries = ours.map(({ fileName }) => basename(fileName)).filter((name) => name.endsWith('.d.ts'))
      expect(entries.sort()).toEqual(ending === 'cts' ? [] : ['auth.d.ts', 'index.d.ts', 'testing.d.ts'])
    },
    60_000,
  )
})
