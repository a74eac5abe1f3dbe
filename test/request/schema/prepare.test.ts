import { InvalidArgumentError } from '@ai-sdk/provider'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { toOutputFormat } from '../../../src/request/output-format.ts'
import { prepareSchema } from '../../../src/request/schema/prepare.ts'
import { resolveTop } from '../../../src/request/schema/refs.ts'
import { closeObjects, strictObstacle } from '../../../src/request/schema/strict.ts'
import { toTools } from '../../../src/request/tools.ts'
import { createWarningCollector } from '../../../src/request/warnings.ts'

type Schema = Record<string, unknown>

const refuse = (why: string): never => {
  throw new Error(why)
}

const closed = (properties: object, required = Object.keys(properties)): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})
const text = { type: 'string' }

/** What becomes of a schema that stands in a property. */
const inside = (schema: unknown): unknown => {
  const sent = prepareSchema({ type: 'object', properties: { a: schema } }, 'object', refuse)
  expect(sent.isWrapped).toBe(false)
  return (sent.schema.properties as Schema).a
}

const wrapped = (value: unknown): Schema => closed({ value })

/** The same schema with the type of its values, at every depth. */
const typed = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema), (_, member: unknown) => {
    if (typeof member !== 'object' || member === null || 'type' in member) return member
    const values = 'const' in member ? [member.const] : 'enum' in member ? (member.enum as unknown[]) : []
    return values.length === 0 ? member : { type: typeof values[0], ...member }
  })

