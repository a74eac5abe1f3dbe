import { APICallError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import { CodexUsageLimitError } from '../../src/errors.ts'
import { toFailure } from '../../src/events/parse.ts'
import { responseError, streamError } from '../../src/transport/failure.ts'

const CONTEXT = { url: 'http://127.0.0.1/responses', requestBodyValues: { model: 'gpt-5.5' } }
const detail = (value: unknown) => JSON.stringify({ detail: value })

describe('HTTP answers', () => {
  test.each<[number, string, Record<string, string> | undefined, string, boolean]>([
    // BR-54: the backend's own words.
    [400, detail('Unsupported parameter: foo'), undefined, 'Unsupported parameter: foo', false],
    [400, detail('Instructions are not valid'), undefined, 'Instructions are not valid', false],
    [403, detail({ code: 'invalid_workspace_selected' }), undefined, 'invalid_workspace_selected', false],
    [422, detail([{ loc: ['body', 'x'], msg: 'bad' }]), undefined, 'body.x: bad', false],
    [500, 'oops', { 'content-type': 'text/plain' }, 'oops', true],
    [502, '', undefined, 'The answer is empty.', true],
    [
      503,
      JSON.stringify({ error: { code: 'server_is_overloaded', message: 'busy' } }),
      undefined,
      'busy',
      true,
    ],
    [503, JSON.stringify({ error: { code: 'slow_down', message: 'slow' } }), undefined, 'slow', true],
    [404, JSON.stringify({ error: { message: 'gone', code: null } }), undefined, 'gone', false],
    [400, JSON.stringify({ error: 'a string' }), undefined, 'a string', false],
    [408, 'late', undefined, 'late', true],
    [409, 'again', undefined, 'again', true],
    [429, JSON.stringify({ error: { message: 'slow', type: 'rate_limit' } }), undefined, 'slow', true],
    [
      429,
      JSON.stringify({ error: { message: 'no money', code: 'insufficient_quota' } }),
      undefined,
      'no money',
      false,
    ],
    // BR-53: without the page.
    [
      403,
      '<!DOCTYPE html><title>Attention Required! | Cloudflare</title>',
      { 'cf-ray': 'abc', 'content-type': 'text/html' },
      'Cloudflare blocked the request (ray abc): an HTML page, not an answer of the backend.',
      false,
    ],
    [200, '<html>hi</html>', { 'content-type': 'text/html' }, 'The answer is an HTML page', false],
  ])('%i %s', (status, body, responseHeaders, words, isRetryable) => {
    const error = responseError(status, body, { ...CONTEXT, responseHeaders })
    expect(APICallError.isInstance(error)).toBe(true)
    expect(error.message).toContain(`Codex API error ${status}: ${words}`)
    expect(error.message).not.toContain('<')
    expect(error).toMatchObject({ ...CONTEXT, statusCode: status, responseBody: body, isRetryable })
  })

  test('a login that is refused: how to get another', () => {
    const { message } = responseError(401, detail('No'), CONTEXT)
    expect(message).toBe(
      'Codex API error 401: No. The login was refused; log in again with `npx ai-sdk-provider-codex login` or `npx @openai/codex login`.',
    )
  })
})

describe('failures in a stream', () => {
  test.each<[string, object, number, boolean]>([
    ['nested', { type: 'error', error: { code: 'rate_limit_exceeded', message: 'boom' } }, 429, true],
    ['flat', { type: 'error', code: 'server_error', message: 'boom' }, 500, true],
    ['failed', { error: { code: 'server_error', message: 'boom' } }, 500, true],
    ['context', { error: { code: 'context_length_exceeded', message: 'boom' } }, 400, false],
    ['quota', { error: { code: 'insufficient_quota', message: 'boom' } }, 429, false],
    ['prompt', { error: { code: 'invalid_prompt', message: 'boom' } }, 400, false],
    ['policy', { error: { code: 'cyber_policy', message: 'boom' } }, 400, false],
    ['overloaded', { error: { code: 'server_is_overloaded', message: 'boom' } }, 503, true],
    ['slow down', { error: { code: 'slow_down', message: 'boom' } }, 503, true],
    ['by type', { error: { type: 'invalid_request_error', code: 'x', message: 'boom' } }, 400, false],
    ['unknown', { error: { code: 'brand_new', message: 'boom' } }, 500, true],
    ['with its status', { type: 'error', status_code: 418, error: { message: 'boom' } }, 418, false],
  ])('%s', (_, holder, statusCode, isRetryable) => {
    const error = streamError(toFailure(holder as Record<string, unknown>), CONTEXT)
    expect(error.message).toBe(`Codex API error ${statusCode}: boom`)
    expect(error).toMatchObject({ statusCode, isRetryable, data: holder })
  })
})

describe('usage limits (BR-52)', () => {
  const limit = {
    type: 'usage_limit_reached',
    message: 'The usage limit has been reached',
    plan_type: 'plus',
    resets_at: 1_900_000_000,
    resets_in_seconds: 13_872,
  }

  test.each<[string, () => APICallError]>([
    ['HTTP 429', () => responseError(429, JSON.stringify({ error: limit }), CONTEXT)],
    ['stream', () => streamError(toFailure({ type: 'error', status_code: 429, error: limit }), CONTEXT)],
    [
      'flat in a failed response',
      () => streamError(toFailure({ error: { ...limit, code: limit.type } }), CONTEXT),
    ],
  ])('%s', (_, make) => {
    const error = make()
    expect(CodexUsageLimitError.isInstance(error)).toBe(true)
    expect(APICallError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({
      statusCode: 429,
      isRetryable: false,
      planType: 'plus',
      resetsAt: new Date(1_900_000_000_000),
      message:
        'Codex API error 429: The usage limit has been reached. Your plan is plus. It resets at 2030-03-17T17:46:40.000Z.',
    })
  })

  const NOW = 1_800_000_000_000
  test.each<[string, object, Record<string, string>, Date | undefined]>([
    ['seconds from now', { resets_in_seconds: 60 }, {}, new Date(NOW + 60_000)],
    [
      'the header of the window that is used up',
      {},
      {
        'x-codex-primary-used-percent': '40',
        'x-codex-primary-reset-at': '1',
        'x-codex-secondary-used-percent': '100',
        'x-codex-secondary-reset-after-seconds': '120',
      },
      new Date(NOW + 120_000),
    ],
    ['nothing', { resets_at: null }, { 'x-codex-primary-reset-at': '' }, undefined],
  ])('the reset told by %s', (_, fields, responseHeaders, resetsAt) => {
    const body = JSON.stringify({ error: { type: 'usage_limit_reached', ...fields } })
    expect(responseError(429, body, { ...CONTEXT, responseHeaders, now: () => NOW })).toMatchObject({
      resetsAt,
    })
  })

  test('a plan without Codex', () => {
    const body = JSON.stringify({ error: { type: 'usage_not_included', message: 'Not in your plan' } })
    const error = responseError(429, body, CONTEXT)
    expect(CodexUsageLimitError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({ isRetryable: false, planType: undefined, resetsAt: undefined })
  })
})
