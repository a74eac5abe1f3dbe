import { type CoreMessage, generateText, streamText, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../../../src/testing/types.ts'
import { startProvider } from '../../support/provider.ts'
import {
  bodyOf,
  CREATED,
  callDone,
  completed,
  delta,
  events,
  message,
  messageAdded,
  reasoningDone,
  SHAPES,
  type TextOptions,
} from './support.ts'

const add = tool({ parameters: z.object({ a: z.number() }), execute: async ({ a }) => a + 1 })

const call = (index: number, callId: string) => callDone(index, { callId, name: 'add', arguments: '{"a":1}' })

/** Every way to run the loop; gives the messages that the SDK made of it. */
const WAYS = [
  {
    way: 'generateText',
    run: async (options: TextOptions) => (await generateText(options)).response.messages,
  },
  {
    way: 'streamText',
    run: async (options: TextOptions) => {
      const result = streamText(options)
      await result.consumeStream()
      return (await result.response).messages
    },
  },
]

/** What of an item tells where it stands. */
function brief(item: JsonObject): string {
  if (item.type === 'reasoning') {
    const summary = (item.summary as Array<{ text: string }>).map(({ text }) => text)
    return [`reasoning ${item.encrypted_content}`, ...summary].join(' | ')
  }
  if (item.type === 'message') return `${item.role} ${(item.content as Array<{ text: string }>)[0]?.text}`
  return `${item.type} ${item.call_id}`
}

/** The input from the first user message on. */
const said = (input: readonly JsonObject[]) =>
  input.slice(input.findIndex((item) => item.role === 'user')).map(brief)

describe.each(SHAPES.flatMap((shape) => WAYS.map((way) => ({ ...shape, ...way }))))(
  '$model ($shape), $way',
  ({ model, run }) => {
    it.each<{ name: string; list: JsonObject[]; sent: string[] }>([
      {
        name: 'reasoning, call',
        list: [reasoningDone(0, 'ENC1', ['Hm.']), call(1, 'call_1')],
        sent: ['reasoning ENC1 | Hm.', 'function_call call_1', 'function_call_output call_1'],
      },
      {
        name: 'reasoning without a summary, call',
        list: [reasoningDone(0, 'ENC1'), call(1, 'call_1')],
        sent: ['reasoning ENC1', 'function_call call_1', 'function_call_output call_1'],
      },
      {
        name: 'several summary parts',
        list: [reasoningDone(0, 'ENC1', ['One.', 'Two.\n\nMore.', 'Three.']), call(1, 'call_1')],
        sent: [
          'reasoning ENC1 | One. | Two.\n\nMore. | Three.',
          'function_call call_1',
          'function_call_output call_1',
        ],
      },
      {
        name: 'reasoning, message, reasoning, two calls',
        list: [
          reasoningDone(0, 'ENC1', ['First.']),
          messageAdded(1),
          delta('Let me ', 1),
          delta('see.', 1),
          message('Let me see.', 1),
          reasoningDone(2, 'ENC2', ['Second.']),
          call(3, 'call_1'),
          call(4, 'call_2'),
        ],
        sent: [
          'reasoning ENC1 | First.',
          'assistant Let me see.',
          'reasoning ENC2 | Second.',
          'function_call call_1',
          'function_call call_2',
          'function_call_output call_1',
          'function_call_output call_2',
        ],
      },
      {
        name: 'reasoning, call, reasoning, call, both silent',
        list: [reasoningDone(0, 'ENC1'), call(1, 'call_1'), reasoningDone(2, 'ENC2'), call(3, 'call_2')],
        sent: [
          'reasoning ENC1',
          'function_call call_1',
          'reasoning ENC2',
          'function_call call_2',
          'function_call_output call_1',
          'function_call_output call_2',
        ],
      },
      {
        name: 'call before reasoning and call',
        list: [call(0, 'call_1'), reasoningDone(1, 'ENC1'), call(2, 'call_2')],
        sent: [
          'function_call call_1',
          'reasoning ENC1',
          'function_call call_2',
          'function_call_output call_1',
          'function_call_output call_2',
        ],
      },
      {
        name: 'message, reasoning, message, call',
        list: [message('A', 0), reasoningDone(1, 'ENC1'), message('B', 2), call(3, 'call_1')],
        sent: [
          'assistant A',
          'reasoning ENC1',
          'assistant B',
          'function_call call_1',
          'function_call_output call_1',
        ],
      },
      {
        name: 'two reasoning items in a row',
        list: [reasoningDone(0, 'ENC1', ['A']), reasoningDone(1, 'ENC2', ['B']), call(2, 'call_1')],
        sent: [
          'reasoning ENC1 | A',
          'reasoning ENC2 | B',
          'function_call call_1',
          'function_call_output call_1',
        ],
      },
    ])('step 2 has what step 1 made, in its order: $name', async ({ list, sent }) => {
      const { codex, server } = await startProvider()
      server.answer(events(CREATED, ...list, completed()))
      await run({ model: codex(model), prompt: 'go', tools: { add }, maxSteps: 2 })
      expect(said(bodyOf(server, 1).input)).toEqual(['user go', ...sent])
      expect(server.responseRequests.map(({ status }) => status)).toEqual([200, 200])
    })

    it('reasoning, phase and namespace survive into the next turn', async () => {
      const { codex, server } = await startProvider()
      const spaced = call(2, 'call_1')
      const comment = message('Calling.', 1)
      server.answer(
        events(
          reasoningDone(0, 'ENC1'),
          { ...comment, item: { ...(comment.item as JsonObject), phase: 'commentary' } },
          { ...spaced, item: { ...(spaced.item as JsonObject), namespace: 'mine' } },
          completed(),
        ),
        events(reasoningDone(0, 'ENC2', ['Fine.']), message('Done.', 1), completed()),
      )
      const start: CoreMessage[] = [{ role: 'user', content: 'go' }]
      const made = await run({ model: codex(model), messages: start, tools: { add }, maxSteps: 2 })
      await run({
        model: codex(model),
        messages: [...start, ...made, { role: 'user', content: 'again' }],
        tools: { add },
      })
      const { input } = bodyOf(server, 2)
      expect(said(input)).toEqual([
        'user go',
        'reasoning ENC1',
        'assistant Calling.',
        'function_call call_1',
        'function_call_output call_1',
        'reasoning ENC2 | Fine.',
        'assistant Done.',
        'user again',
      ])
      expect(input.find((item) => item.role === 'assistant')).toMatchObject({ phase: 'commentary' })
      expect(input.find((item) => item.type === 'function_call')).toMatchObject({ namespace: 'mine' })
    })
  },
)

describe.each(SHAPES.flatMap((shape) => WAYS.map((way) => ({ ...shape, ...way }))))(
  'an answer without reasoning, $model ($shape), $way',
  ({ model, run }) => {
    const withPhase = (text: string, index: number, phase: string): JsonObject => {
      const done = message(text, index)
      return { ...done, item: { ...(done.item as JsonObject), phase } }
    }
    const withNamespace = (index: number, callId: string): JsonObject => {
      const done = call(index, callId)
      return { ...done, item: { ...(done.item as JsonObject), namespace: 'mine' } }
    }
    const UNSIGNED = {
      type: 'response.output_item.done',
      output_index: 0,
      item: { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }] },
    }

    it.each<{ name: string; list: JsonObject[]; sent: object[]; warns?: true }>([
      {
        name: 'commentary and a call',
        list: [withPhase('Calling.', 0, 'commentary'), call(1, 'call_1')],
        sent: [{ role: 'assistant', phase: 'commentary' }, { type: 'function_call' }],
      },
      {
        name: 'a call with a namespace',
        list: [withNamespace(0, 'call_1')],
        sent: [{ type: 'function_call', namespace: 'mine' }],
      },
      {
        name: 'text after a call, and more of it',
        list: [withPhase('One.', 0, 'commentary'), call(1, 'call_1'), withPhase('Two.', 2, 'final_answer')],
        sent: [
          { role: 'assistant', content: [{ text: 'One.' }], phase: 'commentary' },
          { type: 'function_call' },
          { role: 'assistant', content: [{ text: 'Two.' }], phase: 'final_answer' },
        ],
      },
      {
        name: 'reasoning that is not signed',
        list: [UNSIGNED, withPhase('Calling.', 1, 'commentary'), withNamespace(2, 'call_1')],
        sent: [
          { role: 'assistant', phase: 'commentary' },
          { type: 'function_call', namespace: 'mine' },
        ],
        warns: true,
      },
    ])('$name: phase and namespace survive', async ({ list, sent, warns }) => {
      const { codex, server } = await startProvider()
      server.answer(events(CREATED, ...list, completed()))
      const made = await run({ model: codex(model), prompt: 'go', tools: { add }, maxSteps: 2 })
      const { input } = bodyOf(server, 1)
      const from = input.findIndex((item) => item.role === 'user') + 1
      expect(input.slice(from)).toMatchObject([...sent, { type: 'function_call_output', call_id: 'call_1' }])
      const { warnings = [] } = await generateText({
        model: codex(model),
        messages: [{ role: 'user', content: 'go' }, ...made, { role: 'user', content: 'again' }],
      })
      expect(warnings).toHaveLength(warns ? 1 : 0)
      expect(server.responseRequests.map(({ status }) => status)).toEqual([200, 200, 200])
    })

    it.each<{ name: string; list: JsonObject[] }>([
      { name: 'a lone answer', list: [withPhase('Done.', 0, 'final_answer')] },
      { name: 'a text of no phase and a plain call', list: [message('Calling.', 0), call(1, 'call_1')] },
    ])('$name has no note', async ({ list }) => {
      const { codex, server } = await startProvider()
      server.answer(events(CREATED, ...list, completed()))
      const made = await run({ model: codex(model), prompt: 'go', tools: { add } })
      expect(JSON.stringify(made)).not.toContain('redacted-reasoning')
    })
  },
)

