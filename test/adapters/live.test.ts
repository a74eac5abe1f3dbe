import type { LanguageModelV1CallOptions } from 'spec-v1'
import { describe, expect, it } from 'vitest'
import { createCodex as createV1 } from '../../src/index.ts'
import type { JsonObject } from '../../src/testing/types.ts'
import { ENTRIES, startEntry } from './modern/support.ts'
import { CREATED, completed, delta, ev, message, messageAdded, withResolvers } from './v1/support.ts'

const V1_CALL: LanguageModelV1CallOptions = {
  inputFormat: 'prompt',
  mode: { type: 'regular' },
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
}
const CALL = { prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hi' }] }] }

const item = (event: 'added' | 'done', index: number, fields: JsonObject): JsonObject => ({
  type: `response.output_item.${event}`,
  output_index: index,
  item: fields,
})

const SEARCH = { id: 'ws_1', type: 'web_search_call' }
const ACTION = {
  type: 'search',
  query: 'snow',
  sources: [
    { type: 'url', url: 'https://example.com/snow' },
    { type: 'url', url: 'https://example.com/ice' },
  ],
}
const ANNOTATION = {
  type: 'url_citation',
  url: 'https://example.com/snow?utm_source=openai',
  title: 'Snow',
  start_index: 0,
  end_index: 2,
}

/** Sends the first events at once, and each later batch when its gate opens. */
async function* paced(...batches: Array<{ after?: Promise<unknown>; events: JsonObject[] }>) {
  for (const { after, events } of batches) {
    await after
    yield events.map(ev).join('')
  }
}

type Part = JsonObject & { type: string }

describe.each(ENTRIES)('a search as it happens, $version', ({ version, createCodex }) => {
  const tools = [
    {
      type: version === 'v2' ? ('provider-defined' as const) : ('provider' as const),
      id: 'codex.web_search',
      name: 'search',
      args: {},
    },
  ]

  it('the call is out while the backend searches, its result before the text', async () => {
    const { codex, server } = await startEntry(createCodex)
    const called = withResolvers()
    const answered = withResolvers()
    server.answer({
      type: 'raw',
      headers: { 'content-type': 'text/event-stream' },
      chunks: paced(
        { events: [CREATED, item('added', 0, { ...SEARCH, status: 'in_progress' })] },
        {
          after: called.promise,
          events: [item('done', 0, { ...SEARCH, status: 'completed', action: ACTION })],
        },
        {
          after: answered.promise,
          events: [
            messageAdded(1),
            delta('It snows.', 1),
            { type: 'response.output_text.annotation.added', output_index: 1, annotation: ANNOTATION },
            message('It snows.', 1),
            completed(),
          ],
        },
      ),
    })
    const { stream } = await codex('gpt-5.5').doStream({ ...CALL, tools } as never)
    const parts: Part[] = []
    // Each gate opens only when the part before it has arrived.
    for await (const part of stream as unknown as AsyncIterable<Part>) {
      parts.push(part)
      if (part.type === 'tool-call') called.resolve()
      if (part.type === 'tool-result') answered.resolve()
    }
    expect(parts.map(({ type }) => type)).toEqual([
      'stream-start',
      'response-metadata',
      'tool-input-start',
      'tool-input-end',
      'tool-call',
      'tool-result',
      'text-start',
      'text-delta',
      'source',
      'text-end',
      'source',
      'finish',
    ])
    expect(parts[5]).toMatchObject({
      toolCallId: 'ws_1',
      result: { action: { type: 'search', query: 'snow' }, sources: ACTION.sources },
    })
    const [cited, found] = parts.filter(({ type }) => type === 'source')
    expect(cited).toMatchObject({
      url: ANNOTATION.url,
      title: 'Snow',
      providerMetadata: { codex: { itemId: 'msg_2', startIndex: 0, endIndex: 2 } },
    })
    expect(found).toMatchObject({
      url: 'https://example.com/ice',
      providerMetadata: { codex: { itemId: 'ws_1' } },
    })
    expect(parts[9]?.providerMetadata).toEqual({ codex: { itemId: 'msg_2', annotations: [ANNOTATION] } })
  })

  it('a failure after a hosted call is an error part, and nothing is sent again', async () => {
    const { codex, server } = await startEntry(createCodex)
    const failure = { type: 'response.failed', response: { error: { code: 'server_error', message: 'Oh' } } }
    server.answer({ type: 'events', events: [CREATED, item('added', 0, SEARCH), failure] })
    const { stream } = await codex('gpt-5.5').doStream({ ...CALL, tools } as never)
    const types: string[] = []
    for await (const { type } of stream as unknown as AsyncIterable<Part>) types.push(type)
    expect(types.slice(2)).toEqual(['tool-input-start', 'tool-input-end', 'tool-call', 'error', 'finish'])
    expect(server.responseRequests).toHaveLength(1)
  })

  it('previews of an image, then the image', async () => {
    const { codex, server } = await startEntry(createCodex)
    const image = { id: 'ig_1', type: 'image_generation_call', output_format: 'png' }
    const preview = (index: number, data: string): JsonObject => ({
      type: 'response.image_generation_call.partial_image',
      output_index: 0,
      item_id: 'ig_1',
      partial_image_index: index,
      partial_image_b64: data,
    })
    const events = [
      CREATED,
      item('added', 0, { ...image, status: 'in_progress' }),
      preview(0, 'AAAA'),
      preview(1, 'BBBB'),
      item('done', 0, { ...image, status: 'completed', result: 'CCCC', revised_prompt: 'A fox' }),
      completed(),
    ]
    const answer = { type: 'events' as const, events }
    server.answer(answer, answer)
    const draw = tools.map((tool) => ({ ...tool, id: 'codex.image_generation', name: 'draw' }))
    const options = { ...CALL, tools: draw } as never
    const { stream } = await codex('gpt-5.5').doStream(options)
    const parts: Part[] = []
    for await (const part of stream as unknown as AsyncIterable<Part>) parts.push(part)
    const results = parts.filter(({ type }) => type === 'tool-result')
    const last = {
      result: { result: 'CCCC' },
      providerMetadata: { codex: { itemId: 'ig_1', revisedPrompt: 'A fox' } },
    }
    const shown = [
      { result: { result: 'AAAA' }, preliminary: true },
      { result: { result: 'BBBB' }, preliminary: true },
    ]
    expect(results).toMatchObject(version === 'v2' ? [last] : [...shown, last])
    expect(results.at(-1)).not.toHaveProperty('preliminary')
    expect(parts.filter(({ type }) => type === 'file')).toHaveLength(1)
    const generated = (await codex('gpt-5.5').doGenerate(options)).content as unknown as Part[]
    expect(generated.filter(({ type }) => type === 'tool-result')).toMatchObject([last])
  })

  it.each([
    { id: 'cmp_1', type: 'compaction', encrypted_content: 'gAAA' },
    { id: 'mcpr_1', type: 'mcp_approval_request', name: 'find', arguments: '{}', server_label: 's' },
  ])('an item that only the backend reads goes back as it came: $type', async (opaque) => {
    const { codex, server } = await startEntry(createCodex)
    const events = [CREATED, item('done', 0, opaque), message('Hi.', 1), completed()]
    server.answer({ type: 'events', events }, { type: 'text', text: 'ok' })
    const model = codex('gpt-5.5')
    const { content } = await model.doGenerate(CALL as never)
    const [part] = content as unknown as Part[]
    expect(part?.type).toBe(version === 'v4' ? 'custom' : 'reasoning')
    if (version === 'v4') expect(part?.kind).toBe(`codex.${opaque.type}`)
    const answer = {
      role: 'assistant',
      content: (content as unknown as Part[]).map(({ providerMetadata, ...rest }) => ({
        ...rest,
        providerOptions: providerMetadata,
      })),
    }
    const { warnings } = await model.doGenerate({
      prompt: JSON.parse(JSON.stringify([...CALL.prompt, answer, ...CALL.prompt])),
    } as never)
    expect(warnings).toEqual([])
    const input = server.responseRequests[1]?.json?.input as JsonObject[]
    expect(input.slice(-3, -1)).toEqual([opaque, expect.objectContaining({ role: 'assistant' })])
  })

  it('a custom part of another provider, and one of ours that was edited, are left out with a warning', async () => {
    const { codex, server } = await startEntry(createCodex)
    server.answer({ type: 'text', text: 'ok' })
    const content = [
      { type: 'text', text: 'Gone: the compaction stands for it.' },
      {
        type: 'custom',
        kind: 'openai.compaction',
        providerOptions: { openai: { type: 'compaction', itemId: 'cmp_9', encryptedContent: 'gBBB' } },
      },
      { type: 'text', text: 'Hi.' },
      { type: 'custom', kind: 'other.thing', providerOptions: { other: { x: 1 } } },
      {
        type: 'custom',
        kind: 'codex.x',
        providerOptions: { codex: { item: { type: 'message', role: 'user' } } },
      },
    ]
    const prompt = [...CALL.prompt, { role: 'assistant', content }, ...CALL.prompt]
    const { warnings } = await codex('gpt-5.5').doGenerate({ prompt } as never)
    expect(JSON.stringify(warnings)).toMatch(/no form for.*custom/)
    expect(JSON.stringify(warnings)).toMatch(/unknown types.*message/)
    const input = server.responseRequests[0]?.json?.input as JsonObject[]
    expect(input.map(({ role, type }) => role ?? type)).toEqual(['user', 'compaction', 'assistant', 'user'])
    expect(input.at(-3)).toEqual({ type: 'compaction', id: 'cmp_9', encrypted_content: 'gBBB' })
  })
})

describe('V1', () => {
  it('doStream resolves while the backend searches', async () => {
    const { codex, server } = await startEntry(createV1)
    const resolved = withResolvers()
    server.answer({
      type: 'raw',
      headers: { 'content-type': 'text/event-stream' },
      chunks: paced(
        { events: [CREATED, item('added', 0, SEARCH)] },
        {
          after: resolved.promise,
          events: [
            item('done', 0, { ...SEARCH, status: 'completed', action: ACTION }),
            message('It snows.', 1),
            completed(),
          ],
        },
      ),
    })
    const { stream } = await codex('gpt-5.5').doStream(V1_CALL)
    resolved.resolve()
    const parts: Part[] = []
    for await (const part of stream as unknown as AsyncIterable<Part>) parts.push(part)
    expect(parts.map(({ type }) => type)).toEqual([
      'response-metadata',
      'text-delta',
      'source',
      'source',
      'finish',
    ])
  })

  it('an item that only the backend reads goes back as it came', async () => {
    const { codex, server } = await startEntry(createV1)
    const opaque = { id: 'cmp_1', type: 'compaction', encrypted_content: 'gAAA' }
    const events = [CREATED, item('done', 0, opaque), message('Hi.', 1), completed()]
    server.answer({ type: 'events', events }, { type: 'text', text: 'ok' })
    const model = codex('gpt-5.5')
    const { reasoning } = await model.doGenerate(V1_CALL)
    const [part] = (reasoning ?? []) as Array<{ type: 'redacted'; data: string }>
    const { warnings } = await model.doGenerate({
      ...V1_CALL,
      prompt: [
        ...V1_CALL.prompt,
        {
          role: 'assistant',
          content: [
            { type: 'redacted-reasoning', data: part?.data ?? '' },
            { type: 'text', text: 'Hi.' },
          ],
        },
        ...V1_CALL.prompt,
      ],
    })
    expect(warnings).toEqual([])
    const input = server.responseRequests[1]?.json?.input as JsonObject[]
    expect(input.slice(-3, -1)).toEqual([opaque, expect.objectContaining({ role: 'assistant' })])
  })
})
