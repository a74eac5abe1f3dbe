import { type CoreMessage, generateText, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../../src/testing/types.ts'
import {
  bodyOf,
  CREATED,
  callDone,
  completed,
  events,
  partsOf,
  reasoningDone,
  SHAPES,
  type TextOptions,
} from '../adapters/v1/support.ts'
import { startProvider } from '../support/provider.ts'

const add = tool({
  parameters: z.object({ a: z.number(), b: z.number() }),
  execute: async ({ a, b }) => a + b,
})

const callOf = (id: string): { type: 'tool-call'; toolCallId: string; toolName: string; args: object } => ({
  type: 'tool-call',
  toolCallId: id,
  toolName: 'add',
  args: { a: 1, b: 2 },
})

const resultOf = (id: string): CoreMessage => ({
  role: 'tool',
  content: [{ type: 'tool-result', toolCallId: id, toolName: 'add', result: 3 }],
})

/** What a reasoning part of an earlier answer of this provider carries. */
const signature = (encryptedContent: string, after: object[] = []): string =>
  `codex:v1:${JSON.stringify({ encryptedContent, after })}`

const kinds = (input: readonly JsonObject[]): string[] =>
  input.filter((item) => item.role !== 'developer').map((item) => String(item.role ?? item.type))

/** Sends a history and gives what was sent and warned of. */
async function send(messages: CoreMessage[]) {
  const { codex, server } = await startProvider({ codexMode: false })
  const { warnings } = await generateText({ model: codex('gpt-5.5'), messages, tools: { add } })
  expect(server.responseRequests.map((request) => request.status)).toEqual([200])
  return { input: bodyOf(server).input, text: server.responseRequests[0]?.text, warnings: warnings ?? [] }
}

describe('BR-11 reasoning id sent back, nothing stored', () => {
  const step1 = events(
    CREATED,
    reasoningDone(0, 'ENC1'),
    callDone(1, { callId: 'call_1', name: 'add', arguments: '{"a":1,"b":2}' }),
    completed(),
  )
  const ways = [
    { way: 'generateText', run: (options: TextOptions) => generateText(options) },
    { way: 'streamText', run: (options: TextOptions) => partsOf(options) },
  ]

  it.each(ways.flatMap((entry) => SHAPES.map((shape) => ({ ...entry, ...shape }))))(
    'step 2 carries the encrypted content and no id ($way, $model)',
    async ({ run, model }) => {
      const { codex, server } = await startProvider({ codexMode: false })
      server.answer(step1)
      await run({ model: codex(model), prompt: 'add', tools: { add }, maxSteps: 2 })
      const { input } = bodyOf(server, 1)
      expect(kinds(input).filter((kind) => kind !== 'additional_tools')).toEqual([
        'user',
        'reasoning',
        'function_call',
        'function_call_output',
      ])
      const reasoning = input.find((item) => item.type === 'reasoning')
      expect(reasoning).toMatchObject({ encrypted_content: 'ENC1', summary: [] })
      expect(input.filter((item) => 'id' in item)).toEqual([])
      expect(server.responseRequests.map((request) => request.status)).toEqual([200, 200])
    },
  )

  it('reasoning without encrypted content is left out, the call and its result stay', async () => {
    const { input, text, warnings } = await send([
      { role: 'user', content: 'add' },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', providerOptions: { openai: { itemId: 'rs_1' } } },
          callOf('call_1'),
        ],
      },
      resultOf('call_1'),
    ])
    expect(kinds(input)).toEqual(['user', 'function_call', 'function_call_output'])
    expect(text).not.toContain('rs_1')
    expect(warnings).toEqual([{ type: 'other', message: expect.stringContaining('reasoning') }])
  })
})

describe('BR-13 reasoning without an id is thrown away', () => {
  it('the signature is enough', async () => {
    const { input, warnings } = await send([
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', signature: signature('ENC1') },
          { type: 'text', text: 'yo' },
        ],
      },
      { role: 'user', content: 'go' },
    ])
    expect(kinds(input)).toEqual(['user', 'reasoning', 'assistant', 'user'])
    expect(input[1]).toMatchObject({ encrypted_content: 'ENC1' })
    expect(input[1]).not.toHaveProperty('id')
    expect(warnings).toEqual([])
  })
})

