import { APICallError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import { CodexUsageLimitError } from '../../../src/errors.ts'
import { toFailure } from '../../../src/events/parse.ts'
import { localError, responseError, streamError } from '../../../src/transport/failures/errors.ts'

const CONTEXT = { url: 'http://127.0.0.1/responses', requestBodyValues: { model: 'gpt-5.5' } }
const detail = (value: unknown) => JSON.stringify({ detail: value })

describe('HTTP answers', () => {
  test.each<[number, string, Record<string, string> | undefined, string, boolean]>([
    // BR-54: the backend's own words.
    [400, detail('Unsupported parameter: foo'), undefined, 'Unsupported parameter: foo', false],
    [400, detail('Instructions are not valid'), undefined, 'Instructions are not valid', false],
    [403, detail({ code: 'invalid_workspace_selected' }), undefined, 'invalid_workspace_selected', false],
    [400, detail({ msg: 'bad' }), undefined, 'bad', false],
    [400, detail({ error_code: 'e1' }), undefined, 'e1', false],
    [400, detail({ why: [1] }), undefined, '{"why":[1]}', false],
    [422, detail([{ loc: 'x', msg: 'bad' }, { msg: 1 }, 'odd']), undefined, 'bad; {"msg":1}; "odd"', false],
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
      'Cloudflare blocked the request (ray abc): an HTML page, not an answer from the backend.',
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
    expect(error.message).toMatch(new RegExp(`^Codex API error ${statusCode}: boom\\. \\S`))
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
  const { type, ...flat } = limit
  const coded = { ...flat, code: type }

  test.each<[string, () => APICallError]>([
    ['HTTP 429', () => responseError(429, JSON.stringify({ error: limit }), CONTEXT)],
    ['HTTP 429, as detail', () => responseError(429, JSON.stringify({ detail: limit }), CONTEXT)],
    ['HTTP 429, flat', () => responseError(429, JSON.stringify(limit), CONTEXT)],
    ['HTTP 200', () => responseError(200, JSON.stringify({ error: limit }), CONTEXT)],
    ['error event', () => streamError(toFailure({ type: 'error', status_code: 429, error: limit }), CONTEXT)],
    ['flat error event', () => streamError(toFailure({ type: 'error', ...coded }), CONTEXT)],
    ['failed response', () => streamError(toFailure({ error: coded }), CONTEXT)],
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
        'Codex API error 429: The usage limit has been reached. Your plan is plus. It resets at ' +
        '2030-03-17T17:46:40.000Z. Wait for the reset; `npx ai-sdk-provider-codex usage` shows what is left.',
    })
  })

  const NOW = 1_800_000_000_000
  const limitOf = (fields: object, responseHeaders: Record<string, string>) => {
    const body = JSON.stringify({ error: { type: 'usage_limit_reached', ...fields } })
    return responseError(429, body, { ...CONTEXT, responseHeaders, now: () => NOW })
  }

  test.each<[string, object, Record<string, string>, object]>([
    ['seconds from now', { resets_in_seconds: 60 }, {}, { resetsAt: new Date(NOW + 60_000) }],
    [
      'headers of the window that is used up',
      {},
      {
        'x-codex-plan-type': 'pro',
        'x-codex-primary-used-percent': '40',
        'x-codex-primary-reset-at': '1',
        'x-codex-secondary-used-percent': '100',
        'x-codex-secondary-window-minutes': '10080',
        'x-codex-secondary-reset-after-seconds': '120',
      },
      { planType: 'pro', window: 'secondary', windowMinutes: 10_080, resetsAt: new Date(NOW + 120_000) },
    ],
    [
      'the later of two windows',
      {},
      {
        'x-codex-primary-used-percent': '100',
        'x-codex-primary-reset-after-seconds': '60',
        'x-codex-secondary-used-percent': '101.5',
        'x-codex-secondary-reset-after-seconds': '600',
      },
      { window: 'secondary', resetsAt: new Date(NOW + 600_000) },
    ],
    [
      'the limit that is named',
      {},
      {
        'x-codex-active-limit': 'codex_other',
        'x-codex-primary-used-percent': '100',
        'x-codex-primary-reset-after-seconds': '60',
        'x-codex-other-secondary-used-percent': '100',
        'x-codex-other-secondary-reset-after-seconds': '90',
      },
      { limitId: 'codex_other', window: 'secondary', resetsAt: new Date(NOW + 90_000) },
    ],
    [
      'nothing that can be read',
      { resets_at: null, resets_in_seconds: -5, plan_type: 7 },
      { 'x-codex-primary-used-percent': '', 'x-codex-primary-reset-at': '' },
      { planType: undefined, limitId: undefined, window: undefined, resetsAt: undefined },
    ],
    ['a time that no date holds', { resets_at: 1e300 }, {}, { resetsAt: undefined }],
  ])('told by %s', (_, fields, headers, expected) => {
    expect(limitOf(fields, headers)).toMatchObject(expected)
  })

  test.each([
    ['300', ' of 5 hours'],
    ['60', ' of 1 hour'],
    ['10080', ' of 7 days'],
    ['90', ' of 90 minutes'],
    ['', ''],
    ['x', ''],
  ])('a window of %s minutes', (minutes, words) => {
    const { message } = limitOf(
      {},
      { 'x-codex-primary-used-percent': '100', 'x-codex-primary-window-minutes': minutes },
    )
    expect(message).toContain(`Its primary window${words} is used up.`)
  })

  test('headers that an event brings', () => {
    const event = {
      type: 'error',
      status: 429,
      error: { type, message: 'Used up' },
      headers: {
        'X-Codex-Primary-Used-Percent': '100',
        'x-codex-primary-reset-at': 1_900_000_000,
        nested: {},
      },
    }
    const responseHeaders = { 'x-codex-primary-used-percent': '12', 'x-request-id': 'req_1' }
    const error = streamError(toFailure(event), { ...CONTEXT, responseHeaders })
    expect(error).toMatchObject({ window: 'primary', resetsAt: new Date(1_900_000_000_000) })
    expect(error.responseHeaders).toMatchObject({ 'x-request-id': 'req_1' })
  })

  test('words of the backend about more', () => {
    const { message } = limitOf({ message: 'Used up' }, { 'x-codex-promo-message': 'Try Pro.' })
    expect(message).toContain('Used up. Try Pro. Wait')
  })

  test('a plan without Codex', () => {
    const body = JSON.stringify({ error: { type: 'usage_not_included', message: 'Not in your plan' } })
    const error = responseError(429, body, CONTEXT)
    expect(CodexUsageLimitError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({ isRetryable: false, planType: undefined, resetsAt: undefined })
  })
})

describe('the delay of a retry', () => {
  const body = (words: string) => JSON.stringify({ error: { code: 'rate_limit_exceeded', message: words } })
  const delayOf = (words: string, responseHeaders?: Record<string, string>) =>
    responseError(429, body(words), { ...CONTEXT, responseHeaders }).responseHeaders

  test.each([
    ['Please try again in 1.7s. Visit us', '1700'],
    ['Please try again in 28ms.', '28'],
    ['try again in 2 seconds', '2000'],
    ['Try Again In 1 second', '1000'],
    ['try again in 0.0001s', '1'],
    ['try again in 0s', '0'],
    ['try again in 3600s', '3600000'],
  ])('%s', (words, ms) => {
    expect(delayOf(words)).toEqual({ 'retry-after-ms': ms })
  })

  test.each([
    'Slow down',
    'try again in a moment',
    'try again in -5s',
    'try again in 6m0s',
    'try again in NaNs',
    'try again in 3601s',
    'try again in 99999999999999999999s',
  ])('%s: none', (words) => {
    expect(delayOf(words)).toBeUndefined()
  })

  test.each<Record<string, string>>([
    { 'retry-after': '1' },
    { 'retry-after': 'Wed, 25 Nov 2026 12:00:00 GMT' },
    { 'retry-after-ms': '250' },
  ])('%j stays as it came', (headers) => {
    expect(delayOf('Please try again in 1.7s.', headers)).toEqual(headers)
  })

  test('in a stream', () => {
    const failure = toFailure({
      error: { code: 'rate_limit_exceeded', message: 'Please try again in 1.7s.' },
    })
    const { responseHeaders } = streamError(failure, { ...CONTEXT, responseHeaders: { 'x-request-id': 'r' } })
    expect(responseHeaders).toEqual({ 'x-request-id': 'r', 'retry-after-ms': '1700' })
  })

  test('none for what is not tried again', () => {
    const failure = toFailure({ error: { code: 'insufficient_quota', message: 'Please try again in 1s.' } })
    expect(streamError(failure, CONTEXT).responseHeaders).toBeUndefined()
  })
})

test('a status of success that a failure names is none', () => {
  const failure = toFailure({ type: 'error', status: 200, message: 'boom' })
  expect(streamError(failure, CONTEXT)).toMatchObject({ statusCode: 500, isRetryable: true })
})

test.each([
  [500, 'x'.repeat(500)],
  [501, `${'x'.repeat(500)}…`],
  [100_000, `${'x'.repeat(500)}…`],
])('%i characters of the backend are shown up to 500, and kept in responseBody', (length, shown) => {
  const body = 'x'.repeat(length)
  const error = responseError(400, body, CONTEXT)
  expect(error.message).toMatch(new RegExp(`^Codex API error 400: ${shown}[.]? [A-Z]`))
  expect(error.responseBody).toBe(body)
})

describe('a redirect', () => {
  const location = { location: 'https://elsewhere.test/' }
  const REDIRECT = 'The backend answered with a redirect'

  test.each([300, 301, 302, 303, 307, 308, 399])('%i with a location', (status) => {
    const error = responseError(status, '<html>Moved</html>', { ...CONTEXT, responseHeaders: location })
    expect(error).toMatchObject({ statusCode: status, isRetryable: false })
    expect(error.message).toContain(REDIRECT)
    expect(error.message).toContain('baseURL')
  })

  test.each([
    [302, {}],
    [299, location],
    [400, location],
    [201, location],
  ])('%i with the headers %j is none', (status, responseHeaders) => {
    const error = responseError(status, 'Moved', { ...CONTEXT, responseHeaders })
    expect(error.message).not.toContain(REDIRECT)
    expect(error.message).toContain('Moved')
  })
})

test('what looks like a token is told nowhere, and the rest stays whole', () => {
  const words = 'You sent authorization: Bearer abc.def-1==, rt_12345678 and eyJabcdefgh.eyJx.sig'
  const holder = { error: { message: `${words} and "odd" one`, code: 'x' }, more: [words, 1, null] }
  const body = JSON.stringify(holder)
  const context = { ...CONTEXT, secrets: ['"odd"'], responseHeaders: { 'x-echo': 'bearer abc' } }
  for (const error of [responseError(400, body, context), streamError(toFailure(holder), context)]) {
    const said = 'You sent authorization: [redacted], [redacted] and [redacted]'
    expect(error.message).toContain(`${said} and [redacted] one.`)
    expect(error.data).toEqual({
      error: { message: `${said} and [redacted] one`, code: 'x' },
      more: [said, 1, null],
    })
    expect(error.responseHeaders).toEqual({ 'x-echo': '[redacted]' })
    expect(JSON.parse(error.responseBody ?? '')).toMatchObject({ more: [said, 1, null] })
  }
})

test('a failure without a word', () => {
  const { message } = streamError(toFailure({ error: {} }), CONTEXT)
  expect(message).toMatch(/^Codex API error 500: The backend failed without saying why\. Try again later/)
})

test('what happened on the way has a status only where something was answered', () => {
  const cut = localError('stream_cut', 'cut', CONTEXT)
  expect(cut).toMatchObject({
    statusCode: 200,
    isRetryable: true,
    message: 'Codex API error 200: cut. Try again.',
  })
  const late = localError('stream_cut', 'cut', CONTEXT, { statusCode: 503, cause: new Error('why') })
  expect(late).toMatchObject({ statusCode: 503, isRetryable: true, cause: new Error('why') })
  const none = localError('no_connection', 'none', CONTEXT)
  expect(none).toMatchObject({ statusCode: undefined, responseHeaders: undefined, responseBody: undefined })
  expect(none.message).toMatch(/^Codex API error: none\. Check/)
  expect(localError('event_too_large', 'big', CONTEXT)).toMatchObject({ statusCode: 200, isRetryable: false })
})

describe('what a message shows of an answer', () => {
  const JWT = `eyJhbGciOiJSUzI1NiJ9.${'a1'.repeat(900)}.c2ln`
  const OPAQUE = 'opaque-access-token-of-a-login'

  test.each<{ name: string; body: string; secrets?: string[] }>([
    { name: 'a JWT that is longer than what is shown', body: `Bad token: ${JWT}` },
    { name: 'a token where the message is cut', body: `${'x'.repeat(480)}${OPAQUE}`, secrets: [OPAQUE] },
    { name: 'a body that ends within a token', body: `Bad: ${OPAQUE.slice(0, 12)}`, secrets: [OPAQUE] },
    { name: 'a body that ends within a JWT', body: `Bad: ${JWT.slice(0, 200)}` },
  ])('no token: $name', ({ body, secrets }) => {
    const { message } = responseError(500, body, { ...CONTEXT, secrets })
    expect(message).toContain('[redacted]')
    expect(message).not.toMatch(/opaque-|eyJ/)
  })

  test('no token as the name of a field', () => {
    const error = responseError(400, JSON.stringify({ detail: 'x', [OPAQUE]: { [JWT]: 1 } }), {
      ...CONTEXT,
      secrets: [OPAQUE],
    })
    expect(error.data).toEqual({ detail: 'x', '[redacted]': { '[redacted]': 1 } })
  })

  test.each([
    ['<!--[if lt IE 7]><html><title>Attention Required! | Cloudflare</title>', undefined],
    ['<?xml version="1.0"?><html>Attention Required! | Cloudflare</html>', 'application/xhtml+xml'],
    ['<head><title>403</title></head> Cloudflare', undefined],
  ])('no page: %s', (body, type) => {
    const responseHeaders = { 'cf-ray': 'abc', ...(type ? { 'content-type': type } : {}) }
    const { message } = responseError(403, body, { ...CONTEXT, responseHeaders })
    expect(message).toContain('Cloudflare blocked the request (ray abc)')
    expect(message).not.toContain('<')
  })

  test('the type, where it is all that is said', () => {
    const { message } = responseError(429, '{"error":{"type":"usage_limit_reached"}}', CONTEXT)
    expect(message).toMatch(/^Codex API error 429: usage_limit_reached\./)
  })

  test('the delay of the words, where the header tells none', () => {
    const body = JSON.stringify({ error: { message: 'Slow down, try again in 0.2s' } })
    const { responseHeaders } = responseError(429, body, {
      ...CONTEXT,
      responseHeaders: { 'retry-after': 'soon' },
    })
    expect(responseHeaders).toEqual({ 'retry-after': 'soon', 'retry-after-ms': '200' })
  })

  test('a redirect is told as one, whoever asked', () => {
    const { message } = responseError(302, '', {
      ...CONTEXT,
      responseHeaders: { location: 'https://x.example' },
    })
    expect(message).toMatch(
      /^Codex API error 302: The backend answered with a redirect, which is not followed/,
    )
  })
})
