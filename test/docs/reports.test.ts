import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readTable } from './readme-blocks.ts'
import { ROOT } from './support.ts'

const PAGE = readFileSync(join(ROOT, 'docs', 'reports.md'), 'utf8')

/** The rows of the index: a number, what it guards, and the folders of its tests. */
const INDEX = readTable(PAGE, 'reports').map(([id = '', guards = '', folders = '']) => ({
  id,
  guards,
  folders: [...folders.matchAll(/`(test\/[\w/]+)`/g)].map(([, folder = '']) => folder),
}))

/** The numbers that stand in the strings of a file of tests. */
const numbersIn = (file: string): string[] =>
  readFileSync(join(ROOT, file), 'utf8')
    .split('\n')
    .flatMap((line) => [...line.matchAll(/(['"`])[^'"`]*?\b(BR-\d+)/g)])
    .map(([, , id = '']) => id)

/** The folders whose tests name a number. */
const NAMED = new Map<string, Set<string>>()
for (const path of readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })) {
  if (!path.endsWith('.test.ts')) continue
  const file = join('test', path)
  for (const id of numbersIn(file)) NAMED.set(id, (NAMED.get(id) ?? new Set()).add(dirname(file)))
}

test('the index lists each report once', () => {
  const ids = INDEX.map(({ id }) => id)
  expect(ids.length).toBeGreaterThan(40)
  expect(ids).toEqual([...new Set(ids)].sort())
})

test('each report that a test names is in the index', () => {
  const listed = new Set(INDEX.map(({ id }) => id))
  expect([...NAMED.keys()].filter((id) => !listed.has(id))).toEqual([])
})

test.each(INDEX)('$id has tests where the index says', ({ id, guards, folders }) => {
  expect(guards).not.toBe('')
  expect(folders.length).toBeGreaterThan(0)
  expect(folders.filter((folder) => !NAMED.get(id)?.has(folder))).toEqual([])
})