describe('BR-13 the encrypted content as other clients keep it', () => {
  it.each<{ name: string; providerOptions: NonNullable<CoreMessage['providerOptions']> }>([
    { name: '@ai-sdk/openai', providerOptions: { openai: { reasoningEncryptedContent: 'ENC1' } } },
    { name: 'this provider', providerOptions: { codex: { itemId: 'rs_1', encryptedContent: 'ENC1' } } },
  ])('$name: no id is needed, none is sent', async ({ providerOptions }) => {
    const { input, warnings } = await send([
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', providerOptions },
          { type: 'text', text: 'yo' },
        ],
      },
      { role: 'user', content: 'go' },
    ])
    expect(input[1]).toEqual({
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'hm' }],
      content: null,
      encrypted_content: 'ENC1',
    })
    expect(warnings).toEqual([])
  })
})

describe('BR-15 "reasoning was provided without its required following item"', () => {
  it('(a) reasoning, call and result keep their order', async () => {
    const { input } = await send([
      { role: 'user', content: 'add' },
      {
        role: 'assistant',
        content: [{ type: 'reasoning', text: '', signature: signature('ENC1') }, callOf('call_1')],
      },
      resultOf('call_1'),
    ])
    expect(kinds(input)).toEqual(['user', 'reasoning', 'function_call', 'function_call_output'])
  })

  it('(b) reasoning that nothing follows is not sent', async () => {
    const { input, warnings } = await send([
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [{ type: 'reasoning', text: '', signature: signature('ENC1') }] },
      { role: 'user', content: 'go' },
    ])
    expect(kinds(input)).toEqual(['user', 'user'])
    expect(warnings).toEqual([{ type: 'other', message: expect.stringContaining('reasoning') }])
  })

  it('(c) an empty text makes no item', async () => {
    const { input } = await send([
      { role: 'user', content: 'add' },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: '', signature: signature('ENC1') },
          { type: 'text', text: '' },
          callOf('call_1'),
        ],
      },
      resultOf('call_1'),
    ])
    expect(kinds(input)).toEqual(['user', 'reasoning', 'function_call', 'function_call_output'])
  })
})

describe('BR-17 item id over 64 characters', () => {
  it('no item ids are sent', async () => {
    const long = (length: number) => ({ providerOptions: { openai: { itemId: 'x'.repeat(length) } } })
    const { input } = await send([
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', signature: signature('ENC1'), ...long(416) },
          { type: 'text', text: 'yo', ...long(90) },
        ],
      },
      { role: 'user', content: 'go' },
    ])
    expect(input.filter((item) => 'id' in item)).toEqual([])
  })
})

describe('BR-17 call id over 64 characters', () => {
  it('is made short, the same for call and result and in each request', async () => {
    const id = `call_${'x'.repeat(100)}|fc_1`
    const history: CoreMessage[] = [
      { role: 'user', content: 'add' },
      { role: 'assistant', content: [callOf(id)] },
      resultOf(id),
    ]
    const one = await send(history)
    const two = await send([...history, { role: 'user', content: 'go' }])
    const [, call, output] = one.input
    expect(call?.call_id).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
    expect(output?.call_id).toBe(call?.call_id)
    expect(two.input.slice(0, 3)).toEqual(one.input)
    expect([...one.warnings, ...two.warnings]).toEqual([])
  })
})

describe('BR-18 result without its call after a failed turn', () => {
  it('no orphan output is sent', async () => {
    const { input, text, warnings } = await send([
      { role: 'user', content: 'add' },
      resultOf('call_9'),
      { role: 'user', content: 'go' },
    ])
    expect(kinds(input)).toEqual(['user', 'user'])
    expect(text).not.toContain('call_9')
    expect(warnings).toEqual([{ type: 'other', message: expect.stringContaining('call_9') }])
  })

  it('a call without its result is kept as one that was aborted', async () => {
    const { input, warnings } = await send([
      { role: 'user', content: 'add' },
      { role: 'assistant', content: [callOf('call_9')] },
      { role: 'user', content: 'go' },
    ])
    expect(kinds(input)).toEqual(['user', 'function_call', 'function_call_output', 'user'])
    expect(input[2]).toMatchObject({ call_id: 'call_9', output: 'aborted' })
    expect(warnings).toEqual([{ type: 'other', message: expect.stringContaining('call_9') }])
  })
})
