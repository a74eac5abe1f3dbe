import { APICallError, generateText } from 'ai'
import { describe, expect, it } from 'vitest'
import { CodexUsageLimitError } from '../../../src/index.ts'
import type { Answer } from '../../../src/testing/types.ts'
import { CREATED, delta, events, partsOf, rejection, WAYS } from '../../adapters/v1/support.ts'
import { startProvider, type TestProvider } from '../../support/provider.ts'

const ask = ({ codex }: TestProvider) => generateText({ model: codex('gpt-5.5'), prompt: 'hi' })

/** The error of a call that the SDK is allowed to try again, and how many requests it made. */
async function failureOf(...answers: Answer[]) {
  const test = await startProvider()
  test.server.answer(...answers)
  const failure = await rejection(ask(test))
  return { failure, message: String(failure), requests: test.server.responseRequests.length }
}

describe('BR-52 usage limit retried and shown as raw JSON', () => {
  const LIMIT = {
    type: 'usage_limit_reached',
    message: 'The usage limit has been reached',
    plan_type: 'plus',
    resets_at: 1900000000,
    resets_in_seconds: 13872,
  }
  const headers = { 'x-codex-primary-used-percent': '100', 'x-codex-primary-reset-after-seconds': '13873' }

  it.each<{ name: string; answer: Answer }>([
    { name: 'a 429', answer: { type: 'error', status: 429, body: { error: LIMIT }, headers } },
    { name: 'a stream error', answer: events({ type: 'error', status_code: 429, error: LIMIT }) },
    {
      name: 'a stream error after response.created',
      answer: events(CREATED, { type: 'error', status: 429, error: LIMIT }),
    },
  ])('$name: one request, with plan and reset time', async ({ answer }) => {
    const { failure, message, requests } = await failureOf(answer)
    expect(requests).toBe(1)
    expect(CodexUsageLimitError.isInstance(failure)).toBe(true)
    expect(APICallError.isInstance(failure)).toBe(true)
    expect(failure).toMatchObject({
      statusCode: 429,
      isRetryable: false,
      code: 'CODEX_USAGE_LIMIT',
      planType: 'plus',
      resetsAt: new Date(1900000000_000),
    })
    expect(message).toContain('The usage limit has been reached')
    expect(message).toContain('plus')
    expect(message).toContain('2030-03-17T17:46:40.000Z')
    expect(message).not.toContain('{')
  })

  it('usage_not_included: one request', async () => {
    const error = { type: 'usage_not_included', message: 'Not in your plan', plan_type: 'free' }
    const { failure, requests } = await failureOf({ type: 'error', status: 429, body: { error } })
    expect(requests).toBe(1)
    expect(failure).toBeInstanceOf(CodexUsageLimitError)
    expect(failure).toMatchObject({ isRetryable: false, planType: 'free', resetsAt: undefined })
  })

  it('a reset told only by the headers or in seconds from now is known too', async () => {
    const { resets_at: _, ...seconds } = LIMIT
    const before = Date.now()
    const { failure } = await failureOf({ type: 'error', status: 429, body: { error: seconds }, headers })
    const { resetsAt } = failure as CodexUsageLimitError
    expect(resetsAt?.getTime()).toBeGreaterThanOrEqual(before + 13_872_000)
    expect(resetsAt?.getTime()).toBeLessThanOrEqual(Date.now() + 13_874_000)
  })

  it('a plain 429 is retryable, and its header is kept', async () => {
    const test = await startProvider()
    const body = { error: { message: 'Slow down', type: 'rate_limit' } }
    test.server.answer({ type: 'error', status: 429, body, headers: { 'retry-after': '1' } })
    const call = generateText({ model: test.codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 })
    const failure = await rejection(call)
    expect(failure).toMatchObject({
      statusCode: 429,
      isRetryable: true,
      responseHeaders: { 'retry-after': '1' },
    })
    expect(CodexUsageLimitError.isInstance(failure)).toBe(false)
  })
})

