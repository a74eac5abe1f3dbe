import { describe, expect, test } from 'vitest'
import { toStrictForm } from '../../../src/request/schema/strict.ts'
import { strictFault } from '../../../src/testing/schema-rules.ts'

type Schema = Record<string, unknown>

const text = { type: 'string' }
const closed = (properties: Schema): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})
const named = (count: number, schema: unknown = text): Schema =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, schema]))
const values = (count: number, length = 4) =>
  Array.from({ length: count }, (_, n) => String(n).padStart(length, 'x'))

describe('keywords', () => {
  const { MAX_SAFE_INTEGER, MIN_SAFE_INTEGER } = Number

  test.each<[string, Schema, Schema]>([
    [
      'the bounds of a safe integer are dropped',
      { type: 'integer', minimum: MIN_SAFE_INTEGER, maximum: MAX_SAFE_INTEGER },
      { type: 'integer' },
    ],
    [
      'other bounds stay',
      { type: 'integer', exclusiveMinimum: 0, maximum: MAX_SAFE_INTEGER },
      { type: 'integer', exclusiveMinimum: 0 },
    ],
    [
      'numbers and lists',
      { type: 'array', items: { type: 'number', minimum: 1, multipleOf: 2 }, minItems: 1, maxItems: 3 },
      { type: 'array', items: { type: 'number', minimum: 1, multipleOf: 2 }, minItems: 1, maxItems: 3 },
    ],
    [
      'exclusive bounds of a safe integer are dropped',
      { type: 'integer', exclusiveMinimum: MIN_SAFE_INTEGER, exclusiveMaximum: MAX_SAFE_INTEGER },
      { type: 'integer' },
    ],
    [
      'a limit of items that is no bound of an integer',
      { type: 'array', items: text, maxItems: MAX_SAFE_INTEGER },
      { type: 'array', items: text, maxItems: MAX_SAFE_INTEGER },
    ],
    ...['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'].map(
      (format): [string, Schema, Schema] => [
        `the format ${format}`,
        { ...text, format },
        { ...text, format },
      ],
    ),
    ...[
      { contentEncoding: 'base64' },
      { contentMediaType: 'text/html' },
      { examples: ['x'] },
      { deprecated: true },
      { readOnly: true },
      { writeOnly: true },
    ].map((fields): [string, Schema, Schema] => {
      const [[name, value] = []] = Object.entries(fields)
      const description = `{${name}: ${JSON.stringify(value)}}`
      return [`${name} in words`, { ...text, ...fields }, { ...text, description }]
    }),
    [
      'a plain pattern',
      { ...text, pattern: '^(?:[a-z]+|\\d{2})$' },
      { ...text, pattern: '^(?:[a-z]+|\\d{2})$' },
    ],
    [
      'an unknown format',
      { ...text, format: 'uri', description: 'Where.' },
      { ...text, description: 'Where.\n{format: "uri"}' },
    ],
    [
      'lengths',
      { ...text, minLength: 1, maxLength: 9 },
      { ...text, description: '{minLength: 1, maxLength: 9}' },
    ],
    ['lookaround', { ...text, pattern: '^(?!x)' }, { ...text, description: '{pattern: "^(?!x)"}' }],
    ['a back reference', { ...text, pattern: '(a)\\1' }, { ...text, description: '{pattern: "(a)\\\\1"}' }],
    [
      'a bound that is no number',
      { type: 'number', minimum: '5' },
      { type: 'number', description: '{minimum: "5"}' },
    ],
    ['notes', { ...text, default: 'x', readOnly: false }, { ...text, description: '{default: "x"}' }],
    [
      'unique items',
      { type: 'array', items: text, uniqueItems: true },
      { type: 'array', items: text, description: '{uniqueItems: true}' },
    ],
    [
      'of the members of a union',
      { anyOf: [{ ...text, minLength: 1 }, { type: 'null' }] },
      { anyOf: [{ ...text, description: '{minLength: 1}' }, { type: 'null' }] },
    ],
  ])('%s', (_, given, sent) => {
    const { schema } = toStrictForm(closed({ a: given }))
    expect(schema).toEqual(closed({ a: sent }))
    expect(strictFault(schema)).toBeUndefined()
  })

  test('properties of their names are properties', () => {
    const schema = closed({ minLength: text, format: text, default: text })
    expect(toStrictForm(schema)).toEqual({ schema })
  })

  test.each<[Schema, string]>([
    [{ type: 'array', prefixItems: [text], items: text }, 'the keyword "prefixItems" at a'],
    [
      { anyOf: [text, { type: 'object', properties: {} }] },
      'the object at a.*, which is open to further properties',
    ],
    [{ anyOf: [text, { type: 'array', items: { oneOf: [text] } }] }, 'the keyword "oneOf" at a.*.*'],
    [{ anyOf: [text, { not: text }] }, 'the keyword "not" at a.*'],
  ])('what strict mode has no form for, in lists too: %j', (given, obstacle) => {
    expect(toStrictForm(closed({ a: given }))).toEqual({ obstacle })
  })
})

