import { describe, expect, test } from 'vitest'
import { closeObjects, strictObstacle, tidySchema } from '../../src/request/schema.ts'
import { toOutputFormat, toToolChoice, toTools } from '../../src/request/tools.ts'

const closed = (properties: object, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})
const text = { type: 'string' }

describe('tidySchema', () => {
  test.each([
    [{ type: 'object' }, { type: 'object', properties: {} }],
    [{}, { type: 'object', properties: {} }],
    [undefined, { type: 'object', properties: {} }],
    [{ $schema: 'http://json-schema.org/draft-07/schema#', ...closed({ a: text }) }, closed({ a: text })],
    [{ properties: { a: text } }, { type: 'object', properties: { a: text } }],
    [{ type: 'string' }, { type: 'string' }],
  ])('%j', (given, expected) => {
    expect(tidySchema(given)).toEqual(expected)
  })
})

test('closeObjects closes what says nothing of further properties, at every depth', () => {
  expect(
    closeObjects({
      type: 'object',
      properties: {
        nested: { type: 'object', properties: { a: text } },
        list: { type: 'array', items: { type: ['object', 'null'], properties: { a: text } } },
        map: { type: 'object', additionalProperties: text },
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
    },
    $defs: { other: { properties: { a: text }, additionalProperties: false } },
    additionalProperties: false,
  })
})

describe('strictObstacle', () => {
  test.each<[object, string | undefined]>([
    [closed({ a: text, b: { type: ['string', 'null'] } }), undefined],
    [closed({ a: closed({ b: text }), list: { type: 'array', items: closed({ c: text }) } }), undefined],
    [closed({ a: { anyOf: [text, { type: 'null' }] }, e: { enum: ['x'] } }), undefined],
    [closed({ a: text, b: text }, ['a']), 'the optional property "b"'],
    [closed({ a: closed({ b: text }, []) }), 'the optional property "a.b"'],
    [{ type: 'object', properties: {} }, 'the object at the top, which is open to further properties'],
    [closed({ a: { type: 'string', minLength: 1 } }), 'the keyword "minLength" at a'],
    [{ anyOf: [closed({ a: text })] }, 'the top, which is not an object'],
    [
      closed({ a: { type: 'object', additionalProperties: text } }),
      'the object at a, which is open to further properties',
    ],
    [
      closed({ list: { type: 'array', items: { type: 'string', pattern: 'x' } } }),
      'the keyword "pattern" at list.*',
    ],
  ])('%j', (schema, obstacle) => {
    expect(strictObstacle(schema as Record<string, unknown>)).toBe(obstacle)
  })
})

describe('toTools', () => {
  const tool = (schema: unknown, name = 'find') => ({ type: 'function', name, schema }) as const
  const optional = closed({ q: text, multiple: { type: 'boolean' } }, ['q'])

  test.each([
    ['meets the strict rules', closed({ q: text }), undefined, true],
    ['optional property (BR-21)', optional, undefined, false],
    ['strictJsonSchema: false', closed({ q: text }), false, false],
    [
      'strictJsonSchema: true closes it',
      { type: 'object', properties: { q: text }, required: ['q'] },
      true,
      true,
    ],
    ['open object', { type: 'object', properties: { q: text }, required: ['q'] }, undefined, false],
    ['no arguments (BR-23)', { type: 'object' }, undefined, false],
  ])('strict: %s', (_, schema, wanted, strict) => {
    expect(toTools([tool(schema)], wanted).tools).toMatchObject([{ strict }])
  })

  test('an optional property never becomes required', () => {
    expect(toTools([tool(optional)], undefined).tools[0]?.parameters).toEqual(optional)
  })

  test('strict mode that was asked for and can not be: the error names tool and property', () => {
    expect(() => toTools([tool(optional)], true)).toThrow(
      'Strict mode was asked for, but the schema of the tool "find" can\'t be strict because of the optional property "multiple".',
    )
  })

  test("the tool's own word wins", () => {
    expect(toTools([{ ...tool(closed({ q: text })), strict: false }], true).tools).toMatchObject([
      { strict: false },
    ])
  })

  test.each(['a.b', 'with space', 'x'.repeat(65), '', 'ü'])('the name %j is refused by name', (name) => {
    expect(() => toTools([tool(closed({}), name)], undefined)).toThrow(`The tool name "${name}" is not one`)
  })

  test.each<[object, string]>([
    [{ type: 'string' }, 'its top is not of type "object"'],
    [{ anyOf: [closed({ a: text }), closed({ b: text })] }, 'its top is not of type "object"'],
    ...['anyOf', 'oneOf', 'allOf', 'enum', 'not'].map((key): [object, string] => [
      { type: 'object', properties: { a: text }, [key]: [] },
      `it has "${key}" at its top`,
    ]),
  ])(
    "what the backend refuses at the top is refused before sending, by the tool's name (BR-20): %j",
    (schema, why) => {
      expect(() => toTools([tool(schema)], undefined)).toThrow(
        `The Codex backend does not take the schema of the tool "find": ${why}.`,
      )
      expect(() => toOutputFormat({ type: 'json', schema }, undefined)).toThrow(
        `The Codex backend does not take the schema of the object to generate: ${why}.`,
      )
    },
  )

  test('a tool of another provider is a warning, and the others stay', () => {
    const { tools, warnings } = toTools(
      [{ type: 'provider-defined', id: 'openai.file_search', name: 'search', args: {} }, tool(closed({}))],
      undefined,
    )
    expect(tools.map(({ name }) => name)).toEqual(['find'])
    expect(warnings).toEqual([
      {
        type: 'tool',
        toolName: 'search',
        details: 'The Codex backend does not take the tool openai.file_search; it is left out.',
      },
    ])
  })
})

describe('toToolChoice', () => {
  const { tools } = toTools([{ type: 'function', name: 'find', schema: closed({}) }], undefined)

  test.each([
    [{ type: 'auto' }, 'auto'],
    [{ type: 'none' }, 'none'],
    [{ type: 'required' }, 'required'],
    [
      { type: 'tool', name: 'find' },
      { type: 'function', name: 'find' },
    ],
  ] as const)('%j', (choice, value) => {
    expect(toToolChoice(choice, tools)).toEqual({ value, warnings: [] })
  })

  test.each([
    [{ type: 'required' }, [], 'there is no tool to call'],
    [{ type: 'tool', name: 'gone' }, tools, 'the tool "gone" is not sent'],
  ] as const)('%j of a tool that is not sent is auto, with a warning', (choice, sent, reason) => {
    expect(toToolChoice(choice, sent)).toEqual({
      value: 'auto',
      warnings: [{ type: 'setting', setting: 'toolChoice', details: `toolChoice is left out: ${reason}.` }],
    })
  })
})

describe('toOutputFormat', () => {
  const schema = { type: 'object', properties: { a: text, b: { type: 'object', properties: { c: text } } } }

  test('text, and JSON without a schema, have none', () => {
    expect(toOutputFormat({ type: 'text' }, undefined)).toBeUndefined()
    expect(toOutputFormat({ type: 'json' }, undefined)).toBeUndefined()
  })

  test('objects are closed; strict only where nothing is optional (BR-25)', () => {
    expect(toOutputFormat({ type: 'json', schema }, undefined)).toEqual({
      type: 'json_schema',
      name: 'response',
      strict: false,
      schema: closeObjects(schema),
    })
    const strict = { type: 'object', properties: { a: text }, required: ['a'] }
    expect(toOutputFormat({ type: 'json', schema: strict }, undefined)).toMatchObject({
      strict: true,
      schema: { additionalProperties: false },
    })
    expect(toOutputFormat({ type: 'json', schema: strict }, false)).toMatchObject({
      strict: false,
      schema: strict,
    })
  })

  test('strict mode that was asked for and can not be', () => {
    expect(() => toOutputFormat({ type: 'json', schema }, true)).toThrow(
      'the schema of the object to generate',
    )
  })

  test.each([
    ['my recipe', 'my_recipe'],
    ['x'.repeat(80), 'x'.repeat(64)],
    ['', 'response'],
  ])('the name %j is sent as %s', (name, expected) => {
    expect(toOutputFormat({ type: 'json', schema, name }, undefined)).toMatchObject({ name: expected })
  })
})
