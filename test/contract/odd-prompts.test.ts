/** Prompts that only a caller without types can give, straight to the models. */
import { describe, expect } from 'vitest'
import { bodyOf } from '../adapters/v1/support.ts'
import type { Driver } from './support/ask.ts'
import { eachAI, startWith } from './support/contract.ts'
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
