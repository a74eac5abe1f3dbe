import { generateObject, generateText, NoObjectGeneratedError, Output, streamObject } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startProvider } from '../../support/provider.ts'
import { bodyOf, CREATED, completed, delta, events, message, rejection, SHAPES } from './support.ts'

const schema = z.object({ city: z.string(), days: z.number() })
const prompt = 'Make it city: Oslo and 3'

const formatOf = (text: unknown) => (text as { format?: { schema?: object } }).format

describe.each(SHAPES)('$model ($shape)', ({ model }) => {
  it('generateObject, mode json by default', async () => {
    const { codex, server } = await startProvider()
    const { object, finishReason } = await generateObject({ model: codex(model), schema, prompt })
    expect(object).toEqual({ city: 'Oslo', days: 3 })
    expect(finishReason).toBe('stop')
    const body = bodyOf(server)
    expect(formatOf(body.text)).toMatchObject({ type: 'json_schema', strict: true, name: 'response' })
    expect(body).not.toHaveProperty('tools')
    expect(JSON.stringify(body.input)).not.toContain('additionalProperties')
  })

  it('generateObject, mode tool', async () => {
    const { codex, server } = await startProvider()
    const { object } = await generateObject({ model: codex(model), schema, prompt, mode: 'tool' })
    expect(object).toEqual({ city: 'Oslo', days: 3 })
    const body = bodyOf(server)
    expect(body.tool_choice).toEqual({ type: 'function', name: 'json' })
    expect(formatOf(body.text)).toBeUndefined()
  })

  it.each(['json', 'tool'] as const)('streamObject, mode %s: it grows', async (mode) => {
    const { codex } = await startProvider()
    const partials: unknown[] = []
    const { partialObjectStream, object } = streamObject({ model: codex(model), schema, prompt, mode })
    for await (const partial of partialObjectStream) partials.push(partial)
    expect(await object).toEqual({ city: 'Oslo', days: 3 })
    expect(partials.length).toBeGreaterThan(1)
    expect(partials.at(-1)).toEqual({ city: 'Oslo', days: 3 })
  })

  it.each(['json', 'tool'] as const)('output array, mode %s', async (mode) => {
    const { codex, server } = await startProvider()
    const elements = [
      { city: 'Oslo', days: 1 },
      { city: 'Rome', days: 2 },
    ]
    const text = JSON.stringify({ elements })
    server.answer(
      mode === 'json'
        ? { type: 'text', text }
        : { type: 'tool-calls', calls: [{ name: 'json', arguments: { elements } }] },
    )
    const { object } = await generateObject({ model: codex(model), output: 'array', schema, prompt, mode })
    expect(object).toEqual(elements)
  })

  it('output array, streamed element by element', async () => {
    const { codex, server } = await startProvider()
    const elements = [
      { city: 'Oslo', days: 1 },
      { city: 'Rome', days: 2 },
    ]
    server.answer({ type: 'text', text: JSON.stringify({ elements }) })
    const seen: unknown[] = []
    const { elementStream } = streamObject({ model: codex(model), output: 'array', schema, prompt })
    for await (const element of elementStream) seen.push(element)
    expect(seen).toEqual(elements)
  })

  it('output enum', async () => {
    const { codex, server } = await startProvider()
    const values = ['sunny', 'rainy']
    const { object } = await generateObject({ model: codex(model), output: 'enum', enum: values, prompt })
    expect(values).toContain(object)
    expect(formatOf(bodyOf(server).text)?.schema).toMatchObject({
      properties: { result: { type: 'string', enum: values } },
    })
  })

  it('output no-schema', async () => {
    const { codex, server } = await startProvider()
    server.answer({ type: 'text', text: '{"any":[1]}' })
    const { object } = await generateObject({ model: codex(model), output: 'no-schema', prompt })
    expect(object).toEqual({ any: [1] })
    expect(formatOf(bodyOf(server).text)).toBeUndefined()
  })

  it('experimental_output', async () => {
    const { codex, server } = await startProvider()
    const result = await generateText({
      model: codex(model),
      prompt,
      experimental_output: Output.object({ schema }),
    })
    expect(result.experimental_output).toEqual({ city: 'Oslo', days: 3 })
    expect(formatOf(bodyOf(server).text)).toMatchObject({ type: 'json_schema', strict: true })
  })
})

describe('JSON answers', () => {
  it('text of the commentary phase is left out', async () => {
    const { codex, server } = await startProvider()
    const comment = { id: 'msg_1', type: 'message', role: 'assistant', phase: 'commentary' }
    const text = [{ type: 'output_text', text: 'Let me think.', annotations: [] }]
    server.answer(
      events(
        CREATED,
        { type: 'response.output_item.added', output_index: 0, item: { ...comment, content: [] } },
        delta('Let me think.'),
        { type: 'response.output_item.done', output_index: 0, item: { ...comment, content: text } },
        message('{"city":"Oslo","days":3}', 1),
        completed(),
      ),
    )
    const { object } = await generateObject({ model: codex('gpt-5.5'), schema, prompt })
    expect(object).toEqual({ city: 'Oslo', days: 3 })
  })

  it('what does not fit the schema is the error of ai', async () => {
    const { codex, server } = await startProvider()
    server.answer({ type: 'text', text: '{"city":1}' })
    const failure = await rejection(generateObject({ model: codex('gpt-5.5'), schema, prompt }))
    expect(NoObjectGeneratedError.isInstance(failure)).toBe(true)
  })

  it('name and description reach the backend', async () => {
    const { codex, server } = await startProvider()
    await generateObject({
      model: codex('gpt-5.5'),
      schema,
      schemaName: 'trip plan',
      schemaDescription: 'A trip.',
      prompt,
    })
    expect(formatOf(bodyOf(server).text)).toMatchObject({ name: 'trip_plan', description: 'A trip.' })
  })
})
