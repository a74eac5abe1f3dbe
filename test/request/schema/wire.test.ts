import { expect, test } from 'vitest'
import { type SchemaUse, toWireSchema } from '../../../src/request/schema/wire.ts'
import { createWarningCollector } from '../../../src/request/warnings.ts'

const use = (more: Partial<SchemaUse> = {}): SchemaUse => ({
  owner: 'the tool "find"',
  argument: 'tools',
  unconstrained: 'object',
  strict: undefined,
  closes: false,
  warnings: createWarningCollector(),
  ...more,
})

const closed = (properties: Record<string, unknown>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

test('the same schema gives the same again, whatever became of the first result', () => {
  const given = closed({ a: { type: 'string', minLength: 1 } })
  const first = toWireSchema(given, use())
  const copy = structuredClone(first)
  first.schema.properties = {}
  expect(toWireSchema(given, use())).toEqual(copy)
})

test('a schema that its owner changed is read anew', () => {
  const given = closed({ a: { type: 'string', enum: ['x'] } })
  expect(toWireSchema(given, use()).schema).toEqual(given)
  given.properties.b = { type: 'number' }
  expect(toWireSchema(given, use())).toMatchObject({ strict: false, schema: given })
})

test('one schema in several uses', () => {
  const given = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }
  const anything = {}
  const strictOf = (more: Partial<SchemaUse>) => toWireSchema(given, use(more)).strict
  for (let turn = 0; turn < 2; turn++) {
    expect([{}, { closes: true }, { strict: true }, { strict: false }].map(strictOf)).toEqual([
      false,
      true,
      true,
      false,
    ])
    expect(toWireSchema(anything, use()).isWrapped).toBe(false)
    expect(toWireSchema(anything, use({ unconstrained: 'wrapped' })).isWrapped).toBe(true)
  }
})

test('the warning comes with each call, and an error too', () => {
  const open = { type: 'object', properties: { a: { type: 'string' } } }
  for (const owner of ['the tool "one"', 'the tool "two"']) {
    const warnings = createWarningCollector()
    toWireSchema(open, use({ owner, strict: true, warnings }))
    expect(warnings.list()).toEqual([{ type: 'other', message: expect.stringContaining(owner) }])
    expect(() => toWireSchema({ $ref: '#/gone' }, use({ owner }))).toThrow(owner)
  }
})

test('values that JSON can not say', () => {
  const given = closed({ a: { type: 'integer', default: 1n } })
  for (let turn = 0; turn < 2; turn++) {
    expect(toWireSchema(given, use()).schema).toEqual(
      closed({ a: { type: 'integer', description: '{default: "1"}' } }),
    )
  }
})
