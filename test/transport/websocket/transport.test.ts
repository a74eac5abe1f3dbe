import { generateText, streamText, tool } from 'ai7'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { DEFAULT_INSTRUCTIONS } from '../../../src/instructions/base.ts'
import { startCodexServer } from '../../../src/testing/server.ts'
import type { CodexServerOptions, JsonObject } from '../../../src/testing/types.ts'
import { type CodexProviderSettings, createCodex } from '../../../src/v4.ts'

async function start(settings: CodexProviderSettings = {}, options: CodexServerOptions = {}) {
  const server = await startCodexServer(options)
  onTestFinished(() => server.close())
  const { access_token: accessToken } = server.login().tokens
  const codex = createCodex({
    baseURL: server.baseURL,
    issuer: server.issuer,
    auth: { accessToken },
    instructions: DEFAULT_INSTRUCTIONS,
    transport: 'websocket',
    ...settings,
  })
  const ask = (prompt: string, more = {}) =>
    generateText({ model: codex('gpt-6.1-sol'), prompt, maxRetries: 0, ...more })
  return { server, codex, ask }
}

const inputLength = (message: JsonObject | undefined): number => {
  const input = message?.input
  return Array.isArray(input) ? input.length : 0
}

const ways = (server: Awaited<ReturnType<typeof startCodexServer>>) =>
  server.responseRequests.map(({ transport }) => transport)

test('a tool loop goes over one socket, and sends only what is new', async () => {
  const { server, codex } = await start()
  server.answer(
    {
      type: 'tool-calls',
      calls: [{ name: 'weather', arguments: { city: 'Oslo' } }],
      reasoning: 'Look it up.',
    },
    { type: 'tool-calls', calls: [{ name: 'weather', arguments: '{"city": "Rome"}' }], text: 'One more.' },
    { type: 'text', text: 'Cold and warm.' },
  )
  const { text, steps, providerMetadata } = await generateText({
    model: codex('gpt-6.1-sol'),
    prompt: 'Compare.',
    tools: {
      weather: tool({ inputSchema: z.object({ city: z.string() }), execute: ({ city }) => `${city}: fine` }),
    },
    stopWhen: ({ steps }) => steps.length === 3,
  })
  expect(text).toBe('Cold and warm.')
  expect(steps).toHaveLength(3)
  expect(server.sockets).toHaveLength(1)
  const [opening] = server.sockets
  const messages = opening?.messages ?? []
  expect(messages.map(inputLength)).toEqual([4, 1, 1])
  expect(messages[1]).toMatchObject({
    previous_response_id: expect.any(String),
    input: [{ type: 'function_call_output' }],
    client_metadata: { 'x-codex-turn-state': expect.any(String) },
  })
  expect(opening?.headers).not.toHaveProperty('x-codex-turn-state')
  expect(providerMetadata?.codex).toMatchObject({ transport: 'websocket', sentBytes: expect.any(Number) })
  // The stand-in puts each request together again, and it is what HTTP would have sent.
  expect(server.responseRequests.map(({ refusedBy }) => refusedBy)).toEqual([undefined, undefined, undefined])
})

test('another conversation, another login and another provider have sockets of their own', async () => {
  const { server, ask } = await start()
  await ask('one')
  await ask('two')
  expect(server.sockets).toHaveLength(2)
})

test('a call beside another one of its conversation has a socket of its own, or goes over HTTP', async () => {
  for (const { transport, expected } of [
    { transport: 'websocket', expected: ['websocket', 'websocket'] },
    { transport: 'auto', expected: ['websocket', 'http'] },
  ] as const) {
    const { server, ask } = await start({ transport })
    server.answer({ type: 'text', text: 'slow', stopAfter: 3, end: 'hang' })
    const controller = new AbortController()
    const arrived = server.nextRequest('/responses')
    const slow = ask('same', { abortSignal: controller.signal })
    await arrived
    await vi.waitFor(() => expect(server.sockets).toHaveLength(1))
    expect((await ask('same')).text).toBe('You said: same')
    controller.abort()
    await expect(slow).rejects.toThrow()
    expect(ways(server)).toEqual(expected)
  }
})

