import { describe, expect, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { CodexAuth, CodexTokens, TokenStore } from '../../src/auth/tokens.ts'
import { memoryTokenStore } from '../../src/auth.ts'
import { CodexUsageLimitError } from '../../src/errors.ts'
import { startCodexServer } from '../../src/testing/server.ts'
import type { AuthJson, CodexServer, RecordedRequest } from '../../src/testing/types.ts'
import { secretsOf, shown } from '../support/shown.ts'
import { eachAI, eachWay, OVER_HTTP, onCodexOnly, type Started } from './support/contract.ts'

const MODEL = 'gpt-6.1-sol'

const tokensOf = ({ tokens }: AuthJson): CodexTokens => ({
  accessToken: tokens.access_token,
  refreshToken: tokens.refresh_token,
  idToken: tokens.id_token,
})

const issue = (server: CodexServer, user: string, expiresInSeconds = 3600) =>
  tokensOf(server.login({ accountId: `acct-${user}`, email: `${user}@example.com`, expiresInSeconds }))

/** The user whose token a request has, and the account that it names. */
const sentBy = ({ headers }: RecordedRequest): readonly unknown[] => {
  const payload = String(headers.authorization).split('.')[1] ?? ''
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return [claims['https://api.openai.com/auth'].chatgpt_account_id, headers['chatgpt-account-id']]
}

const promptOf = ({ json }: RecordedRequest): string =>
  /\b(ada|bob|me)\b/.exec(JSON.stringify(json))?.[0] ?? ''

const requestsTo = ({ requests }: CodexServer, path: string) =>
  requests.filter((request) => request.path.includes(path))

onCodexOnly('an app uses one account of ChatGPT at a time', () => {
  eachWay(
    'withAuth: concurrent calls of two users each go out with their own login',
    async ({ ask, start }) => {
      const { codex, server, login } = await start()
      const users: Record<string, CodexAuth> = {
        ada: issue(server, 'ada'),
        bob: () => issue(server, 'bob'),
      }
      const calls = Array.from({ length: 4 }, () => ['me', 'ada', 'bob']).flat()
      const seen = await Promise.all(
        calls.map((name) => {
          const auth = users[name]
          const provider = auth === undefined ? codex : codex.withAuth(auth)
          return ask({ model: provider(MODEL), prompt: name })
        }),
      )
      expect(seen.flatMap(({ errors }) => errors)).toEqual([])
      expect(seen.map(({ text }) => text)).toEqual(calls.map((name) => `You said: ${name}`))
      expect(server.responseRequests).toHaveLength(calls.length)
      for (const request of server.responseRequests) {
        const name = promptOf(request)
        const account = name === 'me' ? login.tokens.account_id : `acct-${name}`
        expect(sentBy(request)).toEqual([account, account])
      }
    },
  )

  eachAI(
    'withAuth: all other settings stay, and the provider that it came from too',
    async ({ ai, start }) => {
      const { codex, server } = await start({
        ...OVER_HTTP,
        headers: { 'x-app': 'mine' },
        modelAliases: { best: MODEL },
        originator: 'my_app',
      })
      const ada = codex.withAuth(issue(server, 'ada'))
      for (const provider of [ada, ada.withAuth(issue(server, 'bob')), codex]) {
        for (const { run } of ai.ways) {
          expect(await run({ model: provider('best'), prompt: 'hi' })).toMatchObject({
            errors: [],
            warnings: [],
          })
        }
      }
      const sent = server.responseRequests.map((request) => [
        sentBy(request)[0],
        request.headers['x-app'],
        request.headers.originator,
        request.json?.model,
      ])
      const expected = ['acct-ada', 'acct-bob', 'acct-0001'].flatMap((account) => {
        const row = [account, 'mine', 'my_app', MODEL]
        return [row, row]
      })
      expect(sent).toEqual(expected)
      expect(Object.keys(ada)).toEqual(Object.keys(codex))
    },
  )

  eachAI('withAuth: a 401 of one user renews that login alone', async ({ ai, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const logins = { ada: issue(server, 'ada'), bob: issue(server, 'bob') }
    const stores = { ada: memoryTokenStore(logins.ada), bob: memoryTokenStore(logins.bob) }
    const [{ run }] = ai.ways as [(typeof ai.ways)[number]]
    const ask = (name: 'ada' | 'bob') => run({ model: codex.withAuth(stores[name])(MODEL), prompt: name })
    await Promise.all([ask('ada'), ask('bob')])
    server.revokeAccessToken(logins.ada.accessToken)
    const seen = await Promise.all(['ada', 'bob', 'ada', 'bob'].map((name) => ask(name as 'ada' | 'bob')))
    expect(seen.flatMap(({ errors }) => errors)).toEqual([])
    expect(server.tokenRequests.map(({ json }) => json?.refresh_token)).toEqual([logins.ada.refreshToken])
    expect((await stores.ada.read())?.accessToken).not.toBe(logins.ada.accessToken)
    expect((await stores.bob.read())?.accessToken).toBe(logins.bob.accessToken)
    for (const request of server.responseRequests)
      expect(sentBy(request)[0]).toBe(`acct-${promptOf(request)}`)
  })

  eachAI('withAuth: a store for each request shares one renewal by its key', async ({ ai, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const users = ['ada', 'bob'] as const
    const rows = new Map(users.map((user) => [user, memoryTokenStore(issue(server, user, -60))]))
    const storeOf = (user: (typeof users)[number]): TokenStore => {
      const row = rows.get(user)
      if (!row) throw new Error(user)
      return { key: `${ai.name} ${user}`, read: () => row.read(), write: (...args) => row.write(...args) }
    }
    const [{ run }] = ai.ways as [(typeof ai.ways)[number]]
    const seen = await Promise.all(
      Array.from({ length: 5 }, () => users)
        .flat()
        .map((user) => run({ model: codex.withAuth(storeOf(user))(MODEL), prompt: user })),
    )
    expect(seen.flatMap(({ errors }) => errors)).toEqual([])
    expect(server.tokenRequests).toHaveLength(2)
    for (const request of server.responseRequests)
      expect(sentBy(request)[0]).toBe(`acct-${promptOf(request)}`)
  })

  eachAI('withAuth: one function asked for two requests is asked by each of them', async ({ ai, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    // As one that reads the cookies of the request would.
    const given = ['ada', 'bob'].map((user) => issue(server, user))
    const currentUser = () => given.shift() ?? { accessToken: 'none' }
    const [{ run }] = ai.ways as [(typeof ai.ways)[number]]
    for (const user of ['ada', 'bob']) {
      const { errors } = await run({ model: codex.withAuth(currentUser)(MODEL), prompt: user })
      expect(errors).toEqual([])
    }
    expect(server.responseRequests.map((request) => sentBy(request)[0])).toEqual(['acct-ada', 'acct-bob'])
  })

  eachWay('withAuth: the limit of one user is not told to another', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const [ada, bob] = [codex.withAuth(issue(server, 'ada')), codex.withAuth(issue(server, 'bob'))]
    const error = { type: 'usage_limit_reached', plan_type: 'plus', resets_in_seconds: 60 }
    server.answer({ type: 'error', status: 429, body: { error } })
    const limited = await ask({ model: ada(MODEL), prompt: 'ada' })
    expect(CodexUsageLimitError.isInstance(limited.errors[0])).toBe(true)
    expect(await ask({ model: bob(MODEL), prompt: 'bob' })).toMatchObject({
      errors: [],
      text: 'You said: bob',
    })
  })

  eachAI('withAuth: a login that is over stays over for that user alone', async ({ ai, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const dead = memoryTokenStore(issue(server, 'ada', -60))
    const alive = memoryTokenStore(issue(server, 'bob', -60))
    server.answerToken({ type: 'error', status: 401, body: { error: { code: 'refresh_token_expired' } } })
    const [{ run }] = ai.ways as [(typeof ai.ways)[number]]
    const ask = (auth: CodexAuth) => run({ model: codex.withAuth(auth)(MODEL), prompt: 'hi' })
    for (let n = 0; n < 2; n++) expect((await ask(dead)).errors).toMatchObject([{ reason: 'expired' }])
    expect((await ask(alive)).errors).toEqual([])
    expect(server.tokenRequests).toHaveLength(2)
  })

  eachAI('withAuth: models() lists those of the user, asked for once', async ({ start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const listed = (slug: string) =>
      ({
        type: 'raw',
        headers: { 'content-type': 'application/json' },
        chunks: [JSON.stringify({ models: [{ slug, visibility: 'list' }] })],
      }) as const
    const logins = { ada: issue(server, 'ada'), bob: issue(server, 'bob') }
    server.answerPath('/models', listed('ada-model'), listed('bob-model'))
    const idsOf = async (auth: CodexAuth) => (await codex.withAuth(auth).models()).map(({ id }) => id)
    expect(await idsOf(logins.ada)).toEqual(['ada-model'])
    expect(await idsOf(logins.bob)).toEqual(['bob-model'])
    expect(await idsOf(logins.ada)).toEqual(['ada-model'])
    expect(requestsTo(server, '/models?').map((request) => sentBy(request)[0])).toEqual([
      'acct-ada',
      'acct-bob',
    ])
  })

  eachAI('withAuth: a field refused to one user still goes out for another', async ({ ai, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const [{ run }] = ai.ways as [(typeof ai.ways)[number]]
    const ask = (auth: CodexAuth) => run({ model: codex.withAuth(auth)(MODEL), prompt: 'hi' })
    const [ada, bob] = [issue(server, 'ada'), issue(server, 'bob')]
    const error = { message: 'Unsupported parameter: text', param: 'text', code: 'unsupported_parameter' }
    server.answer({ type: 'error', status: 400, body: { error } })
    await ask(ada)
    await ask(bob)
    // Known from the earlier request, which had another provider object.
    await ask({ ...ada })
    const fields = server.responseRequests.map((request) => [
      sentBy(request)[0],
      request.json?.text !== undefined,
    ])
    expect(fields).toEqual([
      ['acct-ada', true],
      ['acct-ada', false],
      ['acct-bob', true],
      ['acct-ada', false],
    ])
  })

  eachAI(
    'withAuth: over WebSocket each user has a socket, which later requests of theirs use',
    async ({ ai, start }) => {
      const { codex, server } = await start({ transport: 'websocket', webSocket: WebSocket })
      const users = { ada: issue(server, 'ada'), bob: issue(server, 'bob') }
      const [{ run }] = ai.ways as [(typeof ai.ways)[number]]
      for (let turn = 0; turn < 2; turn++) {
        for (const auth of Object.values(users)) {
          const { errors } = await run({ model: codex.withAuth({ ...auth })(MODEL), prompt: 'the same' })
          expect(errors).toEqual([])
        }
      }
      expect(server.sockets.map(({ headers }) => headers['chatgpt-account-id'])).toEqual([
        'acct-ada',
        'acct-bob',
      ])
      expect(server.sockets.map(({ messages }) => messages.length)).toEqual([2, 2])
    },
  )

  describe('withAuth: what is no login is refused at once, and never becomes the default one', () => {
    const NONE: ReadonlyArray<readonly [string, unknown]> = [
      ['nothing', undefined],
      ['null', null],
      ['a text', 'eyJ.secret-text.x'],
      ['a list', []],
      ['a session', { user: 'ada', token: 'secret-text' }],
      ['half a store', { read: async () => undefined }],
    ]
    for (const [name, auth] of NONE) {
      eachAI(`withAuth: ${name}`, async ({ start }) => {
        const { codex, server } = await start()
        let thrown: unknown
        try {
          codex.withAuth(auth as CodexAuth)
        } catch (error) {
          thrown = error
        }
        expect(thrown).toMatchObject({ name: 'AI_InvalidArgumentError', argument: 'auth' })
        expect(shown(thrown)).not.toContain('secret-text')
        expect(server.requests).toEqual([])
      })
    }

    eachWay('withAuth: tokens without a token', async ({ ask, start }) => {
      const { codex, server } = await start()
      const auth = { accessToken: undefined } as unknown as CodexAuth
      const { errors } = await ask({ model: codex.withAuth(auth)(MODEL), prompt: 'hi' })
      expect(errors).toHaveLength(1)
      expect(server.responseRequests).toEqual([])
    })
  })

  eachAI('withAuth: no token of any user shows in the providers', async ({ ai, start }) => {
    const { codex, server, login } = await start(OVER_HTTP)
    const other = server.login({ accountId: 'acct-ada' })
    const ada = codex.withAuth(tokensOf(other))
    const model = ada(MODEL)
    const seen = await Promise.all(ai.ways.map(({ run }) => run({ model, prompt: 'hi' })))
    const text = [codex, ada, model, seen].map(shown).join('\n')
    expect([...secretsOf(login), ...secretsOf(other)].filter((secret) => text.includes(secret))).toEqual([])
  })
})

eachAI('createChatGPT: withAuth says that one account is used at a time', async ({ ai }) => {
  const server = await startCodexServer({ route: 'chatgpt' })
  onTestFinished(() => server.close())
  const tokens = tokensOf(server.login())
  const chatgpt = ai.createChatGPT({ appName: 'My app', baseURL: server.baseURL, auth: tokens })
  const named = expect.objectContaining({
    name: 'AI_UnsupportedFunctionalityError',
    functionality: 'withAuth()',
    message: expect.stringContaining('one ChatGPT account at a time'),
  })
  expect(() => (chatgpt as Started['codex']).withAuth(tokens)).toThrow(named)
  expect(server.requests).toEqual([])
})
