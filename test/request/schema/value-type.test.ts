import { expect, test } from 'vitest'
import { valueAllowsString } from '../../../src/request/schema/value-type.ts'

const text = { type: 'string' }
const list = { type: 'array', items: text }
const object = { type: 'object', properties: { text } }

test.each<[unknown, boolean]>([
  [text, true],
  [{ type: ['object', 'string'] }, true],
  [{ type: ['object', 'null'] }, false],
  [object, false],
  [list, false],
  [{}, true],
  [true, true],
  [false, false],
  [{ description: 'Anything.' }, true],
  [{ enum: ['a', 1] }, true],
  [{ enum: [1, null] }, false],
  [{ const: 'a' }, true],
  [{ const: { a: 1 } }, false],
  [{ anyOf: [object, text] }, true],
  [{ anyOf: [object, list] }, false],
  [{ oneOf: [object, { anyOf: [list, text] }] }, true],
  [{ oneOf: [object, list] }, false],
  [{ allOf: [{}, text] }, true],
  [{ allOf: [object, {}] }, false],
  [{ $ref: '#/$defs/text' }, true],
  [{ $ref: '#/$defs/list' }, false],
  [{ anyOf: [{ $ref: '#/$defs/list' }, { $ref: '#/$defs/text' }] }, true],
  [{ $ref: '#/$defs/list', description: 'Only this.' }, false],
  [{ $ref: '#/$defs/loop' }, false],
  [{ anyOf: [{ $ref: '#/$defs/loop' }, text] }, true],
])('%j: %s', (value, expected) => {
  const loop = { anyOf: [{ $ref: '#/$defs/loop' }, list] }
  expect(valueAllowsString({ properties: { value }, $defs: { text, list, loop } })).toBe(expected)
})
