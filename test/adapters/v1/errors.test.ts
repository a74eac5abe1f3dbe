import { APICallError, generateText, RetryError, streamText } from 'ai'
import { describe, expect, it } from 'vitest'
import { CodexUsageLimitError } from '../../../src/index.ts'
import type { Answer, JsonObject } from '../../../src/testing/types.ts'
import { startProvider } from '../../support/provider.ts'
import {
  CREATED,
  collect,
  completed,
  delta,
  events,
  failed,
  messageAdded,
  reasoningDone,
  rejection,
  SHAPES,
} from './support.ts'

const CALL = {
  inputFormat: 'prompt' as const,
  mode: { type: 'regular' as const },
  prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hi' }] }],
}

const callAdded: JsonObject = {
  type: 'response.output_item.added',
  output_index: 0,
  item: { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'add', arguments: '' },
}

const http = (status: number, body: JsonObject | string): Answer => ({ type: 'error', status, body })
const error = (fields: JsonObject): JsonObject => ({ error: { message: 'words', ...fields } })

interface Case {
  name: string
  answer: Answer
  status: number
  isRetryable: boolean
}

const FAILURES: Case[] = [
  // HTTP
  { name: '400', answer: http(400, { detail: 'words' }), status: 400, isRetryable: false },
  { name: '403', answer: http(403, { detail: 'words' }), status: 403, isRetryable: false },
  { name: '404', answer: http(404, { detail: 'words' }), status: 404, isRetryable: false },
  { name: '422', answer: http(422, { detail: 'words' }), status: 422, isRetryable: false },
  { name: '408', answer: http(408, { detail: 'words' }), status: 408, isRetryable: true },
  { name: '429', answer: http(429, { detail: 'words' }), status: 429, isRetryable: true },
  {
    name: '429 rate_limit_exceeded',
    answer: http(429, error({ code: 'rate_limit_exceeded' })),
    status: 429,
    isRetryable: true,
  },
  {
    name: '429 usage_limit_reached',
    answer: http(429, error({ type: 'usage_limit_reached' })),
    status: 429,
    isRetryable: false,
  },
  {
    name: '429 usage_not_included',
    answer: http(429, error({ type: 'usage_not_included' })),
    status: 429,
    isRetryable: false,
  },
  {
    name: '429 insufficient_quota',
    answer: http(429, error({ code: 'insufficient_quota' })),
    status: 429,
    isRetryable: false,
  },
  { name: '500', answer: http(500, error({ type: 'server_error' })), status: 500, isRetryable: true },
  {
    name: '503 server_is_overloaded',
    answer: http(503, error({ code: 'server_is_overloaded' })),
    status: 503,
    isRetryable: true,
  },
  { name: '503 slow_down', answer: http(503, error({ code: 'slow_down' })), status: 503, isRetryable: true },
  // in the stream
  ...(
    [
      ['usage_limit_reached', 429, false],
      ['usage_not_included', 429, false],
      ['insufficient_quota', 429, false],
      ['context_length_exceeded', 400, false],
      ['invalid_prompt', 400, false],
      ['cyber_policy', 400, false],
      ['rate_limit_exceeded', 429, true],
      ['server_is_overloaded', 503, true],
      ['slow_down', 503, true],
      ['server_error', 500, true],
      ['never_seen_before', 500, true],
    ] as const
  ).flatMap(([code, status, isRetryable]) => [
    { name: `response.failed ${code}`, answer: events(CREATED, failed(code, 'words')), status, isRetryable },
    {
      name: `error ${code}`,
      answer: events(CREATED, { type: 'error', error: { code, message: 'words' } }),
      status,
      isRetryable,
    },
    {
      name: `flat error ${code}`,
      answer: events({ type: 'error', code, message: 'words' }),
      status,
      isRetryable,
    },
  ]),
]

