import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CoreMessage, generateObject, generateText, jsonSchema } from 'ai'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { bodyOf, rejection, SHAPES } from '../adapters/v1/support.ts'
import { startProvider } from '../support/provider.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

describe('BR-25 generateObject schema lacks additionalProperties: false', () => {
  const zod = z.object({ a: z.string(), b: z.object({ c: z.number().optional() }) })
  const bare = jsonSchema<{ a: string; b: { c?: number } }>({
    type: 'object',
    properties: {
      a: { type: 'string' },
      b: { type: 'object', properties: { c: { type: 'number' } } },
    },
    required: ['a', 'b'],
  })
  const cases = [
    { kind: 'zod', schema: zod },
    { kind: 'jsonSchema', schema: bare },
  ]

  it.each(cases.flatMap((entry) => SHAPES.map((shape) => ({ ...entry, ...shape }))))(
    '$kind, $model: nested objects are closed, the optional field stays optional',
    async ({ schema, model }) => {
      const { codex, server } = await startProvider()
      server.answer({ type: 'text', text: '{"a":"x","b":{}}' })
      const { object } = await generateObject({ model: codex(model), schema, prompt: 'hi' })
      expect(object).toEqual({ a: 'x', b: {} })
      const { format } = bodyOf(server).text as { format: { strict: boolean; schema: object } }
      expect(format).toMatchObject({
        type: 'json_schema',
        strict: false,
        schema: {
          additionalProperties: false,
          required: ['a', 'b'],
          properties: { b: { additionalProperties: false } },
        },
      })
      expect(JSON.stringify(format)).not.toContain('$schema')
    },
  )

  it('a schema without optional fields is strict', async () => {
    const { codex, server } = await startProvider()
    const schema = z.object({ a: z.string(), b: z.object({ c: z.number() }) })
    await generateObject({ model: codex('gpt-5.5'), schema, prompt: 'hi' })
    expect(bodyOf(server).text).toMatchObject({ format: { strict: true } })
  })
})

describe('BR-26 JSON schema silently dropped', () => {
  it.each(SHAPES)('the format and the verbosity live in text ($model)', async ({ model }) => {
    const { codex, server } = await startProvider()
    await generateObject({
      model: codex(model),
      schema: z.object({ city: z.string() }),
      schemaName: 'place',
      prompt: 'hi',
      providerOptions: { openai: { textVerbosity: 'low' } },
    })
    expect(bodyOf(server).text).toEqual({
      verbosity: 'low',
      format: {
        type: 'json_schema',
        name: 'place',
        strict: true,
        schema: {
          type: 'object',
          properties: { city: { type: 'string' } },
          required: ['city'],
          additionalProperties: false,
        },
      },
    })
  })

  it('JSON without a schema is an instruction and a warning', async () => {
    const { codex, server } = await startProvider({ codexMode: false })
    server.answer({ type: 'text', text: '{"any":1}' })
    const { object, warnings } = await generateObject({
      model: codex('gpt-5.5'),
      output: 'no-schema',
      prompt: 'hi',
    })
    expect(object).toEqual({ any: 1 })
    const body = bodyOf(server)
    expect(body.text).not.toHaveProperty('format')
    expect(body.instructions).toMatch(/JSON/)
    expect(warnings).toEqual([{ type: 'other', message: expect.stringContaining('JSON') }])
  })
})