describe('the top of a schema', () => {
  test.each([
    [{ type: 'object' }, { type: 'object', properties: {} }],
    [{ $schema: 'http://json-schema.org/draft-07/schema#', ...closed({ a: text }) }, closed({ a: text })],
    [{ properties: { a: text } }, { type: 'object', properties: { a: text } }],
    [
      { type: ['object'], properties: { a: text } },
      { type: 'object', properties: { a: text } },
    ],
    [{ $id: 'x', $comment: 'y', ...closed({}) }, closed({})],
  ])('stays an object: %j', (given, schema) => {
    for (const anything of ['object', 'wrapped'] as const) {
      expect(prepareSchema(given, anything, refuse)).toEqual({ schema, isWrapped: false })
    }
  })

  test.each([undefined, null, true, {}, { description: 'Anything.' }])(
    'that says nothing (%j) is an object for a tool, and any value for an answer',
    (given) => {
      expect(prepareSchema(given, 'object', refuse)).toMatchObject({
        schema: { type: 'object', properties: {} },
        isWrapped: false,
      })
      expect(prepareSchema(given, 'wrapped', refuse)).toMatchObject({
        schema: { type: 'object', required: ['value'] },
        isWrapped: true,
      })
    },
  )

  test.each<[Schema, Schema?]>([
    [text],
    [{ type: 'array', items: text }],
    [{ type: ['object', 'null'], properties: { a: text } }],
    [{ anyOf: [closed({ a: text }), closed({ b: text })] }],
    [{ type: 'string', enum: ['a', 'b'] }],
    [{ const: 1 }, { type: 'number', const: 1 }],
    [{ ...closed({ a: text }), not: { required: ['b'] } }],
    [{ ...closed({ a: text }), anyOf: [{ required: ['a'] }, { required: ['b'] }] }],
    [{ allOf: [closed({ a: text }), closed({ b: text })] }],
  ])('that the backend does not take is wrapped: %j', (given, value = given) => {
    expect(prepareSchema(given, 'object', refuse)).toEqual({ schema: wrapped(value), isWrapped: true })
  })

  test('definitions stay at the top of a wrapped schema', () => {
    const given = {
      anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#/definitions/b' }],
      $defs: { a: text },
      definitions: { b: text },
    }
    expect(prepareSchema(given, 'object', refuse)).toEqual({
      schema: {
        ...wrapped({ anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#/definitions/b' }] }),
        $defs: { a: text },
        definitions: { b: text },
      },
      isWrapped: true,
    })
  })

  test('a wrapped schema that refers to itself becomes a definition', () => {
    const list = { type: 'array', items: { $ref: '#' } }
    expect(prepareSchema(list, 'object', refuse).schema).toEqual({
      ...wrapped({ $ref: '#/$defs/value' }),
      $defs: { value: { type: 'array', items: { $ref: '#/$defs/value' } } },
    })
  })

  test('without a type, and with references back to it, it is wrapped', () => {
    const { schema, isWrapped } = prepareSchema({ properties: { a: { $ref: '#' } } }, 'object', refuse)
    expect(isWrapped).toBe(true)
    expect(schema.$defs).toEqual({ value: { properties: { a: { $ref: '#/$defs/value' } } } })
  })

  test('a reference at the top is resolved', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' } } }
    const given = { $ref: '#/$defs/node', $defs: { node }, $schema: 'x' }
    expect(prepareSchema(given, 'object', refuse)).toEqual({
      schema: { ...node, $defs: { node } },
      isWrapped: false,
    })
    const single = { allOf: [{ $ref: '#/$defs/node' }], description: 'A node.', $defs: { node } }
    expect(prepareSchema(single, 'object', refuse)).toEqual({
      schema: { ...node, description: 'A node.', $defs: { node } },
      isWrapped: false,
    })
  })

  test.each<[unknown, string]>([
    [false, 'it allows no value at all'],
    ['object', 'it is not a JSON schema'],
    [[text], 'it is not a JSON schema'],
    [{ $ref: '#' }, 'its top is a $ref that leads back to itself'],
    [
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
      'its top is a $ref that leads back to itself',
    ],
    [closed({ a: { $ref: '#/$defs/gone' } }), 'its $ref "#/$defs/gone" leads nowhere inside it'],
    [
      closed({ a: { $ref: 'https://example.com/other.json' } }),
      'its $ref "https://example.com/other.json" leads nowhere inside it',
    ],
  ])('there is none for %j', (given, why) => {
    expect(() => prepareSchema(given, 'object', refuse)).toThrow(why)
  })
})

describe('exclusive bounds of draft 4', () => {
  const ajv = new Ajv2020({ logger: false })
  const BOUNDS = [
    {
      bound: 'minimum',
      exclusive: 'exclusiveMinimum',
      fits: (value: number, isOpen: boolean) => value > 5 || (value === 5 && !isOpen),
    },
    {
      bound: 'maximum',
      exclusive: 'exclusiveMaximum',
      fits: (value: number, isOpen: boolean) => value < 5 || (value === 5 && !isOpen),
    },
  ]

  test.each(BOUNDS)('$exclusive: the same numbers fit', ({ bound, exclusive, fits }) => {
    for (const isOpen of [true, false]) {
      const sent = inside({ type: 'number', [bound]: 5, [exclusive]: isOpen })
      expect(sent).toEqual({ type: 'number', [isOpen ? exclusive : bound]: 5 })
      const isValid = ajv.compile(sent as Schema)
      for (const value of [4, 4.9, 5, 5.1, 6]) expect(isValid(value)).toBe(fits(value, isOpen))
    }
  })

  test.each(BOUNDS)('$exclusive without its bound says nothing, and a number stays', ({ exclusive }) => {
    expect(inside({ type: 'number', [exclusive]: true })).toEqual({ type: 'number' })
    const today = { type: 'number', minimum: 1, maximum: 9, [exclusive]: 5 }
    expect(inside(today)).toEqual(today)
  })
})

describe('a schema that holds itself', () => {
  const list: Schema = { type: 'object', properties: { size: text } }
  ;(list.properties as Schema).next = list

  test('is refused by name, in a tool and in an answer', async () => {
    await expect(
      toTools([{ type: 'function', name: 'walk', schema: list }], undefined, createWarningCollector()),
    ).rejects.toThrow(
      'The schema of the tool "walk" can\'t be sent: it contains itself; a recursive schema needs a $ref.',
    )
    expect(() => toOutputFormat({ type: 'json', schema: list }, undefined, createWarningCollector())).toThrow(
      InvalidArgumentError,
    )
  })

  test('the same object in two places is none', () => {
    expect(inside({ type: 'array', prefixItems: [text, text] })).toMatchObject({ prefixItems: [text, text] })
  })
})

describe('inside of a schema', () => {
  test.each<[string, unknown, unknown]>([
    ['an object has properties', { type: 'object' }, { type: 'object', properties: {} }],
    ['an array has items', { type: 'array' }, { type: 'array', items: {} }],
    [
      'a tuple',
      { type: 'array', items: [text, true], additionalItems: false },
      { type: 'array', prefixItems: [text, {}], items: { not: {} } },
    ],
    ['an open tuple', { type: 'array', items: [text] }, { type: 'array', prefixItems: [text], items: {} }],
    [
      'booleans',
      { type: 'object', properties: { b: true, c: false }, additionalProperties: true },
      { type: 'object', properties: { b: {}, c: { not: {} } }, additionalProperties: true },
    ],
    ['nullable', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    ['nullable: false', { type: 'string', nullable: false }, text],
    [
      'a nullable union',
      { oneOf: [text, { type: 'number' }], nullable: true },
      { anyOf: [{ anyOf: [text, { type: 'number' }] }, { type: 'null' }] },
    ],
    [
      'a nullable union with definitions, which stay where they are',
      { anyOf: [text], nullable: true, $defs: { a: text }, definitions: { b: text } },
      { anyOf: [text, { type: 'null' }], $defs: { a: text }, definitions: { b: text } },
    ],
    [
      'nullable without a type, which null fits anyway',
      { nullable: true, description: 'A.' },
      { description: 'A.' },
    ],
    [
      'nullable values without a type, among which null is not',
      { enum: ['a'], nullable: true },
      { type: 'string', enum: ['a'] },
    ],
    ['a list of one type', { type: ['string'] }, text],
    [
      'an enum has a type',
      { enum: ['a', 1, null] },
      { type: ['string', 'number', 'null'], enum: ['a', 1, null] },
    ],
    ['keywords that nobody reads', { ...text, $schema: 'x', ref: 'Name', $comment: 'y' }, text],
    ['a union of one', { anyOf: [text], description: 'A.' }, { ...text, description: 'A.' }],
    [
      'a described reference',
      { $ref: '#', description: 'Again.' },
      { anyOf: [{ $ref: '#' }], description: 'Again.' },
    ],
    [
      'oneOf of values',
      { oneOf: [{ const: 'a', title: 'A', description: 'First' }, { const: 'b' }] },
      { type: 'string', enum: ['a', 'b'], description: '"a": A, First' },
    ],
    [
      'enum and oneOf',
      { type: 'string', enum: ['a', 'b'], oneOf: [{ const: 'a' }, { const: 'b' }, { const: 'c' }] },
      { type: 'string', enum: ['a', 'b'] },
    ],
    [
      'enum and anyOf',
      { enum: ['a', 'b'], anyOf: [{ const: 'a' }, { const: 'c' }] },
      { type: 'string', enum: ['a'] },
    ],
    ['oneOf of types', { oneOf: [text, { type: 'number' }] }, { anyOf: [text, { type: 'number' }] }],
    [
      'oneOf told apart by a property',
      { oneOf: [closed({ k: { const: 1 } }), closed({ k: { const: 2 } })] },
      { anyOf: [closed({ k: { type: 'number', const: 1 } }), closed({ k: { type: 'number', const: 2 } })] },
    ],
    [
      'oneOf that may overlap',
      { oneOf: [{ type: 'number' }, { type: 'integer' }] },
      { oneOf: [{ type: 'number' }, { type: 'integer' }] },
    ],
    [
      'oneOf told apart by two properties',
      {
        oneOf: [
          closed({ k: { const: 1 }, m: { const: 1 } }),
          closed({ k: { const: 1 }, m: { const: 2 } }),
          closed({ k: { const: 2 }, m: { const: 1 } }),
        ],
      },
      {
        anyOf: [
          closed({ k: { type: 'number', const: 1 }, m: { type: 'number', const: 1 } }),
          closed({ k: { type: 'number', const: 1 }, m: { type: 'number', const: 2 } }),
          closed({ k: { type: 'number', const: 2 }, m: { type: 'number', const: 1 } }),
        ],
      },
    ],
    ...[
      ['values of which two are one', { const: 'a' }, { enum: ['b', 'a'] }],
      ['a value and its type', { const: 'a' }, text],
      ['a type and its nullable sort', { type: ['string', 'null'] }, { type: 'null' }],
      ['objects with one value in common', closed({ k: { enum: [1, 2] } }), closed({ k: { enum: [2, 3] } })],
      [
        'objects told apart by an optional property',
        { ...closed({ k: { const: 1 } }), required: [] },
        closed({ k: { const: 2 } }),
      ],
      [
        'an object and a nullable one',
        closed({ k: { const: 1 } }),
        { ...closed({ k: { const: 2 } }), type: ['object', 'null'] },
      ],
      ['what names no type', { description: 'Any.' }, { type: 'null' }],
    ].map(([name, one, other]): [string, unknown, unknown] => {
      const members = [typed(one), typed(other)]
      return [`oneOf that may overlap: ${name}`, { oneOf: members }, { oneOf: members }]
    }),
    [
      'a value that does not fit its own type, or the type beside the union',
      {
        type: 'string',
        oneOf: [{ type: 'string', enum: ['a', 1] }, { const: 2 }, { type: 'integer', const: 1.5 }],
      },
      { type: 'string', enum: ['a'] },
    ],
    [
      'oneOf with a property of no values',
      { oneOf: [closed({ k: text }), closed({ k: text })] },
      { oneOf: [closed({ k: text }), closed({ k: text })] },
    ],
  ])('%s', (_, given, expected) => {
    expect(inside(given)).toEqual(expected)
  })

  test('what is said of values is no schema', () => {
    const data = { $schema: 'x', ref: 'y', nullable: true, type: 'object', items: [true] }
    expect(
      inside({ type: 'object', properties: { ref: text, nullable: text }, default: data, examples: [data] }),
    ).toEqual({
      type: 'object',
      properties: { ref: text, nullable: text },
      default: data,
      examples: [data],
    })
  })

  test('references to any place become references to definitions', () => {
    const given = {
      $id: 'https://example.com/s',
      type: 'object',
      properties: {
        from: { type: 'object', properties: { x: { type: 'number' } } },
        to: { $ref: '#/properties/from' },
        named: { $ref: '#spot' },
        back: { $ref: 'https://example.com/s#' },
        odd: { $ref: '#/$defs/a~1b%20c' },
      },
      $defs: { 'a/b c': text, spot: { $anchor: 'spot', type: 'number' } },
    }
    const { schema } = prepareSchema(given, 'object', refuse)
    expect(schema.properties).toMatchObject({
      to: { $ref: '#/$defs/ref' },
      named: { $ref: '#/$defs/ref_2' },
      back: { $ref: '#' },
      odd: { $ref: '#/$defs/a~1b%20c' },
    })
    expect(schema.$defs).toMatchObject({
      ref: { type: 'object', properties: { x: { type: 'number' } } },
      ref_2: { type: 'number' },
    })
  })

  test('a nullable definition overlaps null', () => {
    const oneOf = [{ $ref: '#/$defs/a' }, { type: 'null' }]
    const given = { ...closed({ a: { oneOf } }), $defs: { a: { type: 'string', nullable: true } } }
    expect(prepareSchema(given, 'object', refuse).schema.properties).toEqual({ a: { oneOf } })
  })

  test('a reference to what is no schema leads nowhere', () => {
    const given = closed({ a: text, b: { $ref: '#/properties/a/type' } })
    expect(() => prepareSchema(given, 'object', refuse)).toThrow('leads nowhere')
  })

  test('a property of an odd name', () => {
    const given = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string","nullable":true}}}')
    expect(JSON.stringify(prepareSchema(given, 'object', refuse).schema)).toBe(
      '{"type":"object","properties":{"__proto__":{"type":["string","null"]}}}',
    )
  })

  test('a reference into itself ends', () => {
    const given = { type: 'object', properties: { a: { type: 'array', items: { $ref: '#/properties/a' } } } }
    expect(prepareSchema(given, 'object', refuse).schema).toEqual({
      type: 'object',
      properties: { a: { type: 'array', items: { $ref: '#/$defs/ref' } } },
      $defs: { ref: { type: 'array', items: { $ref: '#/$defs/ref' } } },
    })
  })
})

describe('closeObjects', () => {
  test('closes what names properties and says nothing of further ones, at every depth', () => {
    expect(
      closeObjects({
        type: 'object',
        properties: {
          nested: { type: 'object', properties: { a: text } },
          list: { type: 'array', items: { type: ['object', 'null'], properties: { a: text } } },
          map: { type: 'object', additionalProperties: text },
          any: { type: 'object', properties: {} },
          more: { type: 'object', properties: { a: text }, required: ['a', 'b'] },
        },
        $defs: { other: { properties: { a: text } } },
      }),
    ).toEqual({
      type: 'object',
      properties: {
        nested: { type: 'object', properties: { a: text }, additionalProperties: false },
        list: {
          type: 'array',
          items: { type: ['object', 'null'], properties: { a: text }, additionalProperties: false },
        },
        map: { type: 'object', additionalProperties: text },
        any: { type: 'object', properties: {} },
        more: { type: 'object', properties: { a: text }, required: ['a', 'b'] },
      },
      $defs: { other: { properties: { a: text }, additionalProperties: false } },
      additionalProperties: false,
    })
  })

  const part = (key: string) => ({ type: 'object', properties: { [key]: text } })

  // Closed, each of these would let in what does not fit, or nothing.
  test.each([
    { oneOf: [part('a'), part('b')] },
    { allOf: [part('a'), part('b')] },
    { not: part('a') },
    { ...part('a'), anyOf: [part('b')] },
    { ...part('a'), minProperties: 2 },
  ])('leaves as it is: %j', (schema) => {
    const given = { type: 'object', properties: { a: schema } }
    expect(closeObjects(given)).toEqual(given)
  })
})

describe('strictObstacle', () => {
  test.each<[Schema, string | undefined]>([
    [closed({ a: text, b: { type: ['string', 'null'] } }), undefined],
    [closed({ a: closed({ b: text }), list: { type: 'array', items: closed({ c: text }) } }), undefined],
    [closed({ a: { anyOf: [text, { type: 'null' }] }, e: { type: 'string', enum: ['x'] } }), undefined],
    [{ ...closed({ a: { $ref: '#' } }), $defs: { b: text } }, undefined],
    [closed({ a: text, b: text }, ['a']), 'the optional property "b"'],
    [closed({ a: closed({ b: text }, []) }), 'the optional property "a.b"'],
    [closed({ a: text }, ['a', 'z']), 'the required property "z", which has no schema'],
    [{ type: 'object', properties: {} }, 'the object at the top, which is open to further properties'],
    [closed({ a: { type: 'string', minLength: 1 } }), 'the keyword "minLength" at a'],
    [{ anyOf: [closed({ a: text })] }, 'the top, which is not an object'],
    [
      closed({ a: { type: 'object', additionalProperties: text } }),
      'the object at a, which is open to further properties',
    ],
    [
      closed({ list: { type: 'array', items: { type: 'string', pattern: '(?=x)' } } }),
      'the keyword "pattern" at list.*',
    ],
    [closed({ a: {} }), 'the schema at a, which names no type'],
    [closed({ a: { $ref: '#', type: 'object' } }), 'the keyword "type" beside the $ref at a'],
  ])('%j', (schema, obstacle) => {
    expect(strictObstacle(schema)).toBe(obstacle)
  })
})

test('members of a given tuple are repaired', () => {
  expect(inside({ type: 'array', prefixItems: [{ type: 'string', nullable: true }] })).toMatchObject({
    prefixItems: [{ type: ['string', 'null'] }],
  })
})

test('a union of values keeps those that fit the type of their own member', () => {
  const union = [{ type: 'string', enum: ['a', 1] }, { const: 'b' }]
  expect(inside({ oneOf: union })).toEqual({ type: 'string', enum: ['a', 'b'] })
})

test('what is said beside a union of values stays', () => {
  const said = { title: 'Kind', default: 'a', deprecated: true }
  expect(inside({ ...said, oneOf: [{ const: 'a' }, { const: 'b' }] })).toEqual({
    ...said,
    type: 'string',
    enum: ['a', 'b'],
  })
})

test('a reference at the top to a schema that nothing fits', () => {
  expect(resolveTop({ $ref: '#/$defs/no', $defs: { no: false } }, refuse)).toEqual({
    not: {},
    $defs: { no: false },
  })
})
