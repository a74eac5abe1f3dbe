import { generateObject, generateText, jsonSchema, streamObject, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startProvider } from '../../support/provider.ts'
import { bodyOf } from './support.ts'

interface Tree {
  name: string
  children: Tree[]
}
const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(tree) }))
const point = z.object({ x: z.number(), y: z.number() })

/** Schemas as people write them, each with a value that fits. */
const SCHEMAS: Array<{ name: string; schema: z.ZodTypeAny; value: unknown; isStrict?: boolean }> = [
  { name: 'nullable', schema: z.object({ a: z.string().nullable() }), value: { a: null } },
  { name: 'optional', schema: z.object({ a: z.string().optional() }), value: {}, isStrict: false },
  { name: 'default', schema: z.object({ a: z.string().default('x') }), value: { a: 'y' }, isStrict: false },
  { name: 'enum', schema: z.object({ a: z.enum(['x', 'y']) }), value: { a: 'x' } },
  { name: 'literal', schema: z.object({ a: z.literal('x') }), value: { a: 'x' } },
  { name: 'array of objects', schema: z.object({ a: z.array(point) }), value: { a: [{ x: 1, y: 2 }] } },
  {
    name: 'union of objects',
    schema: z.object({ a: z.union([point, z.object({ z: z.number() })]) }),
    value: { a: { z: 1 } },
  },
  {
    name: 'discriminated union',
    schema: z.object({
      a: z.discriminatedUnion('op', [
        z.object({ op: z.literal('add'), n: z.number() }),
        z.object({ op: z.literal('say'), s: z.string() }),
      ]),
    }),
    value: { a: { op: 'say', s: 'x' } },
  },
  { name: 'record', schema: z.object({ a: z.record(z.number()) }), value: { a: { k: 1 } }, isStrict: false },
  {
    name: 'passthrough',
    schema: z.object({ a: z.string() }).passthrough(),
    value: { a: 'x', b: 1 },
    isStrict: false,
  },
  { name: 'any', schema: z.object({ a: z.any() }), value: { a: [1] }, isStrict: false },
  { name: 'tuple', schema: z.object({ a: z.tuple([z.string(), z.number()]) }), value: { a: ['x', 1] } },
  {
    name: 'limits',
    schema: z.object({ a: z.number().int().min(1).max(9), b: z.string().min(1).max(3) }),
    value: { a: 3, b: 'x' },
  },
  {
    name: 'formats',
    schema: z.object({ a: z.string().email(), b: z.string().datetime(), c: z.string().regex(/^x/) }),
    value: { a: 'a@b.co', b: '2026-01-01T00:00:00Z', c: 'x' },
  },
  {
    name: 'the same twice',
    schema: z.object({ from: point, to: point }),
    value: { from: { x: 1, y: 2 }, to: { x: 3, y: 4 } },
  },
  {
    name: 'recursive',
    schema: z.object({ root: tree }),
    value: { root: { name: 'a', children: [{ name: 'b', children: [] }] } },
  },
  {
    name: 'described',
    schema: z.object({ a: z.string().describe('A.') }).describe('All.'),
    value: { a: 'x' },
  },
  { name: 'empty', schema: z.object({}), value: {} },
  {
    name: 'intersection',
    schema: z.object({ a: point.and(z.object({ z: z.number() })) }),
    value: { a: { x: 1, y: 2, z: 3 } },
    isStrict: false,
  },
]