describe('BR-29 empty or unsupported image data', () => {
  const ask = async (part: object) => {
    const { codex, server } = await startProvider()
    const call = generateText({
      model: codex('gpt-5.5'),
      messages: [{ role: 'user', content: [{ type: 'text', text: 'look' }, part as never] }],
    })
    return { call, server }
  }

  it.each([
    { name: 'image/* with PNG bytes', part: { mimeType: 'image/*', image: Buffer.from(PNG, 'base64') } },
    { name: 'bytes without a type', part: { image: new Uint8Array(Buffer.from(PNG, 'base64')) } },
    { name: 'a base64 string', part: { image: PNG } },
    { name: 'a data URL', part: { image: `data:image/png;base64,${PNG}` } },
    { name: 'a wrong label', part: { mimeType: 'image/jpeg', image: PNG } },
  ])('$name goes as a PNG data URL', async ({ part }) => {
    const { call, server } = await ask({ type: 'image', ...part })
    expect((await call).text).toContain('I see 1 image (image/png)')
    expect(bodyOf(server).input.at(-1)?.content).toEqual([
      { type: 'input_text', text: 'look' },
      { type: 'input_image', image_url: `data:image/png;base64,${PNG}` },
    ])
  })

  it('a URL is downloaded by ai and goes as data', async () => {
    const files = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.from(PNG, 'base64'))
    })
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void files.close())
    const { port } = files.address() as AddressInfo
    const { call, server } = await ask({ type: 'image', image: new URL(`http://127.0.0.1:${port}/a.png`) })
    await call
    expect(server.responseRequests[0]?.text).toContain(`data:image/png;base64,${PNG}`)
    expect(server.responseRequests[0]?.text).not.toContain(`:${port}/`)
  })

  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')
  it.each([
    {
      name: 'empty PNG',
      part: { type: 'image', mimeType: 'image/png', image: new Uint8Array(0) },
      words: /empty/,
    },
    {
      name: 'empty file',
      part: { type: 'file', mimeType: 'image/png', data: new Uint8Array(0) },
      words: /empty/,
    },
    { name: 'SVG', part: { type: 'image', mimeType: 'image/svg+xml', image: svg }, words: /image\/svg\+xml/ },
    {
      name: 'icon',
      part: { type: 'file', mimeType: 'image/x-icon', data: Buffer.from([0, 0, 1, 0]) },
      words: /image\/x-icon/,
    },
    { name: 'unknown bytes', part: { type: 'image', image: new Uint8Array([1, 2, 3, 4]) }, words: /unknown/ },
  ])('$name is a clear error before anything is sent', async ({ part, words }) => {
    const { call, server } = await ask(part)
    const error = String(await rejection(call))
    expect(error).toMatch(words)
    expect(error).toContain('user message 1, part 2')
    expect(server.requests).toEqual([])
  })
})

describe('BR-30 image from a tool turned into base64 text', () => {
  const shot = (result: unknown, more: object = {}): CoreMessage[] => [
    { role: 'user', content: 'take a shot' },
    {
      role: 'assistant',
      content: [{ type: 'tool-call', toolCallId: 'call_1', toolName: 'shot', args: {} }],
    },
    {
      role: 'tool',
      content: [{ type: 'tool-result', toolCallId: 'call_1', toolName: 'shot', result, ...more }],
    },
  ]

  const send = async (messages: CoreMessage[]) => {
    const { codex, server } = await startProvider()
    const { text } = await generateText({ model: codex('gpt-5.5'), messages })
    return { output: bodyOf(server).input.at(-1)?.output, text }
  }

  const image = { type: 'input_image', image_url: `data:image/png;base64,${PNG}` }
  const mcp = [
    { type: 'text', text: 'shot' },
    { type: 'image', data: PNG, mimeType: 'image/png' },
  ]

  it.each([
    {
      name: 'content beside the result',
      messages: shot(PNG, {
        experimental_content: [
          { type: 'text', text: 'shot' },
          { type: 'image', data: PNG },
        ],
      }),
    },
    { name: 'what an MCP tool gives', messages: shot({ content: mcp, isError: false }) },
    { name: 'the content of ai 5', messages: shot({ type: 'content', value: mcp }) },
  ])('$name goes as text and image', async ({ messages }) => {
    const { output, text } = await send(messages)
    expect((output as object[]).slice(0, 2)).toEqual([{ type: 'input_text', text: 'shot' }, image])
    expect(text).toContain('I see 1 image (image/png)')
  })

  it.each([
    { name: 'an error text', result: 'no screen', more: { isError: true }, output: 'Error: no screen' },
    { name: 'undefined inside', result: { a: undefined, b: 1 }, more: {}, output: '{"b":1}' },
    { name: 'nothing', result: undefined, more: {}, output: 'null' },
    { name: 'an empty content', result: 'ok', more: { experimental_content: [] }, output: 'ok' },
  ])('$name becomes readable text', async ({ result, more, output }) => {
    expect((await send(shot(result, more))).output).toBe(output)
  })
})
