/** A setup file of the run that finds out which tests reach which regions. */
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach } from 'vitest'

declare global {
  /** Called at the start of each region of an instrumented file. */
  var reached: ((region: number) => void) | undefined
}

/** What the tests of a file have reached. */
export interface Reached {
  readonly file: string
  /** Regions by the id of a test; those that were reached outside of tests stand under `''`. */
  readonly lists: ReadonlyArray<readonly [id: string, regions: readonly number[]]>
}

/** Regions by the ids of tests. */
const regions = new Map<string, Set<number>>()
let now = new Set<number>()
let file = ''
globalThis.reached = (region) => now.add(region)

const keep = (id: string): void => {
  regions.set(id, new Set([...(regions.get(id) ?? []), ...now]))
  now = new Set()
}

beforeEach(({ task }) => {
  file = task.file.filepath
  keep('')
})
afterEach(({ task }) => keep(task.id))

afterAll(() => {
  keep('')
  const lists = [...regions].map(([id, set]) => [id, [...set]] as const)
  writeFileSync(
    join(process.env.REACHED_FOLDER ?? '', `${randomUUID()}.json`),
    JSON.stringify({ file, lists } satisfies Reached),
  )
})