describe('goes over HTTP', () => {
  test('with a fetch of the caller, but not with a constructor beside it', async () => {
    const { server, ask } = await start({ transport: 'auto', fetch: (...args) => fetch(...args) })
    expect((await ask('hi')).providerMetadata?.codex).toMatchObject({ transport: 'http' })
    const own = await start({ transport: 'auto', fetch: (...args) => fetch(...args), webSocket: WebSocket })
    await own.ask('hi')
    expect([...ways(server), ...ways(own.server)]).toEqual(['http', 'websocket'])
  })

  test('on a serverless platform', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'f')
    const { server, ask } = await start({ transport: 'auto' })
    await ask('hi')
    expect(ways(server)).toEqual(['http'])
  })

  test('where the request is longer than a message may be', async () => {
    const { server, ask } = await start({ transport: 'auto' })
    server.answer({ type: 'text', text: 'long' })
    await ask('x'.repeat(17_000_000))
    expect(ways(server)).toEqual(['http'])
  })

  test('for good after 426', async () => {
    const { server, ask } = await start({ transport: 'auto' }, { webSocket: false })
    await ask('one')
    await ask('two')
    expect(ways(server)).toEqual(['http', 'http'])
    expect(server.sockets.map(({ status }) => status)).toEqual([426])
  })

  test.each([
    { name: '503', answer: { type: 'error', status: 503, body: 'busy' } },
    { name: '404', answer: { type: 'error', status: 404, body: '' } },
    { name: 'a cut', answer: { type: 'reset' } },
  ] as const)('for a while after an upgrade that failed with $name', async ({ answer }) => {
    const { server, ask } = await start({ transport: 'auto' })
    server.answerUpgrade(answer)
    expect((await ask('one')).text).toBe('You said: one')
    await ask('two')
    expect(ways(server)).toEqual(['http', 'http'])
    expect(server.sockets).toHaveLength(1)
  })

  test.each([
    { name: 'a cut', answer: { type: 'reset' } },
    ...[1000, 1001, 1008, 1009, 1011, 1012, 4000].map((code) => ({
      name: `the code ${code}`,
      answer: { type: 'close', code } as const,
    })),
  ] as const)('where a new socket ends before the first event with $name', async ({ answer }) => {
    const { server, ask } = await start()
    server.answer(answer)
    expect((await ask('hi')).text).toBe('You said: hi')
    expect(ways(server)).toEqual(['websocket', 'http'])
  })
})

describe('a clear error where websocket is asked for and can not be', () => {
  test.each<{ name: string; settings: CodexProviderSettings; prompt?: string; words: RegExp }>([
    { name: 'a fetch', settings: { fetch: (...args) => fetch(...args) }, words: /custom `fetch` is set/ },
    { name: 'a long request', settings: {}, prompt: 'x'.repeat(17_000_000), words: /longer than 16 MiB/ },
  ])('$name', async ({ settings, prompt = 'hi', words }) => {
    const { server, ask } = await start(settings)
    await expect(ask(prompt)).rejects.toMatchObject({
      argument: 'transport',
      message: expect.stringMatching(words),
    })
    expect(server.responseRequests).toEqual([])
  })

  test('another value', async () => {
    const { ask } = await start({ transport: 'socket' as 'auto' })
    await expect(ask('hi')).rejects.toMatchObject({ argument: 'transport' })
  })
})

describe('a new socket with the whole input, unseen', () => {
  async function secondTurn(
    before: (server: Awaited<ReturnType<typeof start>>['server']) => void | Promise<void>,
  ) {
    const { server, codex } = await start()
    const model = codex('gpt-5.5')
    const first = await generateText({ model, prompt: 'one', maxRetries: 0 })
    await before(server)
    const { text } = await generateText({
      model,
      messages: [
        { role: 'user', content: 'one' },
        ...first.response.messages,
        { role: 'user', content: 'two' },
      ],
      maxRetries: 0,
    })
    expect(text).toBe('You said: two')
    return server
  }

  test('where nothing happens, the second turn goes on from the first', async () => {
    const server = await secondTurn(() => {})
    expect(server.sockets[0]?.messages.map(inputLength)).toEqual([1, 1])
  })

  test.each(['previous_response_not_found', 'websocket_connection_limit_reached'])(
    'after %s',
    async (code) => {
      const server = await secondTurn((server) =>
        server.answer({ type: 'error', status: 400, body: { error: { code, message: 'Gone.' } } }),
      )
      expect(server.sockets.map(({ messages }) => messages.length)).toEqual([2, 1])
      expect(server.sockets[1]?.messages[0]).not.toHaveProperty('previous_response_id')
    },
  )

  test('after the server closed the idle socket', async () => {
    const server = await secondTurn(async (server) => {
      server.closeSockets()
      await server.sockets[0]?.closed
    })
    expect(server.sockets).toHaveLength(2)
  })

  test('where the socket is cut as it is used', async () => {
    const server = await secondTurn((server) => server.answer({ type: 'reset' }))
    expect(ways(server)).toEqual(['websocket', 'websocket', 'websocket'])
  })
})