describe('failures before any output', () => {
  it.each(FAILURES)(
    '$name: status $status, retryable $isRetryable',
    async ({ answer, status, isRetryable }) => {
      const { codex, server } = await startProvider()
      server.answer(answer, answer)
      const model = codex('gpt-5.5')
      const failures = [await rejection(model.doStream(CALL)), await rejection(model.doGenerate(CALL))]
      for (const failure of failures) {
        expect(APICallError.isInstance(failure)).toBe(true)
        expect(failure).toMatchObject({ statusCode: status, isRetryable, url: `${server.baseURL}/responses` })
        expect((failure as Error).message).toMatch(new RegExp(`^Codex API error ${status}: words`))
      }
      expect(server.responseRequests).toHaveLength(2)
    },
  )

  it.each(FAILURES.filter(({ name }) => name.includes('usage_')))(
    '$name is a CodexUsageLimitError',
    async ({ answer }) => {
      const { codex, server } = await startProvider()
      server.answer(answer)
      const failure = await rejection(codex('gpt-5.5').doStream(CALL))
      expect(CodexUsageLimitError.isInstance(failure)).toBe(true)
    },
  )

  it.each<{ name: string; answer: Answer }>([
    { name: 'after response.created', answer: events(CREATED) },
    { name: 'after an item began', answer: events(CREATED, messageAdded()) },
    { name: 'after silent reasoning', answer: events(CREATED, reasoningDone(0, 'ENC1')) },
    { name: 'after a call began', answer: events(CREATED, callAdded) },
    { name: 'after side events', answer: events({ type: 'codex.rate_limits' }, { type: 'keepalive' }) },
    { name: 'by a reset', answer: { type: 'events', events: [CREATED], end: 'reset' } },
    { name: 'before any byte', answer: { type: 'reset' } },
  ])('a cut $name is retryable', async ({ answer }) => {
    const { codex, server } = await startProvider()
    // One that died before any byte may be sent again by the provider itself.
    server.answer(answer, answer)
    const failure = await rejection(codex('gpt-5.5').doStream(CALL))
    expect(APICallError.isInstance(failure)).toBe(true)
    expect(failure).toMatchObject({ isRetryable: true })
  })

  it('a server that is not there is retryable', async () => {
    const { codex, close } = await startProvider()
    await close()
    const failure = await rejection(codex('gpt-5.5').doStream(CALL))
    expect(APICallError.isInstance(failure)).toBe(true)
    expect(failure).toMatchObject({ isRetryable: true })
    expect(String(failure)).toMatch(/cannot connect to 127\.0\.0\.1/)
  })

  it("the SDK's own retry works: 500, then good", async () => {
    const { codex, server } = await startProvider()
    server.answer(http(500, 'oops'), { type: 'text', text: 'Hello' })
    const { text } = await generateText({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(text).toBe('Hello')
    expect(server.responseRequests).toHaveLength(2)
  })

  it('streamText tries again a failure inside the stream before any output', async () => {
    const { codex, server } = await startProvider()
    server.answer(events(CREATED, failed('server_is_overloaded', 'busy')), { type: 'text', text: 'Hello' })
    const result = streamText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 1 })
    await result.consumeStream()
    expect(await result.text).toBe('Hello')
    expect(server.responseRequests).toHaveLength(2)
  })

  it('a permanent failure after the SDK has tried again ends it', async () => {
    const { codex, server } = await startProvider()
    server.answer(http(500, 'oops'), http(400, { detail: 'no' }))
    const failure = await rejection(generateText({ model: codex('gpt-5.5'), prompt: 'hi' }))
    expect(RetryError.isInstance(failure)).toBe(true)
    expect(failure).toMatchObject({ reason: 'errorNotRetryable' })
    expect(server.responseRequests).toHaveLength(2)
  })
})

describe.each(SHAPES)('failures after output ($model)', ({ model }) => {
  it.each<{ name: string; last: JsonObject[] }>([
    { name: 'response.failed', last: [failed('server_error', 'boom')] },
    { name: 'error', last: [{ type: 'error', error: { code: 'server_error', message: 'boom' } }] },
    { name: 'no terminal event', last: [] },
    { name: 'events after the failure', last: [failed('server_error', 'boom'), delta('x'), completed()] },
  ])('$name: text, one error, one finish, in this order', async ({ last }) => {
    const { codex, server } = await startProvider()
    server.answer(events(CREATED, messageAdded(), delta('Hel'), delta('lo'), ...last))
    const { stream } = await codex(model).doStream(CALL)
    const parts = await collect(stream)
    expect(parts.map((part) => part.type)).toEqual([
      'response-metadata',
      'text-delta',
      'text-delta',
      'error',
      'finish',
    ])
    const failure = parts.find((part) => part.type === 'error')?.error
    expect(APICallError.isInstance(failure)).toBe(true)
    expect(parts.at(-1)).toMatchObject({ finishReason: 'error' })
  })

  it('streamText keeps the text that came before', async () => {
    const { codex, server } = await startProvider()
    server.answer(events(CREATED, messageAdded(), delta('Hel'), failed('server_error', 'boom')))
    const result = streamText({ model: codex(model), prompt: 'hi', onError: () => {} })
    await result.consumeStream()
    expect(await result.text).toBe('Hel')
    expect(await result.finishReason).toBe('error')
    expect(server.responseRequests).toHaveLength(1)
  })

  it('generateText rejects', async () => {
    const { codex, server } = await startProvider()
    server.answer(events(CREATED, messageAdded(), delta('Hel'), failed('invalid_prompt', 'boom')))
    const failure = await rejection(generateText({ model: codex(model), prompt: 'hi' }))
    expect(String(failure)).toContain('boom')
  })
})
