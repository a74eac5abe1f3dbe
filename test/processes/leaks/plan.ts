import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chatGPTTokenStore, loginWithChatGPT, logoutChatGPT } from 'ai-sdk-provider-codex/auth'
import { CALLS } from './calls.ts'
import { REFRESHES } from './refreshes.ts'
import { MARK, outcomeOf, type Scenario, type Stage, TOKEN_ERROR } from './stage.ts'

/** A fresh access token whose refresh token may be spent. */
const RENEWABLE = { expiresInSeconds: 340 }

/** What ends in another way on this route: a 401 without a code says nothing of the token. */
const EXPECTED: Readonly<Record<string, RegExp>> = {
  'a 401 that quotes the tokens, then a refresh that is refused and quotes them': /^AI_APICallError 401$/,
  'a 401 and nothing to refresh with': /^AI_APICallError 401$/,
}

/** The scenarios of the other route that need nothing of its own. */
const shared = [...CALLS, ...REFRESHES].map(
  ({ name, login = RENEWABLE, expected, run }): Scenario => ({
    name: `createChatGPT: ${name}`,
    expected: EXPECTED[name] ?? expected,
    login,
    route: 'chatgpt',
    run,
  }),
)

/** Signs in with a browser that goes where it is sent; the page it ends at and the result are shown. */
async function signIn(
  { server, authFile, show }: Stage,
  options: Partial<Parameters<typeof loginWithChatGPT>[0]> = {},
): Promise<unknown> {
  const result = await outcomeOf(
    loginWithChatGPT({
      appName: 'App',
      issuer: server.issuer,
      authFile,
      force: true,
      openBrowser: async (url) => {
        const answer = await fetch(url, { redirect: 'manual' })
        show(await (await fetch(answer.headers.get('location') ?? '')).text())
      },
      ...options,
    }),
  )
  show(chatGPTTokenStore({ file: authFile }))
  return result
}

/** Runs with a server at hand that takes down all that it is sent, which has to be nothing. */
async function withOtherHost(run: (address: string) => Promise<unknown>): Promise<unknown> {
  const sent: string[] = []
  const other = createServer((request, response) => {
    sent.push(JSON.stringify([request.url, request.headers]))
    response.end()
  })
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  try {
    const outcome = await run(`http://localhost:${(other.address() as AddressInfo).port}/`)
    return sent.length === 0 ? outcome : new RangeError(`the other host got ${sent.join()}`)
  } finally {
    other.close()
  }
}

const own: Scenario[] = [
  {
    name: 'a sign-in with ChatGPT',
    expected: /^fine$/,
    run: (stage) => signIn(stage),
  },
  {
    name: 'a sign-in whose exchange is refused and quotes its code',
    expected: /^CodexAuthError CODEX_AUTH$/,
    run: (stage) =>
      signIn(stage, {
        fetch: async (input, init) => {
          const body = { error: 'invalid_grant', error_description: String(init?.body ?? '') }
          return `${input}`.endsWith('/token') ? Response.json(body, { status: 400 }) : fetch(input, init)
        },
      }),
  },
  {
    name: 'a sign-in whose ID token is forged',
    expected: /^CodexAuthError CODEX_AUTH$/,
    run(stage) {
      stage.server.answerToken({ type: 'ok', isForged: true })
      return signIn(stage)
    },
  },
  {
    name: 'a sign-in whose exchange is redirected to another host',
    expected: /^CodexAuthError CODEX_AUTH$/,
    run: (stage) =>
      withOtherHost((location) => {
        stage.server.answerToken({ type: 'raw', status: 307, headers: { location }, chunks: [] })
        return signIn(stage)
      }),
  },
  {
    name: 'createChatGPT: a backend that redirects to another host',
    expected: /^AI_APICallError 307$/,
    run: ({ server, ask }) =>
      withOtherHost((location) => {
        server.answer({ type: 'raw', status: 307, headers: { location }, chunks: [] })
        return ask()
      }),
  },
  {
    name: 'createChatGPT: a renewal that is redirected to another host',
    expected: /^CodexAuthRefreshError .* network$/,
    login: { expiresInSeconds: -60 },
    run: ({ server, ask }) =>
      withOtherHost((location) => {
        server.answerToken({ type: 'raw', status: 307, headers: { location }, chunks: [] })
        return ask()
      }),
  },
  {
    name: 'a sign-out that is redirected to another host, and one that quotes the token',
    expected: /^fine$/,
    run: ({ server, authFile, quote, show }) =>
      withOtherHost(async (location) => {
        server.answerPath(
          '/revoke',
          { type: 'raw', status: 307, headers: { location }, chunks: [] },
          { type: 'error', status: 400, body: { error: quote } },
        )
        show(await outcomeOf(logoutChatGPT({ authFile, issuer: server.issuer })))
        return outcomeOf(logoutChatGPT({ authFile, issuer: server.issuer }))
      }),
  },
  {
    name: 'createChatGPT: a login that does not allow plan usage',
    expected: /^CodexAuthError CODEX_AUTH$/,
    run: ({ login, ask, provider }) =>
      ask(provider({ auth: { accessToken: login.tokens.access_token, scopes: ['openid'] } })),
  },
  {
    name: 'createChatGPT: a personal access token',
    expected: TOKEN_ERROR,
    run: ({ ask, provider }) => ask(provider({ auth: { accessToken: `at-${MARK}` } })),
  },
  ...['"', '{"login":{"access_token":"TOKEN"', '{"tokens":{"access_token":"TOKEN"}}', '["TOKEN"]'].map(
    (text): Scenario => ({
      name: `a chatgpt.json that can not be used: ${text}`,
      expected: TOKEN_ERROR,
      async run({ authFile, login, ask }) {
        await writeFile(authFile, text.replace('TOKEN', login.tokens.access_token))
        return ask()
      },
    }),
  ),
]

/** The ways of the ChatGPT route. */
export const PLAN: readonly Scenario[] = [
  ...shared,
  ...own.map((one): Scenario => ({ ...one, route: 'chatgpt' })),
]