describe('BR-53 Cloudflare page misread', () => {
  it('says that Cloudflare blocked the request, without the page', async () => {
    const words = '<p>Enable JavaScript and cookies to continue</p>'
    const page = `<!DOCTYPE html><title>Attention Required! | Cloudflare</title>${words.repeat(420)}`
    expect(page.length).toBeGreaterThan(20_000)
    const { failure, message, requests } = await failureOf({
      type: 'error',
      status: 403,
      body: page,
      headers: { 'content-type': 'text/html; charset=UTF-8', 'cf-ray': 'abc' },
    })
    expect(requests).toBe(1)
    expect(failure).toMatchObject({ statusCode: 403, isRetryable: false })
    expect(message).toMatch(/Cloudflare/)
    expect(message).toContain('403')
    expect(message).toContain('abc')
    expect(message).not.toMatch(/<|JavaScript|log ?in|limit/i)
  })
})

describe("BR-54 the backend's detail text hidden", () => {
  it.each<{
    name: string
    status: number
    answer: Omit<Extract<Answer, { type: 'error' }>, 'type' | 'status'>
    words: string
  }>([
    {
      name: 'a string',
      status: 400,
      answer: { body: { detail: 'Unsupported parameter: foo' } },
      words: 'Unsupported parameter: foo',
    },
    {
      name: 'an object',
      status: 403,
      answer: { body: { detail: { code: 'invalid_workspace_selected' } } },
      words: 'invalid_workspace_selected',
    },
    {
      name: 'a list',
      status: 422,
      answer: { body: { detail: [{ loc: ['body', 'x'], msg: 'bad' }] } },
      words: 'bad',
    },
    { name: 'plain text', status: 500, answer: { body: 'oops' }, words: 'oops' },
    { name: 'nothing', status: 502, answer: { body: '' }, words: '502' },
  ])('$name ($status)', async ({ status, answer, words }) => {
    const test = await startProvider()
    test.server.answer({ type: 'error', status, ...answer })
    const call = generateText({ model: test.codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 })
    const failure = (await rejection(call)) as APICallError
    expect(failure.message).toMatch(new RegExp(`^Codex API error ${status}: `))
    expect(failure.message).toContain(words)
    const { body } = answer
    expect(failure).toMatchObject({
      statusCode: status,
      isRetryable: status >= 500,
      responseBody: typeof body === 'string' ? body : JSON.stringify(body),
    })
  })
})

describe('BR-56 cut in the middle, text doubled by a retry', () => {
  const three = [CREATED, delta('one '), delta('two '), delta('three')]

  it('streamText: an error part after the text, no hidden second request', async () => {
    const { codex, server } = await startProvider()
    server.answer({ type: 'events', events: three, end: 'reset' })
    const parts = await partsOf({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 2 })
    const text = parts.map((part) => (part.type === 'text-delta' ? part.textDelta : '')).join('')
    expect(text).toBe('one two three')
    const errors = parts.filter((part) => part.type === 'error')
    expect(errors).toHaveLength(1)
    expect(parts.indexOf(errors[0] as never)).toBeGreaterThan(
      parts.findLastIndex((part) => part.type === 'text-delta'),
    )
    expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: 'error' })
    expect(server.responseRequests).toHaveLength(1)
  })

  it.each(WAYS)('a socket destroyed before any byte is retryable ($way)', async ({ hear }) => {
    const { codex, server } = await startProvider()
    server.answer({ type: 'reset' }, { type: 'reset' })
    const { errors } = await hear({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(errors).toHaveLength(1)
    expect(APICallError.isInstance(errors[0])).toBe(true)
    expect(errors[0]).toMatchObject({ isRetryable: true })
  })

  it("the SDK's retry works", async () => {
    const test = await startProvider()
    test.server.answer({ type: 'reset' }, { type: 'text', text: 'Hello' })
    expect((await ask(test)).text).toBe('Hello')
    expect(test.server.responseRequests).toHaveLength(2)
  })
})
