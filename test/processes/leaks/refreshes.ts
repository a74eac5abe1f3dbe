import type { JsonObject } from 'ai-sdk-provider-codex/testing'
import { EXPIRED, type Scenario } from './stage.ts'

const page = (quote: string) => `<!doctype html><title>Oops</title><body>${quote}</body>`

/** Bodies of the login server that quote the tokens, each in another place. */
const BODIES: Record<string, (quote: string) => JsonObject | string> = {
  'error.message': (quote) => ({ error: { code: 'odd', message: `Not good: ${quote}` } }),
  'error.message, short': (quote) => ({ error: { code: 'odd', message: quote.split(' ')[3] } }),
  'error.code': (quote) => ({ error: { code: quote, message: 'no' } }),
  error: (quote) => ({ error: quote }),
  error_description: (quote) => ({ error: 'invalid_grant', error_description: quote }),
  message: (quote) => ({ code: 'odd', message: quote }),
  detail: (quote) => ({ detail: quote }),
  'everything, deep': (quote) => ({ error: { code: 'x', details: [{ request: { headers: quote } }] } }),
  page,
  'plain text': (quote) => quote,
  'JSON that is cut': (quote) => `{"error":{"message":"${quote}`,
}

/** A refusal is for good, apart from a page or a plain text, and from what a status says may pass. */
const refusals: Scenario[] = [200, 400, 401, 403, 429, 500, 503].flatMap((status) =>
  Object.entries(BODIES).map(([place, bodyOf]) => ({
    name: `a refresh gets ${status} that quotes the tokens: ${place}`,
    expected: /^CodexAuthRefreshError CODEX_AUTH_REFRESH (?:other|network)$/,
    login: EXPIRED,
    run({ server, quote, ask }) {
      server.answerToken({ type: 'error', status, body: bodyOf(quote) })
      return ask()
    },
  })),
)

const codes: Scenario[] = [
  ['refresh_token_expired', 'expired'],
  ['refresh_token_reused', 'reused'],
  ['refresh_token_invalidated', 'revoked'],
].map(([code, reason]) => ({
  name: `a refresh gets ${code} that quotes the tokens`,
  expected: new RegExp(`^CodexAuthRefreshError CODEX_AUTH_REFRESH ${reason}$`),
  login: EXPIRED,
  run({ server, quote, ask }) {
    server.answerToken({ type: 'error', status: 401, body: { error: { code, message: quote } } })
    return ask()
  },
}))

const others: Scenario[] = [
  {
    name: 'a refresh is redirected, with the tokens in the address',
    expected: /^CodexAuthRefreshError .* network$/,
    login: EXPIRED,
    run({ server, login, ask }) {
      const location = `http://127.0.0.1:9/?token=${login.tokens.refresh_token}`
      server.answerToken({ type: 'raw', status: 302, headers: { location }, chunks: [] })
      return ask()
    },
  },
  {
    name: 'nobody listens at the login server',
    expected: /^CodexAuthRefreshError .* network$/,
    login: EXPIRED,
    run: ({ ask, provider }) => ask(provider({ issuer: 'http://127.0.0.1:9' })),
  },
  {
    name: 'the login server resets the connection',
    expected: /^CodexAuthRefreshError .* network$/,
    login: EXPIRED,
    run({ server, ask }) {
      server.answerToken({ type: 'reset' }, { type: 'reset' })
      return ask()
    },
  },
  {
    name: 'the login server hangs',
    expected: /^CodexAuthRefreshError .* network$/,
    login: EXPIRED,
    run({ server, ask, provider }) {
      server.answerToken({ type: 'hang' })
      return ask(provider({ timeouts: { refresh: 50 } }))
    },
  },
  {
    name: 'the login server hangs in the middle of new tokens',
    expected: /^CodexAuthRefreshError .* network$/,
    login: EXPIRED,
    run({ server, login, ask, provider }) {
      const start = JSON.stringify(login.tokens).slice(0, -9)
      server.answerToken({ type: 'raw', chunks: [start], end: 'hang' })
      return ask(provider({ timeouts: { refresh: 50 } }))
    },
  },
  {
    name: 'the new token can not be sent',
    expected: /^CodexAuthRefreshError .* network$/,
    login: EXPIRED,
    run({ server, login, ask }) {
      const body = { ...login.tokens, access_token: `${login.tokens.access_token}\n` }
      server.answerToken({ type: 'raw', chunks: [JSON.stringify(body)] })
      return ask()
    },
  },
  {
    name: 'a fetch that fails with the request in its error',
    expected: /^CodexAuthRefreshError .* network$/,
    login: EXPIRED,
    // What some of them do; of the cause only the name, code and host are ours to show.
    run: ({ ask, provider }) =>
      ask(
        provider({
          fetch: async (input) => {
            throw new TypeError(`fetch failed: ${input}`)
          },
        }),
      ),
  },
  {
    name: 'the refresh token is gone, and the access token has ended',
    expected: /^CodexAuthTokenExpiredError CODEX_AUTH_TOKEN_EXPIRED$/,
    login: EXPIRED,
    run: ({ login, ask, provider }) => {
      const { access_token: accessToken, id_token: idToken } = login.tokens
      return ask(provider({ auth: { accessToken, idToken } }))
    },
  },
]

export const REFRESHES: readonly Scenario[] = [...refusals, ...codes, ...others]
