import { APICallError, generateText, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Answer, JsonObject } from '../../src/testing/types.ts'
import {
  CREATED,
  delta,
  ev,
  events,
  failed,
  good,
  message,
  messageAdded,
  partsOf,
  raw,
  rejection,
  WAYS,
} from '../adapters/v1/support.ts'
import { startProvider } from '../support/provider.ts'

async function listen(hear: (typeof WAYS)[number]['hear'], answer: Answer) {
  const { codex, server } = await startProvider()
  server.answer(answer)
  const ran: unknown[] = []
  const add = tool({ parameters: z.object({ a: z.number() }), execute: async (input) => ran.push(input) })
  const heard = await hear({ model: codex('gpt-5.5'), prompt: 'hi', tools: { add }, maxSteps: 3 })
  return { ...heard, ran, requests: server.responseRequests.length }
}

describe.each(WAYS)('$way', ({ hear }) => {
  describe('BR-40 error inside the stream ends as finish reason unknown', () => {
    it('one error with code and message, finish reason error', async () => {
      const error = { type: 'tokens', code: 'rate_limit_exceeded', message: 'Too large', param: null }
      const heard = await listen(
        hear,
        events(
          CREATED,
          { type: 'error', sequence_number: 2, error },
          failed('rate_limit_exceeded', 'Too large'),
        ),
      )
      expect(heard.errors).toHaveLength(1)
      expect(heard).toMatchObject({ text: '', finishReason: 'error' })
      expect(String(heard.errors[0])).toContain('Too large')
      expect(heard.errors[0]).toMatchObject({ data: { error: { code: 'rate_limit_exceeded' } } })
    })
  })

  describe('BR-41 response.failed or top-level error taken as an empty success', () => {
    it('(a) a flat error event', async () => {
      const event = { type: 'error', code: 'server_error', message: 'boom', param: null, sequence_number: 3 }
      const heard = await listen(hear, events(event))
      expect(heard.errors).toHaveLength(1)
      expect(heard).toMatchObject({ text: '', finishReason: 'error' })
      expect(String(heard.errors[0])).toContain('boom')
      expect(heard.errors[0]).toMatchObject({ isRetryable: true })
    })

    it('(b) response.failed after two deltas', async () => {
      const heard = await listen(
        hear,
        events(CREATED, messageAdded(), delta('Hel'), delta('lo'), failed('server_error', 'boom')),
      )
      expect(heard.errors).toHaveLength(1)
      expect(String(heard.errors[0])).toContain('boom')
      expect(heard.finishReason).toBe('error')
      expect(heard.requests).toBe(1)
    })
  })

  describe('BR-43 failure waits for the socket to close', () => {
    it.each<{ name: string; list: JsonObject[]; errors: number }>([
      { name: 'response.failed', list: [CREATED, failed('server_error', 'boom')], errors: 1 },
      { name: 'response.failed after text', list: [delta('Hel'), failed('server_error', 'boom')], errors: 1 },
      { name: 'response.completed', list: good('Hello'), errors: 0 },
    ])('$name is told at once, and the connection is let go', async ({ list, errors }) => {
      const { codex, server } = await startProvider({ timeouts: { idle: 0 } })
      server.answer({ type: 'events', events: list, end: 'hang' })
      const heard = await hear({ model: codex('gpt-5.5'), prompt: 'hi' })
      expect(heard.errors).toHaveLength(errors)
      if (errors > 0) expect(String(heard.errors[0])).toContain('boom')
      else expect(heard.text).toBe('Hello')
      expect(await server.responseRequests[0]?.closed).toBe('aborted')
    })
  })

  describe('BR-46 stream ends with no terminal event', () => {
    it.each<{ name: string; answer: Answer }>([
      { name: 'half an answer', answer: events(CREATED, delta('Hel')) },
      { name: 'a whole message', answer: events(CREATED, messageAdded(), delta('Hello'), message('Hello')) },
      { name: 'zero bytes', answer: raw() },
      { name: 'only response.created', answer: events(CREATED) },
      { name: 'only a comment', answer: raw(': hello\n\n') },
    ])('$name: an error, never stop', async ({ answer }) => {
      const heard = await listen(hear, answer)
      expect(heard.errors).toHaveLength(1)
      expect(String(heard.errors[0])).toMatch(/cut/)
      expect(APICallError.isInstance(heard.errors[0])).toBe(true)
      expect(heard.finishReason).toBe('error')
    })

    it('half a tool call is not run', async () => {
      const item = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'add', arguments: '' }
      const heard = await listen(
        hear,
        events(
          CREATED,
          { type: 'response.output_item.added', output_index: 0, item },
          {
            type: 'response.function_call_arguments.delta',
            item_id: 'fc_1',
            output_index: 0,
            delta: '{"a":',
          },
        ),
      )
      expect(heard).toMatchObject({ calls: [], ran: [], finishReason: 'error', requests: 1 })
      expect(heard.errors).toHaveLength(1)
    })

    it('a last event without its blank line still counts', async () => {
      const list = good('Hello').map(ev)
      const heard = await listen(hear, raw(list.join('').trimEnd()))
      expect(heard).toMatchObject({ text: 'Hello', finishReason: 'stop', errors: [] })
    })
  })
})

describe('BR-41 and BR-46 through streamText', () => {
  it.each<{ name: string; list: JsonObject[] }>([
    {
      name: 'failed',
      list: [CREATED, messageAdded(), delta('Hel'), delta('lo'), failed('server_error', 'boom')],
    },
    { name: 'cut', list: [CREATED, messageAdded(), delta('Hel'), delta('lo')] },
  ])('$name: the text stays, the error comes after it, finish is last', async ({ list }) => {
    const { codex, server } = await startProvider()
    server.answer(events(...list))
    const parts = await partsOf({ model: codex('gpt-5.5'), prompt: 'hi' })
    const kinds = parts.map((part) => part.type).filter((type) => type !== 'step-start')
    expect(kinds).toEqual(['text-delta', 'text-delta', 'error', 'step-finish', 'finish'])
    expect(parts.at(-1)).toMatchObject({ finishReason: 'error' })
  })
})

describe('BR-46 with nothing given out', () => {
  it('is retryable', async () => {
    const { codex, server } = await startProvider()
    server.answer(events(CREATED))
    const failure = await rejection(generateText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 }))
    expect(failure).toMatchObject({ isRetryable: true })
  })
})
