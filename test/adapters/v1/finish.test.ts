import { generateText, InvalidPromptError, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../../../src/testing/types.ts'
import { startProvider } from '../../support/provider.ts'
import { completed, delta, events, good, message, partsOf, rejection, WAYS } from './support.ts'

const REFUSAL: JsonObject = {
  type: 'response.output_item.done',
  output_index: 0,
  item: { id: 'msg_1', type: 'message', content: [{ type: 'refusal', refusal: 'I cannot.' }] },
}

describe('how an answer ends', () => {
  const incomplete = (reason: string): JsonObject => ({
    type: 'response.incomplete',
    response: { id: 'resp_1', status: 'incomplete', incomplete_details: { reason } },
  })
  it.each(
    WAYS.flatMap((way) =>
      [
        { last: completed(), reason: 'stop' },
        { last: incomplete('max_output_tokens'), reason: 'length' },
        { last: incomplete('content_filter'), reason: 'content-filter' },
        { last: incomplete('something_else'), reason: 'other' },
      ].map((entry) => ({ ...way, ...entry })),
    ),
  )('finish reason $reason ($way)', async ({ hear, last, reason }) => {
    const { codex, server } = await startProvider()
    server.answer(events(delta('Hi'), last))
    expect(await hear({ model: codex('gpt-5.5'), prompt: 'hi' })).toMatchObject({
      text: 'Hi',
      finishReason: reason,
    })
  })

  it('a refusal is text, and its finish reason content-filter', async () => {
    const { codex, server } = await startProvider()
    const at = { item_id: 'msg_1', output_index: 0, content_index: 0 }
    server.answer(events({ type: 'response.refusal.delta', ...at, delta: 'I cannot.' }, completed()))
    const parts = await partsOf({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(parts).toContainEqual({ type: 'text-delta', textDelta: 'I cannot.' })
    expect(parts.at(-1)).toMatchObject({ finishReason: 'content-filter' })
  })

  it.each(
    WAYS.flatMap((way) =>
      [
        {
          name: 'deltas and item',
          list: [
            { type: 'response.refusal.delta', output_index: 0, delta: 'I can' },
            { type: 'response.refusal.delta', output_index: 0, delta: 'not.' },
            { type: 'response.refusal.done', output_index: 0, refusal: 'I cannot.' },
            REFUSAL,
          ],
        },
        { name: 'item alone', list: [REFUSAL] },
      ].map((entry) => ({ ...way, ...entry })),
    ),
  )('a refusal by $name is heard once ($way)', async ({ hear, list }) => {
    const { codex, server } = await startProvider()
    server.answer(events(...list, completed()))
    expect(await hear({ model: codex('gpt-5.5'), prompt: 'hi' })).toMatchObject({
      text: 'I cannot.',
      finishReason: 'content-filter',
    })
  })

  it.each(WAYS)('calls of a built-in tool are calls ($way)', async ({ hear }) => {
    const { codex, server } = await startProvider()
    const action = { type: 'exec', command: ['ls'], timeout_ms: null, env: {} }
    const item = { type: 'local_shell_call', call_id: 'call_1', action }
    server.answer(events({ type: 'response.output_item.done', output_index: 0, item }, completed()))
    const local_shell = tool({ parameters: z.object({ action: z.unknown() }) })
    const heard = await hear({ model: codex('gpt-5.5'), prompt: 'hi', tools: { local_shell } })
    expect(heard).toMatchObject({
      calls: [{ name: 'local_shell', args: { action: { type: 'exec', command: ['ls'], env: {} } } }],
      finishReason: 'tool-calls',
      errors: [],
    })
  })

  it('a prompt with nothing in it is an error before anything is sent', async () => {
    const { codex, server } = await startProvider()
    const messages = [{ role: 'user' as const, content: '' }]
    const failure = await rejection(generateText({ model: codex('gpt-5.5'), messages }))
    expect(InvalidPromptError.isInstance(failure)).toBe(true)
    expect(server.requests).toEqual([])
  })
})

describe('odd events', () => {
  const ODD: JsonObject[] = [
    { type: 'response.output_text.delta', output_index: 0, delta: null },
    { type: 'response.output_text.delta' },
    { type: 'response.output_item.added', output_index: 7, item: null },
    { type: 'response.output_item.done', output_index: 7, item: null },
    { type: 'response.output_item.done', output_index: 7, item: { type: 'message', content: null } },
    { type: 'response.output_item.done', output_index: 7, item: { type: 'web_search_call', id: 'ws_1' } },
    { type: 'response.output_item.done', output_index: 7, item: { type: 'function_call' } },
    { type: 'response.function_call_arguments.delta', output_index: 7, item_id: 'fc_9', delta: '{' },
    { type: 'response.reasoning_summary_text.delta', output_index: 7, delta: 3 },
    { type: 'response.created', response: null },
    { type: 'codex.rate_limits', rate_limits: null },
    { type: 'response.metadata', headers: null },
    { type: 'response.output_text.annotation.added', output_index: 0, annotation: null },
    { type: 'response.custom_tool_call_input.delta', output_index: 7, delta: 'x' },
    { type: 'response.function_call_arguments.done', output_index: 7, arguments: '{}' },
    { type: 'response.output_item.done', output_index: 7, item: { type: 'custom_tool_call', input: null } },
    { type: 'response.output_item.done', output_index: 7, item: { type: 'mcp_call', arguments: null } },
    { type: 'response.output_item.done', output_index: 7, item: { type: 'shell_call_output', output: null } },
    { type: 'response.output_item.done', output_index: 7, item: { type: 'reasoning', summary: null } },
    {
      type: 'response.output_item.done',
      output_index: 7,
      item: { type: 'message', content: [null, { type: 'output_text', text: null, annotations: [null] }] },
    },
    { type: null },
    {},
  ]
  it.each(ODD.flatMap((event) => WAYS.map((way) => ({ ...way, event }))))(
    '$event breaks nothing ($way)',
    async ({ hear, event }) => {
      const { codex, server } = await startProvider()
      const [created, added, ...rest] = good('Hello')
      server.answer(events(created ?? {}, added ?? {}, event, ...rest))
      const heard = await hear({ model: codex('gpt-5.5'), prompt: 'hi' })
      expect(heard).toMatchObject({ text: 'Hello', calls: [], finishReason: 'stop', errors: [] })
    },
  )

  it.each<{ name: string; last: JsonObject }>([
    { name: 'response: null', last: { type: 'response.completed', response: null } },
    { name: 'no response', last: { type: 'response.completed' } },
    { name: 'odd usage', last: completed([], { input_tokens: '10', output_tokens: null }) },
    { name: 'odd output', last: { type: 'response.completed', response: { output: [null, 3, {}] } } },
    { name: 'response.done', last: { type: 'response.done', response: { id: 'resp_1' } } },
  ])('a last event with $name ends the answer', async ({ last }) => {
    const { codex, server } = await startProvider()
    server.answer(events(delta('Hi'), message('Hi'), last))
    const parts = await partsOf({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(parts.filter((part) => part.type === 'error')).toEqual([])
    expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' })
  })

  it.each<{ name: string; last: JsonObject }>([
    {
      name: 'response.failed without an error',
      last: { type: 'response.failed', response: { error: null } },
    },
    { name: 'response.failed without a response', last: { type: 'response.failed' } },
    { name: 'error without one', last: { type: 'error' } },
    { name: 'error: null', last: { type: 'error', error: null } },
    { name: 'error: text', last: { type: 'error', error: 'boom' } },
  ])('$name is an error all the same', async ({ last }) => {
    const { codex, server } = await startProvider()
    server.answer(events(last))
    const failure = await rejection(
      codex('gpt-5.5').doStream({
        inputFormat: 'prompt',
        mode: { type: 'regular' },
        prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
      }),
    )
    expect(String(failure)).toMatch(/Codex API error 500: \S/)
  })
})
