import { type CoreMessage, generateText, streamText, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Answer } from '../../../src/testing/types.ts'
import { startProvider } from '../../support/provider.ts'
import {
  bodyOf,
  CREATED,
  callDone,
  collect,
  completed,
  delta,
  ev,
  events,
  good,
  message,
  messageAdded,
  partsOf,
  reasoningDone,
  SHAPES,
  withResolvers,
} from './support.ts'

describe.each(SHAPES)('$model ($shape)', ({ model }) => {
  it('generateText answers', async () => {
    const { codex, server } = await startProvider()
    const result = await generateText({ model: codex(model), prompt: 'Say hi' })
    expect(result.text).toBe('You said: Say hi')
    expect(result.finishReason).toBe('stop')
    expect(result.usage.promptTokens).toBeGreaterThan(0)
    expect(result.warnings).toEqual([])
    expect(server.requests).toHaveLength(1)
  })

  it('streamText answers by textStream', async () => {
    const { codex } = await startProvider()
    const deltas: string[] = []
    const { textStream } = streamText({ model: codex(model), prompt: 'Say hi to everybody' })
    for await (const text of textStream) deltas.push(text)
    expect(deltas.join('')).toBe('You said: Say hi to everybody')
    expect(deltas.length).toBeGreaterThan(2)
  })

  it('streamText tells reasoning, text and one finish, in this order', async () => {
    const { codex, server } = await startProvider()
    server.answer({ type: 'text', text: 'Hello there, world', reasoning: 'Thinking it over.' })
    const parts = await partsOf({ model: codex(model), prompt: 'hi' })
    const kinds = parts.map((part) => part.type).filter((type, n, all) => type !== all[n - 1])
    expect(kinds).toEqual([
      'step-start',
      'reasoning',
      'text-delta',
      'reasoning-signature',
      'step-finish',
      'finish',
    ])
    expect(parts.filter((part) => part.type === 'finish')).toHaveLength(1)
    expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' })
  })

  it('a conversation goes out as it was', async () => {
    const { codex, server } = await startProvider({ codexMode: false })
    const messages: CoreMessage[] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'add 1 and 2' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Adding.' },
          { type: 'tool-call', toolCallId: 'call_1', toolName: 'add', args: { a: 1, b: 2 } },
        ],
      },
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 'call_1', toolName: 'add', result: { sum: 3 } }],
      },
      { role: 'assistant', content: 'It is 3.' },
      { role: 'system', content: 'Now be long.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'and' },
          { type: 'text', text: 'now?' },
        ],
      },
    ]
    const add = tool({ parameters: z.object({ a: z.number(), b: z.number() }) })
    await generateText({ model: codex(model), messages, tools: { add } })
    const { input } = bodyOf(server)
    expect(input.slice(-7)).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'add 1 and 2' }] },
      {
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Adding.', annotations: [], logprobs: [] }],
      },
      {
        type: 'function_call',
        status: 'completed',
        name: 'add',
        arguments: '{"a":1,"b":2}',
        call_id: 'call_1',
      },
      { type: 'function_call_output', call_id: 'call_1', output: '{"sum":3}' },
      {
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'It is 3.', annotations: [], logprobs: [] }],
      },
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Now be long.' }] },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'and' },
          { type: 'input_text', text: 'now?' },
        ],
      },
    ])
  })

  it('a second turn on the messages of the first is taken by the backend', async () => {
    const { codex, server } = await startProvider()
    const first = await generateText({ model: codex(model), prompt: 'one' })
    const messages: CoreMessage[] = [
      { role: 'user', content: 'one' },
      ...first.response.messages,
      { role: 'user', content: 'two' },
    ]
    const second = await generateText({ model: codex(model), messages })
    expect(second.text).toBe('You said: two')
    const [one, two] = [bodyOf(server, 0), bodyOf(server, 1)]
    expect(two.prompt_cache_key).toBe(one.prompt_cache_key)
    expect(two.input.slice(0, one.input.length)).toEqual(one.input)
  })
})

