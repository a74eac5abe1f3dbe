import { expect, test } from 'vitest'
import { didYouMean, nearestName } from '../../src/lib/did-you-mean.ts'

const NAMES = ['quality', 'background', 'outputFormat', 'moderation', 'n']

test.each([
  ['qualty', 'quality'],
  ['QUALITY', 'quality'],
  ['qualiyt', 'quality'],
  ['ualiti', 'quality'],
  // What is part of a name comes before what is near to one.
  ['out', 'outputFormat'],
  ['format', 'outputFormat'],
  ['outputformats', 'outputFormat'],
  // Three letters of twelve, but not four.
  ['outputFarnad', 'outputFormat'],
  ['outpudFarnad', undefined],
  // One letter of three, but not of two.
  ['nx', undefined],
  ['nxy', undefined],
  ['N', 'n'],
  ['qu', undefined],
  ['', undefined],
  ['seed', undefined],
])('%j is near to %j', (given, name) => {
  expect(nearestName(given, NAMES)).toBe(name)
  expect(didYouMean(given, NAMES)).toBe(name === undefined ? '' : ` Did you mean ${name}?`)
})

test('the prefix is named as well', () => {
  expect(didYouMean('qualty', NAMES, 'options.')).toBe(' Did you mean options.quality?')
})

test('the nearest of several is meant', () => {
  expect(nearestName('abcdxf', ['abcyyf', 'abcdef', 'abczzf'])).toBe('abcdef')
  expect(nearestName('abc', [])).toBeUndefined()
})

test('names of more than a hundred characters are not compared', () => {
  const long = 'a'.repeat(100)
  expect(nearestName(long, [`${long.slice(1)}b`])).toBe(`${long.slice(1)}b`)
  expect(nearestName(`${long}a`, [long])).toBeUndefined()
  expect(nearestName(long, [`${long}a`])).toBeUndefined()
})
