import { describe, expect, it } from 'vitest'
import { createResendBudget, refusedPart } from '../../src/core/recover.ts'
import { toFailure } from '../../src/events/parse.ts'
import { responseError, streamError } from '../../src/transport/failures/errors.ts'
import { isConnectionReset } from '../../src/transport/http/connection-reset.ts'

describe('the budget', () => {
  it('each reason counts once', () => {
    const budget = createResendBudget()
    expect(budget.take('connection')).toBe(true)
    expect(budget.take('connection')).toBe(false)
    expect(budget.take('unauthorized')).toBe(true)
  })

  it('three requests in all', () => {
    const budget = createResendBudget()
    expect([budget.take('connection'), budget.take('unauthorized'), budget.take('reasoning')]).toEqual([
      true,
      true,
      false,
    ])
  })
})

const withCode = (code: string, message = 'x', rest: object = {}) =>
  Object.assign(new Error(message), { code, ...rest })
/** As Node's fetch throws it. */
const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause })

describe('isConnectionReset', () => {
  it.each([
    ['a reset socket', fetchFailed(withCode('ECONNRESET', 'read ECONNRESET', { syscall: 'read' }))],
    ['a socket that the other side closed', fetchFailed(withCode('UND_ERR_SOCKET', 'other side closed'))],
    ['a write to a closed socket', fetchFailed(withCode('EPIPE', 'write EPIPE', { syscall: 'write' }))],
    ["Node's http", withCode('ECONNRESET', 'socket hang up')],
    ['Bun', withCode('ConnectionClosed', 'The socket connection was closed unexpectedly.')],
    [
      'Deno',
      new TypeError('error sending request', {
        cause: new Error('connection closed before message completed'),
      }),
    ],
    ['around our own error', new Error('cannot connect', { cause: fetchFailed(withCode('ECONNRESET')) })],
  ])('%s: yes', (_, error) => {
    expect(isConnectionReset(error)).toBe(true)
  })

  it.each([
    [
      'refused',
      fetchFailed(withCode('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1', { syscall: 'connect' })),
    ],
    [
      'reset while it was made',
      fetchFailed(withCode('ECONNRESET', 'connect ECONNRESET', { syscall: 'connect' })),
    ],
    ['no such host', fetchFailed(withCode('ENOTFOUND', 'getaddrinfo ENOTFOUND x'))],
    ['no answer of DNS', fetchFailed(withCode('EAI_AGAIN', 'getaddrinfo EAI_AGAIN x'))],
    ['too slow', fetchFailed(withCode('UND_ERR_CONNECT_TIMEOUT', 'Connect Timeout Error'))],
    ['a certificate', fetchFailed(withCode('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'))],
    [
      'cut in the TLS handshake',
      fetchFailed(
        withCode(
          'ECONNRESET',
          'Client network socket disconnected before secure TLS connection was established',
        ),
      ),
    ],
    [
      'a proxy says no',
      fetchFailed(withCode('UND_ERR_ABORTED', 'Proxy response (403) !== 200 when HTTP Tunneling')),
    ],
    ['all addresses refuse', fetchFailed(new AggregateError([withCode('ECONNREFUSED')], ''))],
    ['a plain error', new Error('boom')],
    ['no error', undefined],
  ])('%s: no', (_, error) => {
    expect(isConnectionReset(error)).toBe(false)
  })

  it('an error that is its own cause ends', () => {
    const error: { cause?: unknown } = new Error('x')
    error.cause = error
    expect(isConnectionReset(error)).toBe(false)
  })
})

const CONTEXT = { url: 'http://127.0.0.1/responses', requestBodyValues: {} }
const http = (body: object, status = 400) => responseError(status, JSON.stringify(body), CONTEXT)
const inStream = (event: Record<string, unknown>) => streamError(toFailure(event), CONTEXT)

describe('refusedPart', () => {
  it.each([
    ['code of HTTP', http({ error: { code: 'invalid_encrypted_content', message: 'No.' } })],
    ['words of HTTP', http({ detail: 'The encrypted content gAAA... could not be verified.' })],
    [
      'words of error.message',
      http({
        error: {
          message: 'Encrypted content could not be decrypted or parsed.',
          type: 'invalid_request_error',
        },
      }),
    ],
    ['response.failed', inStream({ error: { code: 'invalid_encrypted_content', message: 'No.' } })],
    ['a flat error event', inStream({ type: 'error', code: 'invalid_encrypted_content', message: 'No.' })],
  ])('reasoning: %s', (_, error) => {
    expect(refusedPart(error)).toMatchObject({ type: 'reasoning' })
  })

  it.each([
    ['service_tier', http({ detail: 'Unsupported parameter: service_tier' })],
    [
      'text.verbosity',
      http({ detail: "Unsupported parameter: 'text.verbosity' is not supported with this model." }),
    ],
    ['include', http({ detail: { message: 'Unsupported parameter: include.' } })],
    [
      'reasoning.summary',
      http({
        error: { code: 'unsupported_parameter', message: 'Not with this model.', param: 'reasoning.summary' },
      }),
    ],
    ['prompt_cache_key', http({ error: { message: "Unknown parameter: 'prompt_cache_key'." } })],
    [
      'service_tier',
      inStream({ error: { code: 'unsupported_parameter', message: 'No.', param: 'service_tier' } }),
    ],
    ['max_output_tokens', http({ detail: 'Unsupported parameter: max_output_tokens' })],
  ])('the field %s', (field, error) => {
    expect(refusedPart(error)).toEqual({ type: 'field', field })
  })

  it.each([
    ['another 400', http({ detail: 'Instructions are not valid' })],
    [
      'a parameter that is named for another reason',
      http({ error: { message: 'Bad.', param: 'service_tier' } }),
    ],
    ['a parameter without a name', http({ error: { code: 'unsupported_parameter', message: 'No.' } })],
    ['a limit', http({ error: { type: 'usage_limit_reached', message: 'x' } }, 429)],
    ['a cut', streamError({ ...toFailure({}), code: 'stream_cut' }, CONTEXT)],
    ['another error', new Error('Unsupported parameter: service_tier')],
  ])('none: %s', (_, error) => {
    expect(refusedPart(error)).toBeUndefined()
  })
})
