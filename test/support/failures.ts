import type { CodexProviderSettings } from '../../src/core/settings.ts'
import type { Answer, JsonObject } from '../../src/testing/types.ts'
import { CREATED, events, failed } from '../adapters/v1/support.ts'

/** How a row of the table of failures comes about, and what is told of it before the advice. */
export interface FailureCase {
  answer: Answer
  settings?: CodexProviderSettings
  /** The words, with `<host>` for the server's address. */
  said: string
  /** Where it is not the row's own. */
  status?: number
}

/** What no message of a WebSocket can be. */
const OVER_HTTP = { transport: 'http' } as const

const http = (status: number, body: JsonObject | string, headers: Record<string, string> = {}): Answer => ({
  type: 'error',
  status,
  body,
  headers,
})

const detail = (status: number, words: string): FailureCase => ({
  answer: http(status, { detail: words }),
  said: words,
})

const inStream = (code: string): FailureCase => ({
  answer: events(CREATED, failed(code, 'The words.')),
  said: 'The words.',
})

const text = (type: string, body: string): Answer => ({
  type: 'raw',
  headers: { 'content-type': type },
  chunks: [body],
})

/** The cases by the names of the rows. */
export const FAILURE_CASES: Readonly<Record<string, readonly FailureCase[]>> = {
  '`usage_limit_reached`': [
    {
      answer: http(
        429,
        { error: { type: 'usage_limit_reached', message: 'Used up.', plan_type: 'plus', resets_at: 4e9 } },
        { 'x-codex-primary-used-percent': '100', 'x-codex-primary-window-minutes': '300' },
      ),
      said:
        'Used up. Your plan is plus. Its primary window of 5 hours is used up. It resets at ' +
        '2096-10-02T07:06:40.000Z.',
    },
    // The plan is told by a header of the stand-in's streams.
    { ...inStream('usage_limit_reached'), said: 'The words. Your plan is plus.' },
  ],
  '`usage_not_included`': [
    { answer: http(429, { error: { type: 'usage_not_included', message: 'no' } }), said: 'no.' },
    { ...inStream('usage_not_included'), said: 'The words. Your plan is plus.' },
  ],
  '`insufficient_quota`': [
    { answer: http(429, { error: { code: 'insufficient_quota', message: 'No.' } }), said: 'No.' },
    inStream('insufficient_quota'),
  ],
  'the model is unknown, or not for this plan or client': [
    detail(400, "The 'x' model is not supported when using Codex with a ChatGPT account."),
    { answer: events(CREATED, failed('model_not_found', 'No.')), said: 'No.' },
  ],
  '`rate_limit_exceeded`': [
    inStream('rate_limit_exceeded'),
    { answer: http(429, { error: { code: 'rate_limit_exceeded', message: 'Slow.' } }), said: 'Slow.' },
  ],
  '`server_is_overloaded`, `overloaded_error`': [
    inStream('overloaded_error'),
    inStream('server_is_overloaded'),
    { answer: http(503, { error: { code: 'server_is_overloaded', message: 'Busy.' } }), said: 'Busy.' },
  ],
  '`slow_down`': [
    inStream('slow_down'),
    { answer: http(503, { error: { code: 'slow_down', message: 'Slow.' } }), said: 'Slow.' },
  ],
  '`context_length_exceeded`': [
    inStream('context_length_exceeded'),
    {
      answer: events({ type: 'error', code: 'context_length_exceeded', message: 'too long' }),
      said: 'too long.',
    },
    detail(400, 'Your input exceeds the context window of this model.'),
  ],
  '`previous_response_not_found`, `websocket_connection_limit_reached`': [
    {
      answer: http(400, { error: { code: 'previous_response_not_found', message: 'Gone.' } }),
      settings: OVER_HTTP,
      said: 'Gone.',
    },
    inStream('websocket_connection_limit_reached'),
  ],
  '`invalid_encrypted_content`': [
    inStream('invalid_encrypted_content'),
    detail(400, 'The encrypted content gAAA... could not be verified.'),
  ],
  'a parameter that is not supported': [
    { ...detail(400, 'Unsupported parameter: model'), said: 'Unsupported parameter: model.' },
    inStream('unsupported_parameter'),
  ],
  'instructions that are not valid': [
    { ...detail(400, 'Instructions are not valid'), said: 'Instructions are not valid.' },
  ],
  '`invalid_prompt`': [inStream('invalid_prompt')],
  '`cyber_policy`': [
    inStream('cyber_policy'),
    { answer: http(400, { error: { code: 'cyber_policy', message: 'No.' } }), said: 'No.' },
  ],
  'an image that is not valid': [
    inStream('invalid_image'),
    detail(400, 'The image data you provided does not represent a valid image.'),
  ],
  '`invalid_workspace_selected`': [
    {
      answer: http(403, { detail: { code: 'invalid_workspace_selected' } }),
      said: 'invalid_workspace_selected.',
    },
  ],
  'no connection': [{ answer: { type: 'reset' }, said: 'cannot connect to <host>: other side closed.' }],
  'no response headers in time': [
    {
      answer: { type: 'hang' },
      settings: { ...OVER_HTTP, timeouts: { response: 30 } },
      said: 'no response headers within 30 ms (timeouts.response).',
    },
  ],
  'a redirect': [
    {
      answer: http(302, '', { location: 'https://example.com/' }),
      settings: OVER_HTTP,
      said: 'The backend answered with a redirect, which is not followed, so that the login never reaches another host.',
    },
  ],
  'HTTP 403 with a page of Cloudflare': [
    {
      answer: http(403, '<html><body>Cloudflare</body></html>', {
        'content-type': 'text/html',
        'cf-ray': 'abc',
      }),
      settings: OVER_HTTP,
      said: 'Cloudflare blocked the request (ray abc): an HTML page, not an answer from the backend.',
    },
  ],
  'an answer that ends or breaks too early': [
    { answer: events(CREATED), said: 'The stream was cut: it ended before the answer was complete.' },
    {
      answer: { type: 'events', events: [CREATED], end: 'reset' },
      said: 'The stream was cut: it ended before the answer was complete.',
    },
  ],
  'a stream that falls silent': [
    {
      answer: { type: 'events', events: [CREATED], end: 'hang' },
      settings: { timeouts: { idle: 30 } },
      said: 'The stream was cut: no event came for 30 ms (timeouts.idle).',
    },
  ],
  'text in place of a stream': [
    {
      answer: text('text/plain', 'upstream error'),
      said: 'The answer is not an event stream. It begins: upstream error.',
    },
  ],
  'an answer of another API': [
    {
      answer: events({ id: 'c', object: 'chat.completion.chunk', choices: [{ delta: { content: 'Hi' } }] }),
      said: 'The answer is a `chat.completion.chunk` of the Chat Completions API, not a Responses stream.',
    },
    {
      answer: text('application/json', '{"object":"chat.completion","choices":[]}'),
      said: 'The answer is a `chat.completion` of the Chat Completions API, not a Responses stream.',
    },
  ],
  'HTTP 200 with JSON or a page': [
    { answer: text('application/json', '{"x":1}'), said: '{"x":1}.' },
    {
      answer: text('text/html', '<html>Hello</html>'),
      said: 'The answer is an HTML page, not an answer from the backend.',
    },
  ],
  'HTTP 401, `token_expired`, `authentication_error`': [
    detail(401, 'Go away.'),
    inStream('token_expired'),
    inStream('authentication_error'),
  ],
  'HTTP 403, `permission_error`': [detail(403, 'Forbidden.'), inStream('permission_error')],
  'HTTP 404, `not_found_error`': [
    { ...detail(404, 'Not Found'), said: 'Not Found.' },
    inStream('not_found_error'),
  ],
  'HTTP 408': [detail(408, 'Late.')],
  'HTTP 409': [detail(409, 'Again.')],
  'HTTP 413': [detail(413, 'Too much.')],
  'HTTP 429, `rate_limit_error`': [
    detail(429, 'Slow.'),
    inStream('rate_limit_error'),
    { answer: events(CREATED, { type: 'error', code: 429, message: 'Slow.' }), said: 'Slow.' },
  ],
  'HTTP 5xx': [
    { answer: events(CREATED, { type: 'error', code: '503', message: 'Down.' }), said: 'Down.', status: 503 },
    { answer: http(500, 'oops'), said: 'oops.' },
    { answer: http(502, ''), settings: OVER_HTTP, said: 'The answer is empty.', status: 502 },
    {
      answer: http(502, '<html>Bad gateway</html>', { 'content-type': 'text/html', 'cf-ray': 'abc' }),
      settings: OVER_HTTP,
      said: "Cloudflare answered in the backend's place (ray abc): an HTML page, not an answer from the backend.",
      status: 502,
    },
  ],
  'any other HTTP 4xx, `invalid_request_error`': [
    detail(400, 'Bad.'),
    { answer: events(CREATED, { type: 'error', error: { code: '400', message: 'Bad.' } }), said: 'Bad.' },
    {
      answer: http(422, { detail: [{ loc: ['body', 'x'], msg: 'bad' }] }),
      said: 'body.x: bad.',
      status: 422,
    },
    inStream('invalid_request_error'),
  ],
  'any other failure in a stream, such as `server_error`': [
    inStream('server_error'),
    { answer: events({ type: 'error', error: { message: 'boom event.' } }), said: 'boom event.' },
    { answer: text('application/json', '{"error":{"message":"nope"}}'), said: 'nope.' },
  ],
}