it('a note is no reasoning to the caller', async () => {
  const { codex, server } = await startProvider()
  server.answer({ type: 'tool-calls', text: 'Calling.', calls: [{ name: 'add', arguments: { a: 1 } }] })
  const { reasoning, reasoningDetails } = await generateText({
    model: codex('gpt-5.5'),
    prompt: 'go',
    tools: { add },
  })
  expect(reasoning).toBeUndefined()
  expect(reasoningDetails).toEqual([{ type: 'redacted', data: expect.stringMatching(/^codex:v1:/) }])
})

describe('reasoning that is not ours', () => {
  it.each<{ name: string; part: object }>([
    { name: 'a foreign signature', part: { type: 'reasoning', text: 'hm', signature: 'EqQBCgIYAhIM' } },
    { name: 'no signature', part: { type: 'reasoning', text: 'hm' } },
    { name: 'a broken signature', part: { type: 'reasoning', text: 'hm', signature: 'codex:v1:{' } },
    { name: 'a signature that is no text', part: { type: 'reasoning', text: 'hm', signature: { a: 1 } } },
    { name: 'redacted reasoning', part: { type: 'redacted-reasoning', data: 'EqQBCgIYAhIM' } },
  ])('$name is left out with a warning', async ({ part }) => {
    const { codex, server } = await startProvider()
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [part, { type: 'text', text: 'yo' }] },
      { role: 'user', content: 'go' },
    ] as CoreMessage[]
    const { warnings } = await generateText({ model: codex('gpt-5.5'), messages })
    expect(said(bodyOf(server).input)).toEqual(['user hi', 'assistant yo', 'user go'])
    expect(server.responseRequests[0]?.text).not.toContain('EqQBCgIYAhIM')
    expect(warnings).toEqual([{ type: 'other', message: expect.stringMatching(/reasoning/) }])
  })
})

