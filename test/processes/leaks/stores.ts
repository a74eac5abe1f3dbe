import {
  createTokenManager,
  decodeAccountId,
  fileTokenStore,
  getAuthContext,
  memoryTokenStore,
  refreshTokens,
  type TokenStore,
} from 'ai-sdk-provider-codex/auth'
import { EXPIRED, MARK, outcomeOf, type Scenario, TOKEN_ERROR } from './stage.ts'

export const STORES: readonly Scenario[] = [
  {
    name: 'a store that fails to write, with the tokens in its error',
    expected: /^fine$/,
    login: EXPIRED,
    run({ login, ask, provider, show }) {
      const { access_token: accessToken, refresh_token: refreshToken } = login.tokens
      const auth: TokenStore = {
        ...memoryTokenStore({ accessToken, refreshToken }),
        write: async (tokens) => {
          throw Object.assign(new Error(`insert failed: ${JSON.stringify(tokens)}`), { code: '23505' })
        },
      }
      show(memoryTokenStore({ accessToken, refreshToken }))
      return ask(provider({ auth }))
    },
  },
  {
    name: 'a store that gives what is no token',
    expected: TOKEN_ERROR,
    run: ({ ask, provider }) =>
      ask(provider({ auth: { read: async () => ({ accessToken: `two ${MARK}` }), write: async () => {} } })),
  },
  {
    name: 'a function that gives what is no token',
    expected: TOKEN_ERROR,
    run: ({ ask, provider }) => ask(provider({ auth: async () => ({ accessToken: `two\n${MARK}` }) })),
  },
  {
    name: 'tokens that the backend does not know',
    expected: /^CodexAuthRefreshError .* other$/,
    run: ({ ask, provider }) =>
      ask(provider({ auth: { accessToken: `at_${MARK}`, refreshToken: `mine_${MARK}`, idToken: MARK } })),
  },
  {
    name: 'token managers and stores, before and after',
    expected: /^fine$/,
    login: EXPIRED,
    async run({ server, authFile, login, show }) {
      const store = fileTokenStore(authFile)
      const { access_token: accessToken, refresh_token: refreshToken } = server.login().tokens
      const settings = { issuer: server.issuer }
      const managers = [store, { accessToken, refreshToken }, async () => ({ accessToken })].map((auth) =>
        createTokenManager({ ...settings, auth }),
      )
      show([store, managers, memoryTokenStore({ accessToken: login.tokens.access_token })])
      await Promise.all(managers.map((manager) => manager.getTokens()))
      show([store, managers])
    },
  },
  {
    name: 'an environment whose token has ended',
    expected: /^CodexAuthTokenExpiredError CODEX_AUTH_TOKEN_EXPIRED$/,
    login: EXPIRED,
    run: ({ login }) => withEnv(login.tokens.access_token, () => createTokenManager().getTokens()),
  },
  {
    name: 'an environment whose token can not be sent',
    expected: TOKEN_ERROR,
    run: () => withEnv(`two ${MARK}`, () => createTokenManager().getTokens()),
  },
  {
    name: 'a token that names no account',
    expected: TOKEN_ERROR,
    run: () => outcomeOf(getAuthContext({ auth: { accessToken: `at_${MARK}` } })),
  },
  {
    name: 'a token whose claims are no JSON',
    expected: TOKEN_ERROR,
    async run({ login }) {
      const [head, claims = '', end] = login.tokens.access_token.split('.')
      return outcomeOf((async () => decodeAccountId([head, claims.slice(0, 40), end].join('.')))())
    },
  },
  {
    name: 'a refresh by hand that is refused',
    expected: /^CodexAuthRefreshError .* other$/,
    run: ({ server }) =>
      outcomeOf(
        refreshTokens({ accessToken: `at_${MARK}`, refreshToken: `mine_${MARK}` }, { issuer: server.issuer }),
      ),
  },
]

/** Runs with this access token in the environment. */
async function withEnv(token: string, run: () => Promise<unknown>): Promise<unknown> {
  Object.assign(process.env, { CODEX_ACCESS_TOKEN: token, CODEX_ACCOUNT_ID: `acct-${MARK}` })
  try {
    return await outcomeOf(run())
  } finally {
    delete process.env.CODEX_ACCESS_TOKEN
    delete process.env.CODEX_ACCOUNT_ID
  }
}
