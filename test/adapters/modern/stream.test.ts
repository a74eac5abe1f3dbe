import { APICallError, NoSuchModelError } from '@ai-sdk/provider'
import { describe, expect, it } from 'vitest'
import type { Answer, JsonObject } from '../../../src/testing/types.ts'
import {
  bodyOf,
  CREATED,
  callDone,
  collect,
  completed,
  delta,
  events,
  failed,
  good,
  message,
  messageAdded,
  reasoningDone,
  rejection,
} from '../v1/support.ts'
import { ENTRIES, expectBalanced, startEntry } from './support.ts'

type Part = JsonObject & { type: string }

const CALL = { prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hi' }] }] }
const SEARCH = { id: 'codex.web_search' as const, name: 'search', args: {} }
const WEB_SEARCH = {
  type: 'response.output_item.done',
  output_index: 0,
  item: {
    id: 'ws_1',
    type: 'web_search_call',
    status: 'completed',
    action: { type: 'search', query: 'x' },
  },
}

const summary = (part: number, text: string): JsonObject => ({
  type: 'response.reasoning_summary_text.delta',
  item_id: 'rs_1',
  output_index: 0,
  summary_index: part,
  delta: text,
})

describe.each(ENTRIES)('$version', ({ version, createCodex }) => {
  const isNested = version !== 'v2'
  const finish = (reason: string, raw?: string) => (isNested ? { unified: reason, raw } : reason)

  /** What both functions of a model give for these events. */
  async function answers(answer: Answer, more: object = {}) {
    const { codex, server } = await startEntry(createCodex)
    server.answer(answer, answer)
    const model = codex('gpt-5.5')
    const streamed = await model.doStream({ ...CALL, ...more })
    const parts = (await collect<unknown>(streamed.stream)) as Part[]
    expectBalanced(parts)
    const generated = await model.doGenerate({ ...CALL, ...more })
    return { parts, streamed, generated, server }
  }

  it('the model has what ai asks for', () => {
    const codex = createCodex()
    expect(codex('GPT-5.5-high')).toMatchObject({
      specificationVersion: version,
      provider: 'codex.responses',
      modelId: 'gpt-5.5',
      supportedUrls: {},
    })
    expect(codex.languageModel('gpt-5.5').modelId).toBe('gpt-5.5')
    expect('specificationVersion' in codex ? codex.specificationVersion : 'v2').toBe(version)
  })

  it.each(
    {
      v2: ['textEmbeddingModel', 'transcriptionModel', 'speechModel'],
      v3: ['embeddingModel', 'textEmbeddingModel', 'transcriptionModel', 'speechModel', 'rerankingModel'],
      v4: ['embeddingModel', 'transcriptionModel', 'speechModel', 'rerankingModel'],
    }[version],
  )('%s throws NoSuchModelError', async (name) => {
    const make = Object.entries(createCodex()).find(([key]) => key === name)?.[1] as (id: string) => never
    const thrown = await rejection(Promise.resolve('m').then(make))
    expect(NoSuchModelError.isInstance(thrown)).toBe(true)
    expect(thrown).toMatchObject({ modelId: 'm', modelType: name })
  })

  it('an answer that fills the context ends with a mark of its own', async () => {
    const providerOptions = { codex: { autoCompact: { atTokens: 16 } } }
    const { parts, generated } = await answers(events(...good('Hello')), { providerOptions })
    const providerMetadata = { codex: { contextTokens: 16 } }
    const mark =
      version === 'v4'
        ? [{ type: 'custom', kind: 'codex.context_usage', providerMetadata }]
        : [
            { type: 'reasoning-start', id: 'resp_1:item-1' },
            { type: 'reasoning-end', id: 'resp_1:item-1', providerMetadata },
          ]
    expect(parts.slice(-1 - mark.length, -1)).toEqual(mark)
    expect(generated.content.at(-1)).toEqual(
      version === 'v4' ? mark[0] : { type: 'reasoning', text: '', providerMetadata },
    )
    const below = { codex: { autoCompact: { atTokens: 17 } } }
    const { parts: unmarked } = await answers(events(...good('Hello')), { providerOptions: below })
    expect(JSON.stringify(unmarked)).not.toContain('contextTokens')
  })

  it('text: warnings first, then metadata, one block, and the end', async () => {
    const { parts, streamed, generated, server } = await answers(events(...good('Hello')), { topK: 3 })
    const usage = isNested
      ? {
          inputTokens: { total: 10, noCache: 6, cacheRead: 4, cacheWrite: undefined },
          outputTokens: { total: 6, text: 4, reasoning: 2 },
          raw: expect.objectContaining({ input_tokens: 10, output_tokens: 6 }),
        }
      : { inputTokens: 10, outputTokens: 6, totalTokens: 16, cachedInputTokens: 4, reasoningTokens: 2 }
    const warnings = [
      isNested
        ? { type: 'unsupported', feature: 'topK', details: expect.stringContaining('topK') }
        : { type: 'unsupported-setting', setting: 'topK', details: expect.stringContaining('topK') },
    ]
    const providerMetadata = {
      codex: {
        responseId: 'resp_1',
        sessionId: expect.any(String),
        model: 'gpt-5.5',
        planType: 'plus',
        rateLimits: expect.any(Object),
      },
    }
    expect(parts).toEqual([
      { type: 'stream-start', warnings },
      { type: 'response-metadata', id: 'resp_1', modelId: 'gpt-5.5' },
      { type: 'text-start', id: 'msg_1' },
      { type: 'text-delta', id: 'msg_1', delta: 'Hel' },
      { type: 'text-delta', id: 'msg_1', delta: 'lo' },
      { type: 'text-end', id: 'msg_1', providerMetadata: { codex: { itemId: 'msg_1' } } },
      { type: 'finish', finishReason: finish('stop'), usage, providerMetadata },
    ])
    expect(streamed.request?.body).toEqual(bodyOf(server))
    expect(streamed.response?.headers).toMatchObject({ 'content-type': 'text/event-stream' })
    expect(generated).toEqual({
      content: [{ type: 'text', text: 'Hello', providerMetadata: { codex: { itemId: 'msg_1' } } }],
      finishReason: finish('stop'),
      usage,
      providerMetadata,
      warnings,
      request: { body: bodyOf(server) },
      response: { id: 'resp_1', modelId: 'gpt-5.5', headers: expect.any(Object) },
    })
  })

  it('BR-49: usage that is not told is undefined, not 0', async () => {
    const { generated } = await answers(events(CREATED, message('x'), completed([], null)))
    expect(JSON.parse(JSON.stringify(generated.usage))).toEqual(
      isNested ? { inputTokens: {}, outputTokens: {} } : {},
    )
  })

  it('BR-48: parts of a summary are blocks of one item, which comes back as one', async () => {
    const { parts, generated } = await answers(
      events(
        CREATED,
        summary(0, '**A**'),
        summary(1, '**B**'),
        reasoningDone(0, 'ENC1', ['**A**', '**B**']),
        message('x', 1),
        completed(),
      ),
    )
    const ends = parts.filter(({ type }) => type === 'reasoning-end')
    const providerMetadata = { codex: { itemId: 'rs_1', encryptedContent: 'ENC1' } }
    expect(ends).toEqual([
      { type: 'reasoning-end', id: 'rs_1:0', providerMetadata },
      { type: 'reasoning-end', id: 'rs_1:1', providerMetadata },
    ])
    expect(generated.content.slice(0, 2)).toEqual([
      { type: 'reasoning', text: '**A**', providerMetadata },
      { type: 'reasoning', text: '**B**', providerMetadata },
    ])

    const { codex, server } = await startEntry(createCodex)
    const content = generated.content.map((part) => ({
      ...part,
      providerOptions: 'providerMetadata' in part ? part.providerMetadata : undefined,
    }))
    await codex('gpt-5.5').doGenerate({
      prompt: [...CALL.prompt, { role: 'assistant', content: content as never }, ...CALL.prompt],
    })
    expect(bodyOf(server).input.filter(({ type }) => type === 'reasoning')).toEqual([
      {
        type: 'reasoning',
        summary: ['**A**', '**B**'].map((text) => ({ type: 'summary_text', text })),
        content: null,
        encrypted_content: 'ENC1',
      },
    ])
  })

  it('reasoning without a summary is kept for what it carries', async () => {
    const { generated } = await answers(
      events(CREATED, reasoningDone(0, 'ENC1'), message('x', 1), completed()),
    )
    expect(generated.content[0]).toEqual({
      type: 'reasoning',
      text: '',
      providerMetadata: { codex: { itemId: 'rs_1', encryptedContent: 'ENC1' } },
    })
  })

  it('calls: the input as it comes, then the call', async () => {
    const call = callDone(0, { callId: 'call_1', name: 'add', arguments: '{"a":1}' })
    const { parts, generated } = await answers(
      events(
        CREATED,
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'add', arguments: '' },
        },
        { type: 'response.function_call_arguments.delta', output_index: 0, delta: '{"a":' },
        { ...call, item: { ...(call.item as object), namespace: 'math' } },
        completed(),
      ),
    )
    const told = {
      type: 'tool-call',
      toolCallId: 'call_1',
      toolName: 'add',
      input: '{"a":1}',
      providerMetadata: { codex: { itemId: 'fc_1', namespace: 'math' } },
    }
    expect(parts.slice(2, -1)).toEqual([
      { type: 'tool-input-start', id: 'call_1', toolName: 'add' },
      { type: 'tool-input-delta', id: 'call_1', delta: '{"a":' },
      { type: 'tool-input-delta', id: 'call_1', delta: '1}' },
      { type: 'tool-input-end', id: 'call_1' },
      told,
    ])
    expect(generated.content).toEqual([told])
    expect(generated.finishReason).toEqual(finish('tool-calls'))
  })

  it('half a call: its input ends, and no call comes of it', async () => {
    const { parts } = await answers(
      events(
        CREATED,
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'add', arguments: '' },
        },
        { type: 'response.function_call_arguments.delta', output_index: 0, delta: '{"a":' },
        {
          type: 'response.incomplete',
          response: { id: 'resp_1', incomplete_details: { reason: 'max_output_tokens' }, output: [] },
        },
      ),
    )
    expect(parts.slice(-2)).toMatchObject([
      { type: 'tool-input-end', id: 'call_1' },
      { type: 'finish', finishReason: finish('length', 'max_output_tokens') },
    ])
    expect(parts.some(({ type }) => type === 'tool-call')).toBe(false)
  })

  it('sources of both kinds', async () => {
    const cited = message('See it')
    Object.assign((cited.item as { content: object[] }).content[0] ?? {}, {
      annotations: [
        { type: 'url_citation', url: 'https://example.com/', title: 'T', start_index: 0, end_index: 3 },
        { type: 'file_citation', file_id: 'file_1', filename: 'a.txt', index: 3 },
      ],
    })
    const { parts, generated } = await answers(events(CREATED, cited, completed()))
    const sources = [
      {
        type: 'source',
        sourceType: 'url',
        id: expect.any(String),
        url: 'https://example.com/',
        title: 'T',
        providerMetadata: { codex: { itemId: 'msg_1', startIndex: 0, endIndex: 3 } },
      },
      {
        type: 'source',
        sourceType: 'document',
        id: expect.any(String),
        mediaType: 'application/octet-stream',
        title: 'a.txt',
        filename: 'a.txt',
        providerMetadata: { codex: { itemId: 'msg_1', fileId: 'file_1' } },
      },
    ]
    expect(parts.filter(({ type }) => type === 'source')).toEqual(sources)
    expect(generated.content.slice(1)).toEqual(sources)
    expect(new Set(generated.content.slice(1).map((part) => 'id' in part && part.id)).size).toBe(2)
  })

  it('a file that the model made', async () => {
    const { generated } = await answers(
      events(
        CREATED,
        {
          type: 'response.output_item.done',
          output_index: 0,
          item: { id: 'ig_1', type: 'image_generation_call', status: 'completed', result: 'iVBORw0KGgo=' },
        },
        completed(),
      ),
    )
    const file = generated.content.find(({ type }) => type === 'file')
    expect(file).toEqual({
      type: 'file',
      mediaType: 'image/png',
      data: version === 'v4' ? { type: 'data', data: 'iVBORw0KGgo=' } : 'iVBORw0KGgo=',
      ...(isNested ? { providerMetadata: { codex: { itemId: 'ig_1' } } } : {}),
    })
  })

  it.each([{ isDeclared: true }, { isDeclared: false }])(
    'a call that the backend ran (declared: $isDeclared)',
    async ({ isDeclared }) => {
      const type = version === 'v2' ? 'provider-defined' : 'provider'
      const { parts, generated } = await answers(
        events(CREATED, WEB_SEARCH, message('x', 1), completed()),
        isDeclared ? { tools: [{ type, ...SEARCH }] } : {},
      )
      const shared = {
        toolCallId: 'ws_1',
        toolName: isDeclared ? 'search' : 'web_search',
        providerMetadata: { codex: { itemId: 'ws_1' } },
        ...(isDeclared || !isNested ? {} : { dynamic: true }),
      }
      const told =
        isDeclared || isNested
          ? [
              { type: 'tool-call', ...shared, providerExecuted: true, input: '{}' },
              {
                type: 'tool-result',
                ...shared,
                ...(isNested ? {} : { providerExecuted: true }),
                result: { action: { type: 'search', query: 'x' } },
              },
            ]
          : []
      const { toolCallId: id, toolName } = shared
      const input = [
        {
          type: 'tool-input-start',
          id,
          toolName,
          providerExecuted: true,
          ...(isDeclared ? {} : { dynamic: true }),
        },
        { type: 'tool-input-end', id },
      ]
      expect(parts.filter(({ type }) => /^tool-/.test(type))).toEqual(
        told.length === 0 ? [] : [...input, ...told],
      )
      expect(generated.content.slice(0, -1)).toEqual(told)
      expect(generated.finishReason).toEqual(finish('stop'))
    },
  )

  it('JSON: only the final answer', async () => {
    const commentary = message('Thinking aloud')
    Object.assign(commentary.item as object, { phase: 'commentary' })
    const { generated } = await answers(events(CREATED, commentary, message('{"a":1}', 1), completed()), {
      responseFormat: { type: 'json', schema: { type: 'object', properties: {} } },
    })
    expect(generated.content).toMatchObject([{ type: 'text', text: '{"a":1}' }])
  })

  it('a failure after output: an error part, blocks closed, one finish', async () => {
    const { codex, server } = await startEntry(createCodex)
    const answer = events(CREATED, messageAdded(), delta('Hel'), failed('server_error', 'Oh no'))
    server.answer(answer, answer)
    const model = codex('gpt-5.5')
    const parts = (await collect<unknown>((await model.doStream(CALL)).stream)) as Part[]
    expectBalanced(parts)
    expect(parts.map(({ type }) => type)).toEqual([
      'stream-start',
      'response-metadata',
      'text-start',
      'text-delta',
      'text-end',
      'error',
      'finish',
    ])
    expect(APICallError.isInstance(parts.at(-2)?.error)).toBe(true)
    expect(parts.at(-1)).toMatchObject({ finishReason: finish('error') })
    const failure = await rejection(model.doGenerate(CALL))
    expect(APICallError.isInstance(failure)).toBe(true)
    expect(String(failure)).toContain('Oh no')
  })

  it('a failure before output rejects', async () => {
    const { codex, server } = await startEntry(createCodex)
    server.answer(events(CREATED, failed('server_error', 'Oh no')))
    expect(APICallError.isInstance(await rejection(codex('gpt-5.5').doStream(CALL)))).toBe(true)
  })

  it('abort in the middle: the reason as it is, and the socket closes', async () => {
    const { codex, server } = await startEntry(createCodex)
    server.answer({ type: 'events', events: [CREATED, messageAdded(), delta('Hel')], end: 'hang' })
    const controller = new AbortController()
    const { stream } = await codex('gpt-5.5').doStream({ ...CALL, abortSignal: controller.signal })
    const reader = (stream as ReadableStream<Part>).getReader()
    while ((await reader.read()).value?.type !== 'text-delta');
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await rejection(reader.read())).toBe(reason)
    expect(await server.responseRequests[0]?.closed).toBe('aborted')
  })

  it('a stream that is cancelled lets the connection go', async () => {
    const { codex, server } = await startEntry(createCodex)
    server.answer({ type: 'events', events: [CREATED, messageAdded(), delta('Hel')], end: 'hang' })
    const { stream } = await codex('gpt-5.5').doStream(CALL)
    await stream.cancel()
    expect(await server.responseRequests[0]?.closed).toBe('aborted')
  })

  it('raw events where they are asked for, each before what it says', async () => {
    const list = good('Hello')
    const { parts, generated } = await answers(events(...list), { includeRawChunks: true })
    expect(parts.filter(({ type }) => type === 'raw')).toEqual(
      list.map((rawValue) => ({ type: 'raw', rawValue })),
    )
    expect(parts.slice(0, 3)).toMatchObject([
      { type: 'stream-start' },
      { type: 'raw', rawValue: CREATED },
      { type: 'response-metadata' },
    ])
    expect(generated.content).toHaveLength(1)
  })

  it('the reasoning option is the effort, also where the version does not know it', async () => {
    const { codex, server } = await startEntry(createCodex)
    const model = codex('gpt-5.5-low', { reasoningEffort: 'medium' })
    for (const reasoning of ['high', 'provider-default']) {
      const options = { ...CALL, reasoning: reasoning as 'high' }
      await model.doGenerate(options)
    }
    expect([bodyOf(server, 0).reasoning, bodyOf(server, 1).reasoning]).toMatchObject([
      { effort: 'high' },
      { effort: 'medium' },
    ])
  })

  it('models() and usage()', async () => {
    const { codex } = await startEntry(createCodex)
    expect((await codex.models()).length).toBeGreaterThan(0)
    expect(await codex.usage()).toHaveProperty('planType')
  })
})