describe('reasoning that comes back in another form', () => {
  const signature = (encryptedContent: string, more: object = {}) =>
    `codex:v1:${JSON.stringify({ encryptedContent, after: [{ text: 2 }], ...more })}`

  it.each<{ name: string; parts: object[]; sent: string }>([
    {
      name: 'as a redacted part',
      parts: [{ type: 'redacted-reasoning', data: signature('ENC1') }],
      sent: 'reasoning ENC1',
    },
    {
      name: 'one item cut in two',
      parts: ['One.', 'Two.'].map((text) => ({
        type: 'reasoning',
        text,
        signature: signature('ENC1', { summary: [4, 4] }),
      })),
      sent: 'reasoning ENC1 | One. | Two.',
    },
    {
      name: 'the same part twice',
      parts: [1, 2].map(() => ({ type: 'reasoning', text: 'One.', signature: signature('ENC1') })),
      sent: 'reasoning ENC1 | One.',
    },
  ])('$name is one item', async ({ parts, sent }) => {
    const { codex, server } = await startProvider()
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [...parts, { type: 'text', text: 'yo' }] },
      { role: 'user', content: 'go' },
    ] as CoreMessage[]
    const { warnings } = await generateText({ model: codex('gpt-5.5'), messages })
    expect(said(bodyOf(server).input)).toEqual(['user hi', sent, 'assistant yo', 'user go'])
    expect(warnings).toEqual([])
  })

  it('a hundred foreign parts are one warning', async () => {
    const { codex } = await startProvider()
    const turn = [
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', signature: 'EqQB' },
          { type: 'text', text: 'yo' },
        ],
      },
    ] as CoreMessage[]
    const messages = [
      ...Array.from({ length: 100 }, () => turn).flat(),
      { role: 'user', content: 'go' } as const,
    ]
    const { warnings } = await generateText({ model: codex('gpt-5.5'), messages })
    expect(warnings).toHaveLength(1)
  })
})

