/** Prompts that only a caller without types can give, straight to the models. */
import { describe, expect } from 'vitest'
import { asObject } from '../../src/lib/json.ts'
import { bodyOf } from '../adapters/v1/support.ts'
import type { Driver } from './support/ask.ts'
import { eachAI, refusals, SHAPES, startWith } from './support/contract.ts'
import { PNG, PNG_URL } from './support/png.ts'

interface Model {
  doGenerate(options: object): Promise<unknown>
}

function generate({ major }: Driver, model: unknown, prompt: object[], tools: object[] = []) {
  const more = major === 4 ? { inputFormat: 'prompt', mode: { type: 'regular', tools } } : { tools }
  return (model as Model).doGenerate({ prompt, ...more })
}

const user = (...content: object[]) => ({ role: 'user', content })
const HI = user({ type: 'text', text: 'hi' })

describe.each<{ name: string; message: object; words: string }>([
  { name: 'an unknown role', message: { role: 'function', content: [] }, words: 'unknown role "function"' },
  {
    name: 'a call without an id',
    message: { role: 'assistant', content: [{ type: 'tool-call', toolName: 'add', args: {}, input: {} }] },
    words: 'call of "add" (assistant message 1) without a toolCallId',
  },
  {
    name: 'a result without an id',
    message: {
      role: 'tool',
      content: [{ type: 'tool-result', toolName: 'add', result: 1, output: { type: 'json', value: 1 } }],
    },
    words: 'tool result (tool message 1, part 1) without a toolCallId',
  },
  {
    name: 'a file without data',
    message: user({ type: 'file', mimeType: 'image/png', mediaType: 'image/png' }),
    words: 'an image (user message 2, part 1) whose data is',
  },
])('a prompt with something odd', ({ name, message, words }) => {
  eachAI(`${name} is an error that says where`, async ({ ai }) => {
    const { codex, server } = await startWith(ai, {})
    await expect(generate(ai, codex('gpt-5.5'), [HI, message])).rejects.toMatchObject({
      name: 'AI_InvalidPromptError',
      message: expect.stringContaining(words),
    })
    expect(server.requests).toEqual([])
  })
})

eachAI('an ArrayBuffer is an image too', async ({ ai }) => {
  const { codex, server } = await startWith(ai, {})
  const data = new Uint8Array(Buffer.from(PNG, 'base64')).buffer
  const part = { type: 'file', data, mimeType: 'image/png', mediaType: 'image/png' }
  await generate(ai, codex('gpt-5.5'), [user(part)])
  expect(bodyOf(server).input.at(-1)?.content).toEqual([{ type: 'input_image', image_url: PNG_URL }])
})

eachAI('a schema that holds itself is refused by the name of its tool', async ({ ai }) => {
  const { codex, server } = await startWith(ai, {})
  const schema: Record<string, unknown> = { type: 'object' }
  schema.properties = { next: schema }
  const tool = { type: 'function', name: 'walk', parameters: schema, inputSchema: schema }
  await expect(generate(ai, codex('gpt-5.5'), [HI], [tool])).rejects.toMatchObject({
    name: 'AI_InvalidArgumentError',
    message: expect.stringContaining('The schema of the tool "walk"'),
  })
  expect(server.requests).toEqual([])
})

describe.each(SHAPES)('a prompt of system messages alone, $model ($shape)', ({ model, shape }) => {
  eachAI(`is answered as developer input, ${model}`, async ({ ai }) => {
    const { codex, server } = await startWith(ai, { instructions: 'Be kind.' })
    const result = await generate(ai, codex(model), [
      { role: 'system', content: 'Say hi.' },
      { role: 'system', content: ' ' },
    ])
    expect(JSON.stringify(result)).toContain('You said')
    const { instructions, input } = bodyOf(server)
    const developer = (text: string) => ({
      type: 'message',
      role: 'developer',
      content: [{ type: 'input_text', text }],
    })
    expect({ instructions, input }).toEqual(
      shape === 'classic'
        ? { instructions: 'Be kind.', input: [developer('Say hi.')] }
        : { instructions: undefined, input: [developer('Be kind.'), developer('Say hi.')] },
    )
    expect(refusals(server)).toEqual([])
  })
})

eachAI('a prompt of blank system messages has nothing to answer', async ({ ai }) => {
  const { codex, server } = await startWith(ai, {})
  await expect(generate(ai, codex('gpt-5.5'), [{ role: 'system', content: ' ' }])).rejects.toMatchObject({
    name: 'AI_InvalidPromptError',
  })
  expect(server.requests).toEqual([])
})

/** A tool loop whose tool gave this, and what the backend is sent for it. */
async function outputFor(ai: Driver, value: unknown, model = 'gpt-5.5') {
  const { codex, server } = await startWith(ai, {})
  const call = { type: 'tool-call', toolCallId: 'call_1', toolName: 'find', args: {}, input: {} }
  const given = ai.major === 4 ? { result: value } : { output: { type: 'json', value } }
  const result = await generate(ai, codex(model), [
    HI,
    { role: 'assistant', content: [call] },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'call_1', toolName: 'find', ...given }] },
  ])
  return { output: bodyOf(server).input.at(-1)?.output, warnings: asObject(result).warnings }
}

eachAI('a circular tool result keeps what can be said, with a warning', async ({ ai }) => {
  const value: Record<string, unknown> = { rows: [1, 2] }
  value.self = value
  const { output, warnings } = await outputFor(ai, value)
  expect(output).toBe('{"rows":[1,2],"self":"[circular]"}')
  expect(warnings).toEqual([{ type: 'other', message: expect.stringMatching(/circular.*call_1/) }])
})

describe.each<{ name: string; value: unknown }>([
  {
    name: 'records that name files',
    value: [
      {
        type: 'file',
        id: 7,
        name: 'a.pdf',
        mimeType: 'application/pdf',
        size: 9,
        url: 'https://example.com/a.pdf',
      },
    ],
  },
  {
    name: 'a record of an image',
    value: { type: 'image', url: 'https://example.com/hat.png', title: 'Hat', price: 3 },
  },
  {
    name: 'a record with the data of an image',
    value: { type: 'image', data: PNG, mimeType: 'image/png', title: 'Hat' },
  },
  {
    name: 'content with fields of its own',
    value: { content: [{ type: 'image', url: 'https://example.com/hat.png' }], page: 2 },
  },
])('a tool that returns plain JSON', ({ name, value }) => {
  eachAI(`${name} stays JSON`, async ({ ai }) => {
    expect(await outputFor(ai, value)).toEqual({ output: JSON.stringify(value), warnings: [] })
  })
})

eachAI(
  'the content of an MCP tool is files in ai 4, where nobody else reads it, and JSON later',
  async ({ ai }) => {
    const value = { content: [{ type: 'image', data: PNG, mimeType: 'image/png' }], isError: false }
    expect(await outputFor(ai, value)).toEqual({
      output: ai.major === 4 ? [{ type: 'input_image', image_url: PNG_URL }] : JSON.stringify(value),
      warnings: [],
    })
  },
)