describe('schemas', () => {
  it.each(SCHEMAS)('an object: $name', async ({ schema, value, isStrict }) => {
    for (const model of ['gpt-5.5', 'gpt-6.1-sol']) {
      const { codex, server } = await startProvider()
      server.answer({ type: 'text', text: JSON.stringify(value) })
      const { object } = await generateObject({ model: codex(model), schema, prompt: 'hi' })
      expect(object).toEqual(schema.parse(value))
      const { format } = bodyOf(server).text as { format: { strict: boolean } }
      if (isStrict === false) expect(format.strict).toBe(false)
    }
  })

  it.each(SCHEMAS)('a tool: $name', async ({ schema, value, isStrict }) => {
    for (const model of ['gpt-5.5', 'gpt-6.1-sol']) {
      const { codex, server } = await startProvider()
      const ran: unknown[] = []
      const use = tool({ parameters: schema, execute: async (input: unknown) => ran.push(input) })
      server.answer({ type: 'tool-calls', calls: [{ name: 'use', arguments: JSON.stringify(value) }] })
      await generateText({ model: codex(model), tools: { use }, prompt: 'hi', maxSteps: 2 })
      expect(ran).toEqual([schema.parse(value)])
      expect(server.responseRequests.map(({ status }) => status)).toEqual([200, 200])
      if (isStrict === false) expect(server.responseRequests[0]?.text).toContain('"strict":false')
    }
  })
})

describe('closing a schema keeps its meaning', () => {
  const part = (name: string) => ({
    type: 'object' as const,
    properties: { [name]: { type: 'number' as const } },
    required: [name],
  })
  const OPEN = [
    { keyword: 'allOf', schema: { allOf: [part('x'), part('y')] } },
    { keyword: 'allOf beside properties', schema: { ...part('x'), allOf: [part('y')] } },
    { keyword: 'anyOf beside properties', schema: { ...part('x'), anyOf: [part('y'), part('z')] } },
  ]
  // Closed, nothing would fit them any more: each part would forbid what the others ask for.
  it.each(OPEN)('$keyword is not closed', async ({ schema }) => {
    const { codex, server } = await startProvider()
    server.answer({ type: 'text', text: '{"a":{"x":1,"y":2}}' })
    const given = { type: 'object' as const, properties: { a: schema }, required: ['a'] }
    await generateObject({ model: codex('gpt-5.5'), schema: jsonSchema(given), prompt: 'hi' })
    const { format } = bodyOf(server).text as { format: { strict: boolean; schema: typeof given } }
    expect(format.strict).toBe(false)
    expect(format.schema.properties.a).toEqual(schema)
  })
})

