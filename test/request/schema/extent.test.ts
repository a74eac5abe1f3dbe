import { expect, test } from 'vitest'
import { extentFault } from '../../../src/request/schema/extent.ts'

test('a schema that is used in many places is read once, and counts in each of them', () => {
  let reads = 0
  let schema: object = {
    get type() {
      reads++
      return 'string'
    },
  }
  for (let level = 0; level < 18; level++) schema = { a: schema, b: schema }
  expect(extentFault(schema)).toBeUndefined()
  expect(reads).toBe(1)
  expect(extentFault({ a: schema, b: schema })).toBe('it has more than 1,000,000 values')
})
