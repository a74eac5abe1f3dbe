import { APICallError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/lib/json.ts'
import { collect, completed, delta, ev, message, raw, rejection } from '../adapters/v1/support.ts'
import { partsOf, textOf } from '../support/machine.ts'
import { startProvider } from '../support/provider.ts'
import { startSocketServer } from './socket-server.ts'
import { chunk, freshLogin, headOf } from './wire.ts'

const cpuSeconds = (): number => process.cpuUsage().user / 1e6

/** Two minutes where each item is looked for among all others. */
const MAX_SECONDS = 5

describe('20,000 items take linear time', () => {
  const COUNT = 20_000
  const items = Array.from({ length: COUNT }, (_, index) => ({
    id: `msg_${index}`,
    type: 'message',
    content: [{ type: 'output_text', text: `${index} `, annotations: [] }],
  }))
  const done = (item: JsonObject): JsonObject => ({ type: 'response.output_item.done', item })
  const text = items.map((_, index) => `${index} `).join('')
  const call = (item: JsonObject) => ({
    ...item,
    type: 'function_call',
    call_id: item.id,
    name: 'a',
    arguments: '{}',
  })

  test.each<[string, JsonObject[]]>([
    ['in the last event only', [completed(items)]],
    ['without an index', [...items.map(done), completed()]],
    [
      'without an index, and in the last event under other ids',
      [...items.map(done), completed(items.map((item) => ({ ...item, id: `other_${item.id}` })))],
    ],
    ['without an index or an id', [...items.map(({ id: _, ...item }) => done(item)), completed()]],
    [
      'announced and never done',
      [
        ...items.map((item) => ({ type: 'response.output_item.added', item })),
        completed(items.map((item) => ({ ...item, id: `other_${item.id}` }))),
      ],
    ],
    [
      'from the last one to the first',
      [...items.map((item, index) => ({ ...done(item), output_index: index })).reverse(), completed(items)],
    ],
  ])('%s', (_, list) => {
    const start = cpuSeconds()
    expect(textOf(partsOf(list))).toBe(text)
    expect(cpuSeconds() - start).toBeLessThan(MAX_SECONDS)
  })

  test('calls in the last event only', () => {
    const start = cpuSeconds()
    const parts = partsOf([completed(items.map(call))])
    expect(parts.filter((part) => part.type === 'tool-call')).toHaveLength(COUNT)
    expect(cpuSeconds() - start).toBeLessThan(MAX_SECONDS)
  })
})

/** A `fetch` of the caller's own that brings each body in one chunk. */
const inOneChunk: typeof fetch = async (input, init) => {
  const response = await fetch(input, init)
  return new Response(new Uint8Array(await response.arrayBuffer()), response)
}

test.each(['doGenerate', 'doStream'] as const)('150,000 deltas in one chunk: %s', async (way) => {
  const { codex, server } = await startProvider({ fetch: inOneChunk })
  const COUNT = 150_000
  server.answer(raw(ev(delta('ab')).repeat(COUNT), ev(message('ab'.repeat(COUNT))), ev(completed())))
  const call = {
    inputFormat: 'prompt' as const,
    mode: { type: 'regular' as const },
    prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hi' }] }],
  }
  const model = codex('gpt-5.5')
  if (way === 'doGenerate') {
    expect((await model.doGenerate(call)).text).toHaveLength(2 * COUNT)
  } else {
    const parts = await collect((await model.doStream(call)).stream)
    expect(parts.filter(({ type }) => type === 'text-delta')).toHaveLength(COUNT)
  }
})

describe('what comes before the first output is bounded', () => {
  const MEBIBYTE = 2 ** 20

  test.each<[string, JsonObject]>([
    [
      'response.created',
      { type: 'response.created', response: { id: 'resp_1', metadata: 'x'.repeat(MEBIBYTE) } },
    ],
    ['an unknown type', { type: 'response.in_progress', response: { metadata: 'x'.repeat(MEBIBYTE) } }],
    [
      'items that hold nothing',
      { type: 'response.output_item.added', item: { type: 'other', x: 'x'.repeat(MEBIBYTE) } },
    ],
  ])('endless events: %s', async (_, event) => {
    let sent = 0
    const server = await startSocketServer(() => ({
      bytes: (function* () {
        yield headOf()
        for (; sent < 200; sent++) yield chunk(ev(event))
      })(),
      end: 'stall',
    }))
    const { codex } = await startProvider({ baseURL: server.url, auth: freshLogin(), authFile: undefined })
    const error = await rejection(
      codex('gpt-5.5').doStream({
        inputFormat: 'prompt',
        mode: { type: 'regular' },
        prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
      }),
    )
    expect(error).toBeInstanceOf(APICallError)
    expect(error).toMatchObject({
      statusCode: 200,
      isRetryable: false,
      message: expect.stringContaining('32 MiB'),
    })
    await server.allClosed()
    // The rest of them is on its way already.
    expect(sent).toBeLessThan(120)
  })

  test('but nothing is, once there is output', () => {
    const created = { type: 'response.created', response: { id: 'resp_1', metadata: 'x'.repeat(1000) } }
    const parts = partsOf([created, delta('Hi'), ...Array(1000).fill(created), message('Hi'), completed()])
    expect(parts.filter(({ type }) => type === 'response')).toHaveLength(1)
    expect(textOf(parts)).toBe('Hi')
  })
})
