import { type CoreMessage, generateText, jsonSchema, type Tool, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../../src/testing/types.ts'
import { bodyOf, type ProviderOptions, rejection, SHAPES } from '../spec/support.ts'
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
  const failure = await generateText({ model: codex(model), prompt: 'hi', tools, providerOptions }).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { failure, sent: failure ? undefined : toolsIn(bodyOf(server)), requests: server.requests.length }
}

describe.each(SHAPES)('$model ($shape)', ({ model }) => {
  it('BR-20 tool schema with anyOf/oneOf at the top: rewritten, or an error that names the tool', async () => {
    const union = z.discriminatedUnion('op', [
      z.object({ op: z.literal('a'), x: z.string() }),
      z.object({ op: z.literal('b'), y: z.number() }),
    ])
    const { failure, sent, requests } = await send({ pick: tool({ parameters: union }) }, model)
    if (failure) {
      expect(String(failure)).toContain('"pick"')
      expect(requests).toBe(0)
    } else {
      expect(sent?.[0]?.parameters).toMatchObject({ type: 'object' })
    }
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

    it('strict true: an error that names tool and field', async () => {
      const { failure, requests } = await send({ search }, model, true)
      expect(String(failure)).toContain('"search"')
      expect(String(failure)).toContain('"multiple"')
      expect(requests).toBe(0)
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

describe('BR-23 a tool whose schema is no object', () => {
  it('is an error that names it', async () => {
    const { codex } = await startProvider()
    const tools = { odd: tool({ parameters: jsonSchema({ type: 'string' }) }) }
    const failure = await rejection(generateText({ model: codex('gpt-5.5'), prompt: 'hi', tools }))
    expect(String(failure)).toContain('"odd"')
  })
})