describe('failures as over HTTP', () => {
  test('a usage limit, at the upgrade and in a message', async () => {
    const body = {
      error: { type: 'usage_limit_reached', message: 'Used up.', plan_type: 'plus', resets_in_seconds: 60 },
    }
    for (const place of ['upgrade', 'message'] as const) {
      const { server, ask } = await start()
      const answer = {
        type: 'error',
        status: 429,
        body,
        headers: { 'x-codex-primary-used-percent': '100' },
      } as const
      if (place === 'upgrade') server.answerUpgrade(answer)
      else server.answer(answer)
      await expect(ask('hi')).rejects.toMatchObject({
        name: 'AI_APICallError',
        statusCode: 429,
        isRetryable: false,
        planType: 'plus',
        resetsAt: expect.any(Date),
      })
    }
  })

  test('a 401 at the upgrade renews the login once', async () => {
    const server = await startCodexServer()
    onTestFinished(() => server.close())
    const login = server.login()
    server.revokeAccessToken(login.tokens.access_token)
    const { access_token: accessToken, refresh_token: refreshToken } = login.tokens
    const codex = createCodex({
      baseURL: server.baseURL,
      issuer: server.issuer,
      auth: { accessToken, refreshToken },
      instructions: DEFAULT_INSTRUCTIONS,
      transport: 'websocket',
    })
    const { text } = await generateText({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 0 })
    expect(text).toBe('You said: hi')
    expect(server.sockets.map(({ status }) => status)).toEqual([401, 101])
    expect(server.tokenRequests).toHaveLength(1)
  })

  test.each([
    { name: 'a cut', answer: { type: 'text', text: 'half of it', stopAfter: 6, end: 'reset' } },
    { name: 'a close', answer: { type: 'text', text: 'half of it', stopAfter: 6 } },
  ] as const)('$name in the middle is an error, and nothing is sent again', async ({ answer }) => {
    const { server, codex } = await start()
    server.answer(answer)
    const errors: unknown[] = []
    const { fullStream } = streamText({ model: codex('gpt-5.5'), prompt: 'hi', onError: () => {} })
    for await (const part of fullStream) if (part.type === 'error') errors.push(part.error)
    expect(errors).toMatchObject([
      { statusCode: 200, isRetryable: true, message: expect.stringContaining('cut') },
    ])
    expect(server.responseRequests).toHaveLength(1)
  })

  test('silence before the first event runs into timeouts.response, later into timeouts.idle', async () => {
    const { server, ask } = await start({ timeouts: { response: 300, idle: 300 } })
    server.answer({ type: 'hang' }, { type: 'text', text: 'half', stopAfter: 3, end: 'hang' })
    await expect(ask('hi')).rejects.toThrow('timeouts.response')
    await expect(ask('hi')).rejects.toThrow('timeouts.idle')
    expect(await Promise.all(server.sockets.map(({ closed }) => closed))).toEqual([1006, 1006])
  })

  test('an abort drops the socket and rejects with its reason', async () => {
    const { server, ask } = await start()
    server.answer({ type: 'text', text: 'half', stopAfter: 3, end: 'hang' })
    const controller = new AbortController()
    const arrived = server.nextRequest('/responses')
    const call = ask('hi', { abortSignal: controller.signal })
    await arrived
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(call).rejects.toBe(reason)
    expect(await server.sockets[0]?.closed).toBe(1006)
  })

  test('a flat error message is an error', async () => {
    const { server, ask } = await start()
    server.answer({ type: 'events', events: [{ type: 'error', code: 'server_error', message: 'Broken.' }] })
    await expect(ask('hi')).rejects.toMatchObject({ message: expect.stringContaining('Broken.') })
  })
})