describe('a history that was changed', () => {
  it.each([
    { name: 'longer', text: 'Hello to everybody' },
    { name: 'shorter', text: 'Hi' },
    { name: 'of the same length', text: 'Adieu' },
  ])('a text that was made $name is sent whole', async ({ text }) => {
    const { codex, server } = await startProvider()
    server.answer(events(reasoningDone(0, 'ENC1'), message('Hello', 1), completed()))
    const { response } = await generateText({ model: codex('gpt-5.5'), prompt: 'hi' })
    const [made] = response.messages
    if (made?.role !== 'assistant' || typeof made.content === 'string') throw new Error('no parts')
    const content = made.content.map((part) => (part.type === 'text' ? { ...part, text } : part))
    const messages: CoreMessage[] = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content },
      { role: 'user', content: 'go' },
    ]
    await generateText({ model: codex('gpt-5.5'), messages })
    expect(said(bodyOf(server, 1).input)).toEqual([
      'user hi',
      'reasoning ENC1',
      `assistant ${text}`,
      'user go',
    ])
  })

  it('reasoning whose call was taken out goes with it', async () => {
    const { codex, server } = await startProvider()
    server.answer(events(reasoningDone(0, 'ENC1'), call(1, 'call_1'), completed()))
    const { response } = await generateText({ model: codex('gpt-5.5'), prompt: 'hi', tools: { add } })
    const [made] = response.messages
    if (made?.role !== 'assistant' || typeof made.content === 'string') throw new Error('no parts')
    const content = made.content.filter((part) => part.type === 'reasoning')
    const messages: CoreMessage[] = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content },
      { role: 'user', content: 'go' },
    ]
    await generateText({ model: codex('gpt-5.5'), messages })
    expect(said(bodyOf(server, 1).input)).toEqual(['user hi', 'user go'])
  })
})
