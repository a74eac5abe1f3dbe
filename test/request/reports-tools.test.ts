import { type CoreMessage, generateObject, generateText, jsonSchema, type Tool, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../../src/testing/types.ts'
import { bodyOf, type ProviderOptions, rejection, SHAPES } from '../adapters/v1/support.ts'
import { startProvider } from '../support/provider.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** The tools as they were sent. */
function toolsIn(body: JsonObject & { input: JsonObject[] }): Array<JsonObject & { parameters: JsonObject }> {
  const added = body.input.find((item) => item.type === 'additional_tools')
  return (body.tools ?? added?.tools) as Array<JsonObject & { parameters: JsonObject }>
}

async function send(tools: Record<string, Tool>, model: string, strictJsonSchema?: boolean) {
  const { codex, server } = await startProvider()
  const providerOptions: ProviderOptions =
    strictJsonSchema === undefined ? {} : { codex: { strictJsonSchema } }
  const result = await generateText({ model: codex(model), prompt: 'hi', tools, providerOptions }).then(
    ({ warnings = [] }) => ({ failure: undefined, warnings }),
    (failure: unknown) => ({ failure, warnings: [] }),
  )
  return { ...result, sent: result.failure ? undefined : toolsIn(bodyOf(server)) }
}

describe.each(SHAPES)('$model ($shape)', ({ model }) => {
  it('BR-20 tool schema with anyOf/oneOf at the top: wrapped, and the other tools are not hurt', async () => {
    const union = z.discriminatedUnion('op', [
      z.object({ op: z.literal('a'), x: z.string() }),
      z.object({ op: z.literal('b'), y: z.number() }),
    ])
    const other = tool({ parameters: z.object({ q: z.string() }) })
    const { failure, sent } = await send({ pick: tool({ parameters: union }), other }, model)
    expect(failure).toBeUndefined()
    expect(sent).toMatchObject([
      {
        name: 'pick',
        parameters: { type: 'object', required: ['value'], properties: { value: { anyOf: [{}, {}] } } },
      },
      { name: 'other', strict: true },
    ])
  })

  describe('BR-21 strict schema rules broken by optional fields', () => {
    const search = tool({ parameters: z.object({ q: z.string(), multiple: z.boolean().optional() }) })

    it.each([undefined, false])(
      'strict %s: the optional field stays so, strict: false is sent',
      async (strict) => {
        const { sent } = await send({ search }, model, strict)
        expect(sent?.[0]).toMatchObject({ name: 'search', strict: false, parameters: { required: ['q'] } })
        expect(JSON.stringify(sent)).not.toContain('$schema')
      },
    )

    it('strict true: sent without strict mode, with a warning that names tool and field', async () => {
      const { failure, sent, warnings } = await send({ search }, model, true)
      expect(failure).toBeUndefined()
      expect(sent?.[0]).toMatchObject({ name: 'search', strict: false, parameters: { required: ['q'] } })
      expect(warnings).toEqual([
        { type: 'other', message: expect.stringMatching(/"search".*strict mode.*"multiple"/) },
      ])
    })
  })

  it.each([
    { name: '{"type":"object"}', schema: { type: 'object' as const } },
    { name: '{}', schema: {} },
  ])('BR-23 object schema without properties: $name', async ({ schema }) => {
    const { sent } = await send({ ping: tool({ parameters: jsonSchema(schema) }) }, model)
    expect(sent?.[0]?.parameters).toMatchObject({ type: 'object', properties: {} })
  })

  it('BR-30 image from a tool turned into base64 text', async () => {
    const { codex, server } = await startProvider()
    const messages: CoreMessage[] = [
      { role: 'user', content: 'shoot' },
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'shot', args: {} }] },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: 'c1',
            toolName: 'shot',
            result: PNG,
            experimental_content: [
              { type: 'text', text: 'shot' },
              { type: 'image', data: PNG, mimeType: 'image/png' },
            ],
          },
        ],
      },
    ]
    await generateText({ model: codex(model), messages })
    expect(bodyOf(server).input.at(-1)?.output).toEqual([
      { type: 'input_text', text: 'shot' },
      { type: 'input_image', image_url: `data:image/png;base64,${PNG}` },
    ])
  })
})

describe.each(SHAPES)('objects, $model ($shape)', ({ model }) => {
  const loose = {
    type: 'object' as const,
    properties: {
      a: { type: 'string' as const },
      b: { type: 'object' as const, properties: { c: { type: 'number' as const } } },
    },
    required: ['a', 'b'],
  }
  const SCHEMAS = [
    { name: 'zod', schema: z.object({ a: z.string(), b: z.object({ c: z.number().optional() }) }) },
    { name: 'JSON', schema: jsonSchema<{ a: string; b: object }>(loose) },
  ]

  it.each(SCHEMAS)('BR-25 schema lacks additionalProperties: false: $name', async ({ schema }) => {
    const { codex, server } = await startProvider()
    const { object } = await generateObject<{ a: string; b: object }>({
      model: codex(model),
      schema: schema as z.ZodType<{ a: string; b: object }>,
      prompt: 'a: x and 3',
    })
    expect(object).toEqual({ a: 'x', b: { c: 3 } })
    const closed = { additionalProperties: false, properties: { b: { additionalProperties: false } } }
    // The stated rule: an optional field stays optional, and the schema is not strict.
    expect(bodyOf(server).text).toMatchObject({
      format: { type: 'json_schema', strict: false, schema: closed },
    })
  })

  it('BR-26 the schema lives in text beside the verbosity; without one an instruction and a warning', async () => {
    const { codex, server } = await startProvider()
    const providerOptions = { codex: { textVerbosity: 'low' } }
    const schema = z.object({ a: z.string() })
    await generateObject({ model: codex(model), schema, prompt: 'hi', providerOptions })
    expect(bodyOf(server).text).toMatchObject({
      verbosity: 'low',
      format: { type: 'json_schema', name: 'response', strict: true, schema: { required: ['a'] } },
    })
    server.answer({ type: 'text', text: '{"a":1}' })
    const bare = await generateObject({
      model: codex(model),
      output: 'no-schema',
      prompt: 'hi',
      providerOptions,
    })
    expect(bare.object).toEqual({ a: 1 })
    expect(bare.warnings).toMatchObject([{ type: 'other', message: expect.stringContaining('json_object') }])
    expect(bodyOf(server, 1).text).toEqual({ verbosity: 'low' })
    expect(server.responseRequests[1]?.text).toContain('Answer with one JSON value')
  })
})

describe('BR-23 a tool whose schema is no object', () => {
  it('is called with the value alone', async () => {
    const { codex, server } = await startProvider()
    const tools = { odd: tool({ parameters: jsonSchema<string>({ type: 'string' }) }) }
    server.answer({ type: 'tool-calls', calls: [{ name: 'odd', arguments: { value: 'x' } }] })
    const { toolCalls } = await generateText({ model: codex('gpt-5.5'), prompt: 'hi', tools })
    expect(toolCalls).toMatchObject([{ toolName: 'odd', args: 'x' }])
  })

  it('and one that allows nothing is an error that names it', async () => {
    const { codex, server } = await startProvider()
    const tools = { odd: tool({ parameters: jsonSchema(false as never) }) }
    const failure = await rejection(generateText({ model: codex('gpt-5.5'), prompt: 'hi', tools }))
    expect(String(failure)).toContain(
      'The schema of the tool "odd" can\'t be sent: it allows no value at all.',
    )
    expect(server.requests).toEqual([])
  })
})
