import { generateObject, streamText } from 'ai'
import type { Answer } from 'ai-sdk-provider-codex/testing'
import { z } from 'zod'
import { outcomeOf, type Scenario, type Stage } from './stage.ts'

const page = (quote: string) => `<!doctype html><title>Oops</title><body>${quote}</body>`

type Answers = (stage: Stage) => Answer[]

const answered = (name: string, expected: RegExp, answers: Answers): Scenario => ({
  name,
  expected,
  run(stage) {
    stage.server.answer(...answers(stage))
    return stage.ask()
  },
})

const statuses = [400, 403, 404, 422, 429, 500, 503].flatMap((status) => {
  const expected = new RegExp(`^AI_APICallError ${status}$`)
  const bodies: Array<[string, (quote: string) => Extract<Answer, { type: 'error' }>['body']]> = [
    ['detail', (quote) => ({ detail: quote })],
    ['error.message', (quote) => ({ error: { message: quote, code: 'odd' } })],
    ['an inner field', (quote) => ({ error: { message: 'no', request: { headers: [quote] } } })],
    ['a page', page],
    ['plain text', (quote) => quote],
  ]
  return bodies.map(([place, bodyOf]) =>
    answered(`the backend says ${status} and quotes the tokens: ${place}`, expected, ({ quote }) => [
      { type: 'error', status, body: bodyOf(quote) },
    ]),
  )
})

const streams: Scenario[] = [
  answered('a stream fails and quotes the tokens', /^AI_APICallError \d+$/, ({ quote }) => [
    {
      type: 'events',
      events: [{ type: 'response.failed', response: { error: { code: 'server_error', message: quote } } }],
    },
  ]),
  answered('an error event quotes the tokens', /^AI_APICallError \d+$/, ({ quote }) => [
    { type: 'events', events: [{ type: 'error', status: 400, error: { code: 'x', message: quote } }] },
  ]),
  answered('a 200 that is no stream quotes the tokens', /^AI_APICallError 200$/, ({ quote }) => [
    { type: 'raw', headers: { 'content-type': 'text/html' }, chunks: [page(quote)] },
  ]),
  answered('the connection is reset', /^AI_APICallError$|^AI_APICallError undefined$/, () => [
    { type: 'reset' },
    { type: 'reset' },
  ]),
  answered('a header of a refusal quotes the tokens', /^AI_APICallError 400$/, ({ quote }) => [
    { type: 'error', status: 400, body: { detail: 'no' }, headers: { 'x-echo': quote } },
  ]),
  answered('a redirect quotes the tokens in its address', /^AI_APICallError 302$/, ({ login }) => [
    {
      type: 'raw',
      status: 302,
      headers: { location: `http://127.0.0.1:9/?token=${login.tokens.access_token}` },
      chunks: [],
    },
  ]),
  answered('the backend redirects', /^AI_APICallError 302$/, () => [
    { type: 'raw', status: 302, headers: { location: 'http://127.0.0.1:9/' }, chunks: [] },
  ]),
]

const unauthorized: Scenario[] = [
  {
    name: 'a 401 twice, both quote the tokens',
    expected: /^AI_APICallError 401$/,
    run({ server, login, quote, ask }) {
      server.revokeAccessToken(login.tokens.access_token)
      server.answer({ type: 'error', status: 401, body: { detail: quote } })
      return ask()
    },
  },
  {
    name: 'a 401 that quotes the tokens, then a refresh that is refused and quotes them',
    expected: /^CodexAuthRefreshError CODEX_AUTH_REFRESH revoked$/,
    run({ server, quote, ask }) {
      server.answerPath('/responses', { type: 'error', status: 401, body: { detail: quote } })
      const body = { error: { code: 'refresh_token_invalidated', message: quote } }
      server.answerToken({ type: 'error', status: 401, body })
      return ask()
    },
  },
  {
    name: 'a 401 and nothing to refresh with',
    expected: /^CodexAuthTokenExpiredError CODEX_AUTH_TOKEN_EXPIRED$/,
    run({ server, login, ask, provider }) {
      const body = page(`Bearer ${login.tokens.access_token}`)
      server.answerPath('/responses', { type: 'error', status: 401, body })
      return ask(provider({ auth: { accessToken: login.tokens.access_token } }))
    },
  },
]

const settings: Scenario[] = [
  {
    name: 'nobody listens at the backend',
    expected: /^AI_APICallError/,
    run: ({ ask, provider }) => ask(provider({ baseURL: 'http://127.0.0.1:9/backend-api/codex' })),
  },
  {
    name: 'no headers in time',
    expected: /^AI_APICallError/,
    run({ server, ask, provider }) {
      server.answer({ type: 'hang' })
      return ask(provider({ timeouts: { response: 50 } }))
    },
  },
  {
    name: 'a header that can not be sent',
    expected: /Error/,
    run: ({ ask, provider }) => ask(provider({ headers: { 'x-mine': 'a\nb' } })),
  },
  {
    name: 'plain http beyond loopback',
    expected: /^AI_InvalidArgumentError/,
    run: ({ ask, provider }) => ask(provider({ baseURL: 'http://codex.invalid' })),
  },
]

const good: Scenario[] = [
  {
    name: 'a good call, its result and its steps',
    expected: /^fine$/,
    async run({ ask, show }) {
      const result = await ask()
      show(result)
      return result
    },
  },
  {
    name: 'a good call after a 401',
    expected: /^fine$/,
    async run({ server, login, ask, show }) {
      server.revokeAccessToken(login.tokens.access_token)
      const result = await ask()
      show(result)
      return result
    },
  },
  {
    name: 'a stream that is cut, all its parts',
    expected: /^fine$/,
    async run({ server, provider, quote, show }) {
      server.answer({
        type: 'events',
        events: [
          { type: 'response.output_text.delta', output_index: 0, delta: 'Hel' },
          { type: 'response.failed', response: { error: { code: 'server_error', message: quote } } },
        ],
      })
      const parts: unknown[] = []
      const { fullStream } = streamText({ model: provider()('gpt-5.5'), prompt: 'hi', onError: () => {} })
      for await (const part of fullStream) parts.push(part)
      show(parts)
    },
  },
  {
    name: 'an object that does not fit its schema',
    expected: /NoObjectGenerated/,
    run({ server, provider }) {
      server.answer({ type: 'text', text: '{"a":' })
      const schema = z.object({ city: z.string() })
      return outcomeOf(generateObject({ model: provider()('gpt-5.5'), schema, prompt: 'hi', maxRetries: 0 }))
    },
  },
]

export const CALLS: readonly Scenario[] = [...statuses, ...streams, ...unauthorized, ...settings, ...good]
