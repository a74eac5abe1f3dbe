import { describe, expect, test } from 'vitest'
import { parseEvent, toEvent, toFailure } from '../../src/events/parse.ts'

describe('the type of a message', () => {
  const text = { output_index: 0, item_id: 'msg_1', delta: 'Hi' }

  test('is that of its data, else the name of its SSE event', () => {
    const name = 'response.output_text.delta'
    const expected = { type: 'text-delta', index: 0, itemId: 'msg_1', delta: 'Hi' }
    expect(parseEvent(JSON.stringify({ type: name, ...text }))).toEqual(expected)
    expect(parseEvent(JSON.stringify(text), name)).toEqual(expected)
    expect(parseEvent(JSON.stringify({ type: null, ...text }), name)).toEqual(expected)
    expect(parseEvent(JSON.stringify({ type: name, ...text }), 'response.created')).toEqual(expected)
  })

  test.each([undefined, '', 'message'])('without one it is ignored: event %j', (name) => {
    expect(parseEvent(JSON.stringify(text), name)).toEqual({ type: 'ignored' })
  })
})

describe('an HTTP status that an error event carries', () => {
  test.each<[object, number | undefined, string | undefined]>([
    [{ type: 'error', code: 400, message: 'm' }, 400, undefined],
    [{ type: 'error', code: '400', message: 'm' }, 400, undefined],
    [{ type: 'error', status: '429', code: 'x' }, 429, 'x'],
    [{ type: 'error', status: 503 }, 503, undefined],
    [{ type: 'error', status: 100 }, 100, undefined],
    [{ type: 'error', status: 99 }, undefined, undefined],
    [{ type: 'error', status: 599 }, 599, undefined],
    [{ type: 'error', status: 600 }, undefined, undefined],
    [{ type: 'error', status_code: 503, error: { code: 400 } }, 503, undefined],
    [{ type: 'error', error: { status: 429, code: 'rate_limit_exceeded' } }, 429, 'rate_limit_exceeded'],
    [{ type: 'error', error: { status_code: '418' } }, 418, undefined],
    [{ type: 'error', error: { code: '503', type: 'server_error' } }, 503, undefined],
    [{ status: 'failed', error: { code: 429 } }, 429, undefined],
    // These are none.
    [{ type: 'error', code: '4xx' }, undefined, '4xx'],
    [{ type: 'error', code: 4000, status: 42 }, undefined, undefined],
    [{ type: 'error', code: '0400', status: null }, undefined, '0400'],
    [{ type: 'error', code: 429.5, status: '' }, undefined, undefined],
  ])('%j: %s', (holder, statusCode, code) => {
    expect(toFailure(holder as Record<string, unknown>)).toMatchObject({ statusCode, code })
  })
})

test.each([
  [
    'chat.completion.chunk',
    'The answer is a `chat.completion.chunk` of the Chat Completions API, not a Responses stream.',
  ],
  [
    'chat.completion',
    'The answer is a `chat.completion` of the Chat Completions API, not a Responses stream.',
  ],
  ['text_completion', 'The answer is a `text_completion` of the Completions API, not a Responses stream.'],
])('an answer of another API is a failure that names it: %s', (object, message) => {
  const failure = { code: 'other_api', message }
  expect(toEvent({ id: 'c', object, choices: [] })).toMatchObject({ type: 'failed', failure })
  expect(toFailure({ id: 'c', object, choices: [] })).toMatchObject(failure)
})

test('the error that another API reports is its own', () => {
  const failure = toFailure({ object: 'chat.completion', error: { code: 'x', message: 'm' } })
  expect(failure).toMatchObject({ code: 'x', message: 'm' })
})

test('id and time of a response', () => {
  const response = { id: 'resp_1', created_at: 1_700_000_000, model: 'm', service_tier: 'priority' }
  expect(toEvent({ type: 'response.created', response })).toEqual({
    type: 'created',
    response: { id: 'resp_1', createdAt: new Date(1_700_000_000_000), model: 'm', serviceTier: 'priority' },
  })
  expect(toEvent({ type: 'response.created', response: { ...response, created_at: 0 } })).toMatchObject({
    response: { createdAt: undefined },
  })
})