describe('a union at the top', () => {
  const add = z.object({ op: z.literal('add'), n: z.number() })
  const say = z.object({ op: z.literal('say'), s: z.string() })
  const union = z.discriminatedUnion('op', [add, say])
  const UNIONS = [
    { name: 'discriminated union', schema: union, value: { op: 'say', s: 'x' }, isStrict: true },
    { name: 'union with text', schema: z.union([z.string(), add]), value: 'x', isStrict: true },
    { name: 'intersection', schema: point.and(z.object({ z: z.number() })), value: { x: 1, y: 2, z: 3 } },
    { name: 'enum', schema: z.enum(['a', 'b']), value: 'b', isStrict: true },
    { name: 'text', schema: z.string(), value: 'x', isStrict: true },
    { name: 'array', schema: z.array(point), value: [{ x: 1, y: 2 }], isStrict: true },
    { name: 'nullable object', schema: point.nullable(), value: null, isStrict: true },
    { name: 'record', schema: z.record(z.number()), value: { k: 1 } },
    { name: 'tuple', schema: z.tuple([z.string(), z.number()]), value: ['x', 1] },
    { name: 'any', schema: z.any(), value: [1] },
  ] as const

  /** The value as the model says it. */
  const said = (schema: unknown, value: unknown) =>
    JSON.stringify(
      (schema as { properties?: object }).properties &&
        'value' in (schema as { properties: object }).properties
        ? { value }
        : value,
    )

  it.each(UNIONS)('an object: $name', async ({ schema, value, ...rest }) => {
    for (const model of ['gpt-5.5', 'gpt-6.1-sol']) {
      const { codex, server } = await startProvider()
      server.answer({
        type: 'text',
        text: said(rest.name === 'record' ? {} : { properties: { value: 1 } }, value),
      })
      const { object } = await generateObject({
        model: codex(model),
        schema: schema as z.ZodTypeAny,
        prompt: 'hi',
      })
      expect(object).toEqual(value)
      const { format } = bodyOf(server).text as { format: { strict: boolean; schema: object } }
      expect(format.schema).toMatchObject({ type: 'object' })
      expect(format.strict).toBe('isStrict' in rest)
    }
  })

  it.each(['json', 'tool'] as const)('streamObject, mode %s: it grows, unwrapped', async (mode) => {
    for (const model of ['gpt-5.5', 'gpt-6.1-sol']) {
      const { codex, server } = await startProvider()
      const value = { op: 'say', s: 'some longer text' }
      server.answer(
        mode === 'json'
          ? { type: 'text', text: JSON.stringify({ value }) }
          : { type: 'tool-calls', calls: [{ name: 'json', arguments: { value } }] },
      )
      const partials: unknown[] = []
      const result = streamObject({ model: codex(model), schema: union, prompt: 'hi', mode })
      for await (const partial of result.partialObjectStream) partials.push(partial)
      expect(await result.object).toEqual(value)
      expect(partials.length).toBeGreaterThan(1)
      expect(partials.every((partial) => !Object.hasOwn(partial as object, 'value'))).toBe(true)
      expect(partials.at(-1)).toEqual(value)
    }
  })

  it('an array of unions, and an enum', async () => {
    const { codex, server } = await startProvider()
    const elements = [
      { op: 'say', s: 'x' },
      { op: 'add', n: 1 },
    ]
    server.answer({ type: 'text', text: JSON.stringify({ elements }) })
    const made = await generateObject({
      model: codex('gpt-5.5'),
      output: 'array',
      schema: union,
      prompt: 'hi',
    })
    expect(made.object).toEqual(elements)
    const chosen = await generateObject({
      model: codex('gpt-5.5'),
      output: 'enum',
      enum: ['a', 'b'],
      prompt: 'hi',
    })
    expect(chosen.object).toBe('a')
  })

  it('a tool: called unwrapped, and wrapped again in the history', async () => {
    for (const model of ['gpt-5.5', 'gpt-6.1-sol']) {
      const { codex, server } = await startProvider()
      const ran: unknown[] = []
      const use = tool({ parameters: union, execute: async (input) => ran.push(input) })
      const value = { op: 'add', n: 2 }
      server.answer({ type: 'tool-calls', calls: [{ name: 'use', arguments: { value } }] })
      await generateText({ model: codex(model), tools: { use }, prompt: 'hi', maxSteps: 2 })
      expect(ran).toEqual([value])
      const call = bodyOf(server, 1).input.find((item) => item.type === 'function_call')
      expect(JSON.parse(String(call?.arguments))).toEqual({ value })
      expect(server.responseRequests.map(({ status }) => status)).toEqual([200, 200])
    }
  })

  it('a tool of another maker: enum beside oneOf, a recursive definition at the top, no type', async () => {
    const node = {
      type: 'object' as const,
      properties: {
        name: {},
        level: { enum: ['lo', 'hi'], oneOf: [{ const: 'lo', title: 'Low' }, { const: 'hi' }] },
        next: { $ref: '#/definitions/node' },
      },
    }
    const { codex, server } = await startProvider()
    const parameters = jsonSchema({ $ref: '#/definitions/node', definitions: { node } })
    const { toolCalls } = await generateText({
      model: codex('gpt-5.5'),
      tools: { walk: tool({ parameters }) },
      prompt: 'walk',
    })
    expect(toolCalls).toMatchObject([{ toolName: 'walk', args: { level: 'lo' } }])
    expect((bodyOf(server).tools as unknown[])[0]).toMatchObject({
      strict: false,
      parameters: { type: 'object', properties: { level: { type: 'string', enum: ['lo', 'hi'] } } },
    })
  })
})