describe('sources and files', () => {
  const url = { type: 'url_citation', url: 'https://a.test/', title: 'A', start_index: 0, end_index: 2 }
  const answer = events(
    CREATED,
    {
      type: 'response.output_item.done',
      output_index: 0,
      item: { id: 'ig_1', type: 'image_generation_call', result: 'iVBORw0KGgo=' },
    },
    messageAdded(1),
    delta('Hi', 1),
    { type: 'response.output_text.annotation.added', output_index: 1, content_index: 0, annotation: url },
    {
      type: 'response.output_item.done',
      output_index: 1,
      item: {
        id: 'msg_2',
        type: 'message',
        content: [
          { type: 'output_text', text: 'Hi', annotations: [url, { type: 'file_citation', file_id: 'f' }] },
        ],
      },
    },
    completed(),
  )
  const SOURCE = { sourceType: 'url', id: 'resp_1:source-1', url: 'https://a.test/', title: 'A' }

  it('generateText has them', async () => {
    const { codex, server } = await startProvider()
    server.answer(answer)
    const { text, sources, files } = await generateText({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(text).toBe('Hi')
    expect(sources).toMatchObject([SOURCE])
    expect(files).toMatchObject([{ mimeType: 'image/png', base64: 'iVBORw0KGgo=' }])
  })

  it('streamText has them, where they came', async () => {
    const { codex, server } = await startProvider()
    server.answer(answer)
    const parts = await partsOf({ model: codex('gpt-5.5'), prompt: 'hi' })
    const kinds = parts.map(({ type }) => type).filter((type) => !/step|finish/.test(type))
    expect(kinds).toEqual(['file', 'text-delta', 'source'])
    expect(parts).toContainEqual({ type: 'source', source: expect.objectContaining(SOURCE) })
  })
})

describe('streaming', () => {
  it.each(SHAPES)(
    'the first text is out before the second chunk has left the server ($model)',
    async ({ model }) => {
      const { codex, server } = await startProvider()
      const firstRead = withResolvers()
      let hasSentSecond = false
      const [created, added, first, ...rest] = good('Hello').map(ev)
      server.answer({
        type: 'raw',
        chunks: (async function* () {
          yield `${created}${added}${first}`
          await firstRead.promise
          hasSentSecond = true
          yield rest.join('')
        })(),
      })
      const { textStream } = streamText({ model: codex(model), prompt: 'hi' })
      const deltas: string[] = []
      for await (const text of textStream) {
        if (deltas.length === 0) {
          expect(hasSentSecond).toBe(false)
          firstRead.resolve()
        }
        deltas.push(text)
      }
      expect(deltas).toEqual(['Hel', 'lo'])
    },
  )

  const call = callDone(1, { callId: 'call_1', name: 'add', arguments: '{"a":1}' })
  const answers: Array<{ name: string; answer: Answer }> = [
    { name: 'text', answer: events(...good('Hello')) },
    { name: 'text without deltas', answer: events(CREATED, message('Hello'), completed()) },
    { name: 'reasoning and text', answer: { type: 'text', text: 'Hi', reasoning: 'Hm.' } },
    {
      name: 'silent reasoning and a call',
      answer: events(CREATED, reasoningDone(0, 'ENC1'), call, completed()),
    },
    {
      name: 'two messages',
      answer: events(CREATED, messageAdded(), delta('A'), message('A'), message('B', 1), completed()),
    },
    {
      name: 'sources, a file and a free-form call',
      answer: events(
        {
          type: 'response.output_item.done',
          output_index: 0,
          item: { id: 'ig_1', type: 'image_generation_call', result: 'AAAA', output_format: 'png' },
        },
        {
          type: 'response.output_item.done',
          output_index: 1,
          item: {
            id: 'msg_1',
            type: 'message',
            content: [
              {
                type: 'output_text',
                text: 'Hi',
                annotations: [{ type: 'url_citation', url: 'https://a.test', title: 'A', start_index: 0 }],
              },
            ],
          },
        },
        {
          type: 'response.output_item.done',
          output_index: 2,
          item: { type: 'custom_tool_call', call_id: 'call_1', name: 'sql', input: 'SELECT 1' },
        },
        completed(),
      ),
    },
    {
      name: 'incomplete',
      answer: events(delta('Hel'), {
        type: 'response.incomplete',
        response: { id: 'resp_1', incomplete_details: { reason: 'max_output_tokens' } },
      }),
    },
  ]

  it.each(answers)('doGenerate is doStream collected: $name', async ({ answer }) => {
    const { codex, server } = await startProvider()
    const options = {
      inputFormat: 'prompt' as const,
      mode: { type: 'regular' as const },
      prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hi' }] }],
      providerMetadata: { codex: { promptCacheKey: 'key' } },
    }
    const model = codex('gpt-5.5')
    server.answer(answer, answer)
    const generated = await model.doGenerate(options)
    const streamed = await model.doStream(options)
    const parts = await collect(streamed.stream)
    const joined = (type: 'text-delta' | 'reasoning') =>
      parts.map((part) => (part.type === type ? (part as { textDelta: string }).textDelta : '')).join('')
    const finish = parts.at(-1)
    if (finish?.type !== 'finish') throw new Error('finish is not last')
    expect(generated.text ?? '').toBe(joined('text-delta'))
    const reasoning = Array.isArray(generated.reasoning) ? generated.reasoning : []
    expect(reasoning.map((part) => (part.type === 'text' ? part.text : '')).join('')).toBe(
      joined('reasoning'),
    )
    expect(
      reasoning.flatMap((part) => (part.type === 'text' && part.signature ? [part.signature.length] : [])),
    ).toEqual(parts.flatMap((part) => (part.type === 'reasoning-signature' ? [part.signature.length] : [])))
    expect(generated.toolCalls ?? []).toEqual(
      parts.flatMap((part) => {
        if (part.type !== 'tool-call') return []
        const { type: _, ...rest } = part
        return [rest]
      }),
    )
    expect(generated.sources ?? []).toEqual(
      parts.flatMap((part) => (part.type === 'source' ? [part.source] : [])),
    )
    expect(generated.files ?? []).toEqual(
      parts.flatMap((part) => (part.type === 'file' ? [{ data: part.data, mimeType: part.mimeType }] : [])),
    )
    expect(generated.finishReason).toBe(finish.finishReason)
    expect(generated.usage).toEqual(finish.usage)
    expect(generated.request).toEqual(streamed.request)
    expect(generated.warnings).toEqual(streamed.warnings)
  })
})
