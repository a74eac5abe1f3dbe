import { expect, test } from 'vitest'
import { toTime } from '../../src/events/limit-values.ts'
import { placeOf } from '../../src/events/values.ts'

test.each([
  [0, 0],
  [99_999, 99_999],
  [100_000, undefined],
  [-1, undefined],
  [1.5, undefined],
  ['1', undefined],
])('an index %j is the place %j', (value, place) => {
  expect(placeOf(value)).toBe(place)
})

test.each([
  [0, undefined],
  [1, new Date(1000)],
  [8.64e12, new Date(8.64e15)],
  [8.64e12 + 1, undefined],
])('%d seconds since 1970', (seconds, time) => {
  expect(toTime(seconds)).toEqual(time)
})
