import { expect, test } from 'vitest'
import { createWarningCollector } from '../../src/request/warnings.ts'

test('warnings come in the order in which they came up, each once', () => {
  const warnings = createWarningCollector()
  const seed = { type: 'setting', setting: 'seed', details: 'seed is left out.' } as const
  warnings.add(seed)
  warnings.addOccurrence('Files are left out', 'a')
  warnings.add({ type: 'other', message: 'x' })
  warnings.add({ ...seed })
  warnings.addOccurrence('Files are left out', 'b')
  warnings.addOccurrence('Files are left out', 'a')
  expect(warnings.list()).toEqual([
    seed,
    { type: 'other', message: 'Files are left out: a, b.' },
    { type: 'other', message: 'x' },
  ])
})

test('the first warning on a subject counts', () => {
  const warnings = createWarningCollector()
  warnings.add({ type: 'other', message: 'one' }, 'subject')
  warnings.add({ type: 'other', message: 'two' }, 'subject')
  expect(warnings.list()).toEqual([{ type: 'other', message: 'one' }])
})

test('a kind without names, and one with more than five', () => {
  const warnings = createWarningCollector()
  warnings.addOccurrence('Nothing is named')
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) warnings.addOccurrence('Calls are left out', name)
  expect(warnings.list()).toEqual([
    { type: 'other', message: 'Nothing is named.' },
    { type: 'other', message: 'Calls are left out: a, b, c, d, e and 2 more.' },
  ])
})
