import { describe, expect, it } from 'vitest'
import { toJSONSchema, z } from 'zod/v4'
import { fillSchema } from '../../src/testing/fill-schema.ts'

const tree = z.object({
  name: z.string(),
  get children() {
    return z.array(tree)
  },
})
const list: z.ZodType = z.object({ value: z.number(), next: z.lazy(() => list.nullable()) })

const SCHEMAS: Record<string, z.ZodType> = {
  text: z.object({ a: z.string(), b: z.string().min(30), c: z.string().max(3), d: z.string().length(2) }),
  formats: z.object({
    email: z.email(),
    url: z.url(),
    date: z.iso.date(),
    at: z.iso.datetime(),
    id: z.uuid(),
    ip: z.ipv4(),
  }),
  pattern: z.object({ code: z.string().regex(/^[A-Z]{3}-\d{3}$/), zip: z.string().regex(/^\d{5}$/) }),
  numbers: z.object({
    a: z.number(),
    b: z.int().min(10),
    c: z.number().max(-5),
    d: z.number().gt(3).lt(4),
    e: z.number().multipleOf(5),
    f: z.int().gt(7),
  }),
  choices: z.object({ a: z.enum(['x', 'y']), b: z.literal(7), c: z.boolean(), d: z.null() }),
  unions: z.object({
    a: z.union([z.object({ kind: z.literal('one') }), z.string()]),
    b: z.discriminatedUnion('op', [z.object({ op: z.literal('x') }), z.object({ op: z.literal('y') })]),
    c: z.nullable(z.string()),
    d: z.string().optional(),
  }),
  lists: z.object({
    a: z.array(z.string()),
    b: z.array(z.int()).min(3),
    c: z.tuple([z.string(), z.number()]),
  }),
  nested: z.object({ a: z.object({ b: z.object({ c: z.array(z.object({ d: z.string() })) }) }) }),
  records: z.object({ a: z.record(z.string(), z.number()), b: z.record(z.enum(['x', 'y']), z.int()) }),
  all: z.intersection(z.object({ a: z.string() }), z.object({ b: z.number() })),
  'a tree': tree,
  'a linked list': list,
}

describe('fillSchema', () => {
  it.each(Object.entries(SCHEMAS))('meets a schema of %s', (_, type) => {
    const value = fillSchema(toJSONSchema(type))
    expect(type.safeParse(value)).toEqual({ success: true, data: value })
    expect(fillSchema(toJSONSchema(type))).toEqual(value)
  })

  it.each([
    [{ type: ['string', 'null'] }, 'sample text'],
    [{ type: ['null'] }, null],
    [{ const: { a: 1 } }, { a: 1 }],
    [{}, 'sample text'],
    [{ properties: { a: { type: 'null' } } }, { a: null }],
    [{ type: 'array', items: { enum: ['x', 'y'] }, minItems: 2, uniqueItems: true }, ['x', 'y']],
    [{ type: 'object' }, {}],
    [{ type: 'array', items: [{ const: 1 }, { const: 2 }] }, [1, 2]],
    [{ $ref: '#/definitions/a~1b', definitions: { 'a/b': { const: 1 } } }, 1],
    [
      {
        allOf: [{ $ref: '#/$defs/a' }, { properties: { b: { const: 2 } } }],
        $defs: { a: { properties: { a: { const: 1 } } } },
      },
      { a: 1, b: 2 },
    ],
  ])('fills %j', (schema, value) => {
    expect(fillSchema(schema)).toEqual(value)
  })

  it('ends where a schema has no finite value', () => {
    const endless = {
      $ref: '#/$defs/a',
      $defs: { a: { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, required: ['a'] } },
    }
    expect(JSON.stringify(fillSchema(endless))).toContain('null')
  })

  it('ends soon where a schema refers to itself in many places', () => {
    const self = { $ref: '#' }
    const wide = {
      type: 'object',
      properties: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`p${n}`, self])),
    }
    expect(JSON.stringify(fillSchema(wide)).length).toBeLessThan(1000)
  })

  it('takes proposals that the schema allows', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'integer', maximum: 5 }, c: { type: 'integer' } },
    }
    const propose = (_: string, kind: string) => (kind === 'string' ? 'Paris' : 9)
    expect(fillSchema(schema, propose)).toEqual({ a: 'Paris', b: 1, c: 9 })
  })
})
