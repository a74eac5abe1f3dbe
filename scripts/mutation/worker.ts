/** Runs tests in a scratch copy of the tree, with one Vitest for many mutants. `run.ts` starts it, and stops it when it hangs. */
import { join } from 'node:path'
import { createVitest, type TestModule } from 'vitest/node'

/** Tests to run, with those first that are likely to notice. */
export interface Order {
  /** The changed file, for Vitest to read it again. */
  readonly changed?: string
  readonly files: ReadonlyArray<{ readonly file: string; readonly ids?: readonly string[] }>
}

export type Durations = Readonly<Record<string, Readonly<Record<string, number>>>>

/** What the tests said. */
export interface Outcome {
  readonly failed: readonly string[]
  readonly isTimeout: boolean
  /** Milliseconds by file and id of a test; those of the file besides its tests stand under `''`. */
  readonly durations: Durations
}

const [root = '', mode = ''] = process.argv.slice(2)
const isRecording = mode === 'record'

/** The place of each file in the order. */
const places = new Map<string, number>()

const vitest = await createVitest(
  'test',
  {
    root,
    watch: false,
    reporters: [{}],
    bail: isRecording ? 0 : 1,
    // A change that makes a test wait is noticed; the slowest test takes two seconds.
    ...(isRecording ? {} : { testTimeout: 10_000, hookTimeout: 10_000 }),
    cache: false,
    maxWorkers: 2,
    execArgv: ['--max-old-space-size=1024'],
    sequence: {
      sequencer: class {
        shard<Spec>(specs: Spec[]): Spec[] {
          return specs
        }
        sort<Spec extends { moduleId: string }>(specs: Spec[]): Spec[] {
          return specs.toSorted((a, b) => (places.get(a.moduleId) ?? 0) - (places.get(b.moduleId) ?? 0))
        }
      },
    },
  },
  {
    cacheDir: join(root, '.vite'),
    test: { setupFiles: isRecording ? [join(root, 'scripts/mutation/record.ts')] : [] },
  },
)

const durationsOf = (module: TestModule): Record<string, number> => {
  const { collectDuration, prepareDuration, environmentSetupDuration, setupDuration } = module.diagnostic()
  const tests = [...module.children.allTests()].map((test) => [test.id, test.diagnostic()?.duration ?? 0])
  return {
    '': collectDuration + prepareDuration + environmentSetupDuration + setupDuration,
    ...Object.fromEntries(tests),
  }
}

let before: string | undefined

async function run({ changed, files }: Order): Promise<Outcome> {
  // The file that was changed before is as it was.
  for (const file of [before, changed]) if (file !== undefined) vitest.invalidateFile(file)
  before = changed
  // What failed in an earlier run would count for `bail`.
  vitest.state.filesMap.clear()
  vitest.state.idMap.clear()
  const project = vitest.getRootProject()
  places.clear()
  for (const { file } of files) places.set(file, places.size)
  const specifications = files.map(({ file, ids }) =>
    project.createSpecification(file, ids === undefined ? undefined : { testIds: [...ids] }),
  )
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications)
  const run = testModules.filter(({ moduleId }) => places.has(moduleId))
  const words: string[] = []
  const failed: string[] = []
  for (const module of run) {
    if (module.state() === 'failed') failed.push(module.moduleId)
    for (const error of module.errors()) words.push(error.message)
    for (const test of module.children.allTests('failed')) {
      for (const error of test.result().errors ?? []) words.push(error.message)
    }
  }
  if (unhandledErrors.length > 0 && failed.length === 0) failed.push('unhandled error')
  return {
    failed,
    isTimeout: words.some((word) => /timed out in \d+ms/.test(word)),
    durations: Object.fromEntries(run.map((module) => [module.moduleId, durationsOf(module)])),
  }
}

process.on('message', (order: Order) => {
  void run(order).then(
    (outcome) => process.send?.(outcome),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
