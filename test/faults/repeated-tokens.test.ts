import { inspect } from 'node:util'
import { APICallError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import type { CodexProviderSettings } from '../../src/core/settings.ts'
import type { Answer } from '../../src/testing/types.ts'
import { CREATED, rejection } from '../adapters/v1/support.ts'
import { startProvider } from '../support/provider.ts'

const CALL = {
  inputFormat: 'prompt' as const,
  mode: { type: 'regular' as const },
  prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hi' }] }],
}

const base64 = (text: string) => Buffer.from(`x${text}`).toString('base64')
const escaped = (text: string) =>
  [...text].map((character) => `\\u00${character.charCodeAt(0).toString(16)}`).join('')

/** The error of a call, and the token that it was sent with. */
async function failWith(
  settings: CodexProviderSettings,
  answer?: (token: string) => Answer,
): Promise<{ error: unknown; token: string }> {
  const { codex, server, login } = await startProvider(settings)
  const token = login.tokens.access_token
  if (answer) server.answer(answer(token))
  return { error: await rejection(codex('gpt-5.5').doGenerate(CALL)), token }
}

const shownOf = (error: unknown): string =>
  inspect(error, { depth: 20, showHidden: true, maxStringLength: null })

function expectNothingOf(error: unknown, token: string): void {
  expect(APICallError.isInstance(error)).toBe(true)
  const shown = shownOf(error)
  for (const form of [token, escaped(token), base64(token).slice(4, -4)]) expect(shown).not.toContain(form)
}

describe('a network layer that repeats the bearer', () => {
  const refusing =
    (fail: (bearer: string) => unknown): typeof fetch =>
    (input, init) =>
      String(input).endsWith('/responses')
        ? Promise.reject(fail(new Headers(init?.headers).get('authorization') ?? ''))
        : fetch(input, init)

  test.each<[string, (bearer: string) => unknown]>([
    ['in its message', (bearer) => new TypeError(`refused: ${bearer}`)],
    ['in its cause', (bearer) => new TypeError('failed', { cause: new Error(`sent ${bearer}`) })],
    ['in a field', (bearer) => Object.assign(new Error('failed'), { config: { headers: { bearer } } })],
    [
      'in headers',
      (bearer) => Object.assign(new Error('failed'), { request: { headers: new Headers({ bearer }) } }),
    ],
    ['in base64', (bearer) => new Error(`failed: ${base64(bearer)}`)],
    ['as a string', (bearer) => `failed: ${bearer}`],
  ])('%s', async (_, fail) => {
    const { error, token } = await failWith({ fetch: refusing(fail) })
    expectNothingOf(error, token)
    expect(error).toMatchObject({ isRetryable: true, message: expect.stringContaining('cannot connect to') })
  })

  test('in the middle of a body', async () => {
    let bearer = ''
    const breaking: typeof fetch = async (input, init) => {
      const response = await fetch(input, init)
      if (!String(input).endsWith('/responses')) return response
      bearer = new Headers(init?.headers).get('authorization') ?? ''
      const body = new ReadableStream({ pull: () => Promise.reject(new Error(`broken for ${bearer}`)) })
      return new Response(body, response)
    }
    const { error, token } = await failWith({ fetch: breaking }, () => ({
      type: 'events',
      events: [CREATED],
    }))
    expect(bearer).toContain(token)
    expectNothingOf(error, token)
    expect(error).toHaveProperty('cause.message', expect.stringContaining('broken for'))
  })
})

describe('a backend that repeats the token in the body of an error', () => {
  test.each<[string, (token: string) => string]>([
    ['as it is', (token) => JSON.stringify({ detail: `Bad token ${token}` })],
    ['with JSON escapes', (token) => `{"detail":"Bad token ${escaped(token)}"}`],
    ['as JSON in JSON', (token) => JSON.stringify({ detail: `{"token":"${escaped(token)}"}` })],
    ['in base64', (token) => JSON.stringify({ detail: 'Bad token', debug: base64(token) })],
    ['as the name of a field', (token) => JSON.stringify({ detail: 'Bad token', [token]: true })],
    ['in a body that is not JSON', (token) => `Bad token ${token}`],
    ['in a body that is cut', (token) => `{"detail":"Bad token ${token.slice(0, -40)}`],
  ])('%s', async (_, body) => {
    const { error, token } = await failWith({}, (token) => ({
      type: 'raw',
      status: 400,
      headers: { 'content-type': 'application/json' },
      chunks: [body(token)],
    }))
    expectNothingOf(error, token)
    expect(error).toMatchObject({ statusCode: 400, responseBody: expect.stringContaining('[redacted]') })
  })
})

test('a network layer that repeats the refresh token is not repeated', async () => {
  const { codex } = await startProvider({
    auth: {
      accessToken: 'opaque_marked_access_token',
      refreshToken: 'spent_marked_refresh_token',
      expiresAt: 1,
    },
    fetch: async (_, init) => {
      throw new Error(`failed to send ${init?.body}`, { cause: { body: init?.body } })
    },
  })
  const error = await rejection(codex('gpt-5.5').doGenerate(CALL))
  expect(error).toMatchObject({ name: 'CodexAuthRefreshError', reason: 'network' })
  expect(shownOf(error)).not.toContain('marked')
})
