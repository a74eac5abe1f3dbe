/** A setup file of the run that finds out which tests reach which regions. */
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach } from 'vitest'

declare global {
  /** Called at the start of each region of an instrumented file. */
  var reached: ((region: number) => void) | undefined
}

/** Regions by the ids of tests; those that no test is known for stand under `''`. */
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
  const lists = [...regions].map(([id, set]) => [id, [...set]])
  writeFileSync(join(process.env.REACHED_FOLDER ?? '', `${randomUUID()}.json`), JSON.stringify({ file, lists }))
})
