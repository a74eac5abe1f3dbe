import { tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Answer, JsonObject } from '../../src/testing/types.ts'
import {
  CREATED,
  callDone,
  completed,
  delta,
  events,
  good,
  message,
  messageAdded,
  partsOf,
  reasoningDone,
  WAYS,
} from '../adapters/v1/support.ts'
import { startProvider } from '../support/provider.ts'

/** What the answer comes to, by one of the two ways. */
async function listen(hear: (typeof WAYS)[number]['hear'], answer: Answer) {
  const { codex, server } = await startProvider()
  server.answer(answer)
  const add = tool({ parameters: z.object({ a: z.number(), b: z.number() }) })
  return hear({ model: codex('gpt-5.5'), prompt: 'hi', tools: { add } })
}

describe.each(WAYS)('$way', ({ hear }) => {
  describe('BR-34 final event has an empty output', () => {
    const item = (event: JsonObject) => event.item
    it.each<{ name: string; list: JsonObject[]; text: string }>([
      { name: 'deltas and done', list: good('Hello'), text: 'Hello' },
      { name: 'no deltas', list: [message('Hello'), completed()], text: 'Hello' },
      { name: 'index 1, then 0', list: [message('lo', 1), message('Hel', 0), completed()], text: 'Hello' },
      { name: 'deltas only', list: [CREATED, delta('Hel'), delta('lo'), completed()], text: 'Hello' },
      {
        name: 'the last event repeats the items',
        list: [...good('Hello').slice(0, -1), completed([item(message('Hello'))])],
        text: 'Hello',
      },
      { name: 'only the last event has items', list: [completed([item(message('Hello'))])], text: 'Hello' },
    ])('$name: once in all, in index order', async ({ list, text }) => {
      expect(await listen(hear, events(...list))).toMatchObject({ text, finishReason: 'stop', errors: [] })
    })
  })

  describe('BR-35 tool calls lost in the gathered call though streaming works', () => {
    it('one call with its full input', async () => {
      const at = { item_id: 'fc_1', output_index: 0 }
      const type = 'response.function_call_arguments.delta'
      const done = callDone(0, { callId: 'call_1', name: 'add', arguments: '{"a":1,"b":2}' })
      const heard = await listen(
        hear,
        events(
          {
            type: 'response.output_item.added',
            output_index: 0,
            item: { ...(done.item as JsonObject), status: 'in_progress', arguments: '' },
          },
          { type, ...at, delta: '{"a":' },
          { type, ...at, delta: '1,"b"' },
          { type, ...at, delta: ':2}' },
          { type: 'response.function_call_arguments.done', ...at, arguments: '{"a":1,"b":2}' },
          done,
          completed(),
        ),
      )
      expect(heard.calls).toEqual([{ name: 'add', args: { a: 1, b: 2 } }])
      expect(heard).toMatchObject({ finishReason: 'tool-calls', errors: [] })
    })
  })

  describe('BR-48 reasoning summaries run together', () => {
    it('a blank line stands between two summary parts', async () => {
      const summary = ['**A**\n\none.', '**B**\n\ntwo.']
      const deltas = summary.flatMap((text, index) =>
        [text.slice(0, 4), text.slice(4)].map((piece) => ({
          type: 'response.reasoning_summary_text.delta',
          item_id: 'rs_1',
          output_index: 0,
          summary_index: index,
          delta: piece,
        })),
      )
      const tail = [message('Hi', 1), completed()]
      const streamed = events(CREATED, ...deltas, reasoningDone(0, 'ENC1', summary), ...tail)
      const whole = events(CREATED, reasoningDone(0, 'ENC1', summary), ...tail)
      for (const answer of [streamed, whole]) {
        expect((await listen(hear, answer)).reasoning).toBe('**A**\n\none.\n\n**B**\n\ntwo.')
      }
    })
  })

  describe('BR-49 usage wrong or missing', () => {
    const NONE = { promptTokens: Number.NaN, completionTokens: Number.NaN }
    it.each([
      {
        name: 'with details',
        usage: undefined,
        heard: { promptTokens: 10, completionTokens: 6 },
        details: { cachedInputTokens: 4, reasoningTokens: 2 },
      },
      { name: 'null', usage: null, heard: NONE, details: {} },
      {
        name: 'without details',
        usage: { input_tokens: 10, output_tokens: 6, total_tokens: 16 },
        heard: { promptTokens: 10, completionTokens: 6 },
        details: {},
      },
    ])('$name', async ({ usage, heard, details }) => {
      const list = [...good('Hello').slice(0, -1), completed([], usage)]
      const { usage: told, metadata } = await listen(hear, events(...list))
      expect(told).toMatchObject(heard)
      const { cachedInputTokens, reasoningTokens } = metadata ?? {}
      expect(JSON.parse(JSON.stringify({ cachedInputTokens, reasoningTokens }))).toEqual(details)
    })
  })
})

describe('BR-48 starts and ends', () => {
  it('one signature ends the reasoning of one item', async () => {
    const { codex, server } = await startProvider()
    server.answer(
      events(reasoningDone(0, 'ENC1', ['A', 'B']), messageAdded(1), message('Hi', 1), completed()),
    )
    const parts = await partsOf({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(parts.filter((part) => part.type === 'reasoning-signature')).toHaveLength(1)
  })
})