describe('limits', () => {
  const deep = (levels: number): Schema => (levels === 0 ? text : closed({ a: deep(levels - 1) }))
  const lists = (levels: number, last: Schema = text): Schema =>
    levels === 0 ? last : { type: 'array', items: lists(levels - 1, last) }

  test.each<[string, Schema, Schema, string]>([
    ['levels', deep(10), deep(11), 'its 11 levels of nesting (the limit is 10)'],
    [
      'levels of lists, the last without items',
      closed({ a: lists(8, { type: 'array' }) }),
      closed({ a: lists(9, { type: 'array' }) }),
      'its 11 levels of nesting',
    ],
    ['levels of lists', closed({ a: lists(9) }), closed({ a: lists(10) }), 'its 11 levels of nesting'],
    [
      'properties',
      closed({ a: closed(named(4_999)) }),
      closed({ a: closed(named(5_000)) }),
      'its 5,001 properties (the limit is 5,000)',
    ],
    [
      'enum values',
      closed(named(10, { type: 'string', enum: values(100) })),
      closed({ ...named(10, { type: 'string', enum: values(100) }), a: { type: 'string', enum: ['b'] } }),
      'its 1,001 enum values (the limit is 1,000)',
    ],
    [
      'characters',
      closed({ a: { type: 'string', enum: values(100, 1_199) }, ['b'.repeat(99)]: text }),
      closed({ a: { type: 'string', enum: values(100, 1_199) }, ['b'.repeat(100)]: text }),
      'its 120,001 characters of names and values (the limit is 120,000)',
    ],
    [
      'characters of definitions and constants',
      {
        ...closed({ a: { type: 'string', const: 'c'.repeat(60_000) } }),
        $defs: { ['d'.repeat(59_999)]: text },
      },
      {
        ...closed({ a: { type: 'string', const: 'c'.repeat(60_000) } }),
        $defs: { ['d'.repeat(60_000)]: text },
      },
      'its 120,001 characters',
    ],
    [
      'characters of a long enum',
      closed({ a: { type: 'string', enum: values(300, 50) } }),
      closed({ a: { type: 'string', enum: values(300, 51) } }),
      'its 15,300 characters in an enum of over 250 values (the limit is 15,000)',
    ],
  ])('%s', (_, within, beyond, obstacle) => {
    expect(toStrictForm(within)).toEqual({ schema: within })
    expect(strictFault(within)).toBeUndefined()
    expect(toStrictForm(beyond).obstacle).toContain(obstacle)
    expect(strictFault(beyond)).toMatch(/limit/)
  })

  test('a recursive schema has the levels that are written', () => {
    const schema = { ...closed({ a: { $ref: '#/$defs/d' } }), $defs: { d: deep(10) } }
    expect(toStrictForm(schema)).toEqual({ schema })
    expect(strictFault(schema)).toBeUndefined()
  })
})
