import { request as httpRequest } from 'node:http'
import { get as httpsGet } from 'node:https'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startCodexServer } from '../../src/testing/server.ts'
import type { JsonObject } from '../../src/testing/types.ts'
import { makeCertificate } from './certificate.ts'
import { ask, classic, eventsIn, identity, post, textOf, useServer } from './support.ts'

/** The status that answers an attempt to open a WebSocket. */
function upgrade(url: string, headers: Record<string, string | undefined>): Promise<number | undefined> {
  const handshake = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
  const given = Object.entries({ ...headers, ...handshake }).filter(([, value]) => value !== undefined)
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers: Object.fromEntries(given), agent: false })
      .once('response', (response) => resolve(response.resume().statusCode))
      .once('upgrade', (_, socket) => {
        socket.destroy()
        reject(new Error('The WebSocket was opened'))
      })
      .once('error', reject)
      .end()
  })
}

/** The chunks of a body as they come. */
async function chunksOf(response: Response): Promise<string[]> {
  const decoder = new TextDecoder()
  const chunks: string[] = []
  for await (const chunk of response.body ?? []) chunks.push(decoder.decode(chunk, { stream: true }))
  return chunks
}

describe('scripted answers', () => {
  const server = useServer()

  it('are given in their order, then the small model speaks', async () => {
    server().answer({ type: 'text', text: 'one' }, { type: 'text', text: 'two' })
    const texts = [
      await ask(server(), classic()),
      await ask(server(), classic()),
      await ask(server(), classic()),
    ]
    expect(texts.map(textOf)).toEqual(['one', 'two', 'You said: hello there'])
  })

  it('carry the headers of the backend unless they say otherwise', async () => {
    server().answer({ type: 'text', text: 'x', headers: { 'x-request-id': 'req_1', 'x-models-etag': '' } })
    const { headers } = await post(server(), classic())
    expect(headers.get('content-type')).toBe('text/event-stream')
    expect(headers.get('x-codex-primary-used-percent')).toBe('12')
    expect(headers.get('x-codex-plan-type')).toBe('plus')
    expect(headers.get('x-codex-turn-state')).toMatch(/^ts_/)
    expect(headers.get('x-request-id')).toBe('req_1')
    expect(headers.get('x-models-etag')).toBeNull()
  })

  it('end after as many events as they say', async () => {
    server().answer({ type: 'text', text: 'one two', stopAfter: 5 })
    const events = eventsIn(await (await post(server(), classic())).text())
    expect(events).toHaveLength(5)
    expect(events.at(-1)).toMatchObject({ type: 'response.output_text.delta', delta: 'one' })
  })

  it.each(['\n', '\r\n', '\r'] as const)('end their lines with %j', async (eol) => {
    server().answer({ type: 'events', events: [{ type: 'a', n: 1 }], eol })
    const text = await (await post(server(), classic())).text()
    expect(text).toBe(`event: a${eol}data: {"type":"a","n":1}${eol}${eol}`)
  })

  it('leave out event lines', async () => {
    server().answer({ type: 'events', events: [{ type: 'a' }], eventLines: false })
    expect(await (await post(server(), classic())).text()).toBe('data: {"type":"a"}\n\n')
  })

  it('cut a stream into bytes without harm to it', async () => {
    server().answer({ type: 'text', text: 'héllo 你好 👋', chunk: 1 })
    const chunks = await chunksOf(await post(server(), classic()))
    expect(chunks.length).toBeGreaterThan(100)
    expect(textOf(eventsIn(chunks.join('')))).toBe('héllo 你好 👋')
  })

  it('play errors and raw bytes of any kind', async () => {
    server().answer(
      { type: 'error', status: 429, body: { error: { type: 'x' } }, headers: { 'retry-after': '1' } },
      { type: 'error', status: 502, body: '' },
      {
        type: 'raw',
        chunks: ['<html>', new TextEncoder().encode('</html>')],
        headers: { 'content-type': '' },
      },
    )
    const limited = await post(server(), classic())
    expect([limited.status, limited.headers.get('retry-after'), await limited.json()]).toEqual([
      429,
      '1',
      { error: { type: 'x' } },
    ])
    expect((await post(server(), classic())).status).toBe(502)
    const raw = await post(server(), classic())
    expect([raw.headers.get('content-type'), await raw.text()]).toEqual([null, '<html></html>'])
  })

  it('let the caller set the pace', async () => {
    let goOn = () => {}
    const gate = new Promise<void>((resolve) => {
      goOn = resolve
    })
    async function* chunks() {
      yield 'first'
      await gate
      yield 'second'
    }
    server().answer({ type: 'raw', chunks: chunks() })
    const reader = (await post(server(), classic())).body?.getReader()
    const read = async () => Buffer.from((await reader?.read())?.value ?? []).toString()
    expect(await read()).toBe('first')
    goOn()
    expect(await read()).toBe('second')
    expect((await reader?.read())?.done).toBe(true)
  })

  it('reset the connection before any byte, and after the last', async () => {
    server().answer({ type: 'reset' }, { type: 'text', text: 'half', end: 'reset' })
    await expect(post(server(), classic())).rejects.toThrow()
    const response = await post(server(), classic())
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
    const [first, second] = server().responseRequests
    expect([await first?.closed, first?.status]).toEqual(['aborted', undefined])
    expect([await second?.closed, second?.status]).toEqual(['aborted', 200])
  })
})

describe('recorded requests', () => {
  const server = useServer()

  it('tell what was sent and answered', async () => {
    await (await post(server(), classic(), { 'x-a': 'b' })).text()
    const [record] = server().requests
    expect(record).toMatchObject({
      method: 'POST',
      path: '/backend-api/codex/responses',
      headers: { 'x-a': 'b', version: '0.169.0' },
      json: { model: 'gpt-5.5' },
      status: 200,
      refusedBy: undefined,
    })
    expect(JSON.parse(record?.text ?? '')).toEqual(record?.json)
    expect(await record?.closed).toBe('finished')
  })

  it('tell that the client went away before any answer', async () => {
    server().answer({ type: 'hang' })
    const abort = new AbortController()
    const next = server().nextRequest('/responses')
    const asked = post(server(), classic(), {}, { signal: abort.signal })
    const record = await next
    abort.abort()
    await expect(asked).rejects.toThrow()
    expect([await record.closed, record.status]).toEqual(['aborted', undefined])
  })

  it('tell that the client went away from a silent stream', async () => {
    server().answer({ type: 'events', events: [{ type: 'response.created' }], end: 'hang' })
    const abort = new AbortController()
    const response = await post(server(), classic(), {}, { signal: abort.signal })
    await response.body?.getReader().read()
    abort.abort()
    expect(await server().requests[0]?.closed).toBe('aborted')
  })

  it('end the source of a raw answer when the client goes away', async () => {
    let ended = () => {}
    const end = new Promise<void>((resolve) => {
      ended = resolve
    })
    async function* chunks() {
      try {
        for (let n = 0; ; n++) yield `${n}\n`
      } finally {
        ended()
      }
    }
    server().answer({ type: 'raw', chunks: chunks() })
    const abort = new AbortController()
    const response = await post(server(), classic(), {}, { signal: abort.signal })
    await response.body?.getReader().read()
    abort.abort()
    await end
    expect(await server().requests[0]?.closed).toBe('aborted')
  })

  it('are forgotten on reset, with answers and logins', async () => {
    const login = server().login()
    server().answer({ type: 'text', text: 'old' })
    server().reset()
    expect((await post(server(), classic(), identity(login))).status).toBe(401)
    expect(textOf(await ask(server(), classic()))).toBe('You said: hello there')
    expect(server().requests).toHaveLength(2)
  })
})

describe('the other paths of the backend', () => {
  const now = 1_800_000_000_000
  const server = useServer({ now: () => now })
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${server().url}/backend-api${path}`, { headers: { ...identity(server().login()), ...headers } })

  it('lists the models that the client version may use, with an ETag', async () => {
    const response = await get('/codex/models?client_version=0.169.0')
    const { models } = (await response.json()) as { models: Array<{ slug: string }> }
    expect(models.map(({ slug }) => slug)).toEqual([
      'gpt-6.1-terra',
      'gpt-6.1-sol',
      'gpt-6-astra',
      'gpt-6-sol',
      'gpt-6-luna',
      'gpt-5.6-sol',
      'gpt-5.6-terra',
      'gpt-5.6-luna',
      'gpt-5.5',
      'codex-auto-review',
    ])
    const etag = response.headers.get('etag') ?? ''
    expect(etag).toMatch(/^W\/"/)
    expect((await get('/codex/models?client_version=0.169.0', { 'if-none-match': etag })).status).toBe(304)
    const older = await get('/codex/models?client_version=0.150.0', { 'if-none-match': etag })
    expect(((await older.json()) as { models: unknown[] }).models).toHaveLength(5)
    const told = async (version: string) =>
      (await post(server(), classic(), { version })).headers.get('x-models-etag')
    expect(await told('0.169.0')).toBe(etag)
    expect(await told('0.150.0')).toBe(older.headers.get('etag'))
  })

  it('wants a version and a login', async () => {
    expect((await get('/codex/models')).status).toBe(400)
    expect((await get('/codex/models?client_version=0.169.0', { authorization: 'Bearer x' })).status).toBe(
      401,
    )
    expect((await get('/wham/usage', { authorization: 'Bearer x' })).status).toBe(401)
  })

  it('describes models as the Codex CLI reads them', async () => {
    const response = await get('/codex/models?client_version=0.169.0')
    const { models } = (await response.json()) as { models: JsonObject[] }
    expect(models.find(({ slug }) => slug === 'gpt-5.5')).toMatchObject({
      supported_reasoning_levels: ['low', 'medium', 'high', 'xhigh'].map((effort) => ({
        effort,
        description: expect.any(String),
      })),
      service_tiers: [{ id: 'priority', name: 'Fast', description: expect.any(String) }],
      model_messages: { instructions_template: expect.stringContaining('{{ personality }}') },
      use_responses_lite: false,
    })
  })

  it.each([
    { kind: 'an ordinary account', authClaims: {}, override: 'NO_CONSTRAINT' },
    { kind: 'a FedRAMP account', authClaims: { chatgpt_account_is_fedramp: true }, override: 'us_cr' },
  ])('says where the requests of $kind go', async ({ authClaims, override }) => {
    const login = server().login({ accountId: 'acct-7', planType: 'team', authClaims })
    const response = await get('/wham/accounts/check', identity(login))
    expect(await response.json()).toEqual({
      accounts: [
        {
          id: 'acct-7',
          name: 'Personal',
          structure: 'personal',
          plan_type: 'team',
          workspace_backend_origin: 'NO_CONSTRAINT',
          account_routing_override: override,
        },
      ],
      account_ordering: ['acct-7'],
      default_account_id: 'acct-7',
    })
  })

  it('wants a login of that workspace before it says where requests go', async () => {
    expect((await get('/wham/accounts/check', { authorization: 'Bearer x' })).status).toBe(401)
    expect((await get('/wham/accounts/check', { 'chatgpt-account-id': 'acct-other' })).status).toBe(403)
    expect(server().requests.map(({ refusedBy }) => refusedBy)).toEqual(['access-unknown', 'account'])
  })

  it.each([
    { token: 'good', status: 426 },
    { token: 'bad', status: 401 },
  ])(
    'sends a WebSocket with a $token token away with $status, where none is spoken',
    async ({ token, status }) => {
      const deaf = await startCodexServer({ webSocket: false })
      onTestFinished(() => deaf.close())
      const login = identity(deaf.login())
      const authorization = token === 'good' ? login.authorization : 'Bearer x'
      expect(await upgrade(`${deaf.baseURL}/responses`, { ...login, authorization })).toBe(status)
    },
  )

  it('tells what is left of the plan', async () => {
    expect(await (await get('/wham/usage')).json()).toMatchObject({
      plan_type: 'plus',
      rate_limit: {
        allowed: true,
        primary_window: { used_percent: 12, limit_window_seconds: 18_000, reset_at: now / 1000 + 7200 },
      },
      credits: { has_credits: false },
    })
  })

  it('plays answers in line for a path', async () => {
    server().answerPath('/models', { type: 'error', status: 503, body: 'later' })
    expect((await get('/codex/models?client_version=0.169.0')).status).toBe(503)
    expect((await get('/codex/models?client_version=0.169.0')).status).toBe(200)
  })

  it('knows no other path or method', async () => {
    expect((await get('/codex/other')).status).toBe(404)
    expect((await get('/codex/responses')).status).toBe(405)
  })
})

describe('TLS', () => {
  it('is spoken where there is a key', async () => {
    const { key, cert, ca } = makeCertificate()
    const server = await startCodexServer({ tls: { key, cert } })
    expect(server.url).toMatch(/^https:/)
    const status = await new Promise((resolve, reject) => {
      const url = `${server.baseURL}/models`
      httpsGet(url, { ca, agent: false }, (response) => resolve(response.resume().statusCode)).once(
        'error',
        reject,
      )
    })
    expect(status).toBe(401)
    await server.close()
  })

  it('is not started with a bad key', async () => {
    await expect(startCodexServer({ tls: { key: 'no key', cert: 'no certificate' } })).rejects.toThrow()
  })
})

it('closes although connections are open', async () => {
  const server = await startCodexServer()
  server.answer({ type: 'hang' })
  const next = server.nextRequest('/responses')
  const asked = post(server, classic()).catch((error: unknown) => error)
  await next
  await server.close()
  expect(await asked).toBeInstanceOf(Error)
  await server.close()
})

it('lives on when a client goes away in the middle of its body', async () => {
  const server = await startCodexServer()
  const request = httpRequest(`${server.baseURL}/responses`, {
    method: 'POST',
    headers: { 'content-length': '99' },
  })
  const gone = new Promise((resolve) => request.once('error', resolve).once('close', resolve))
  request.write('{', () => request.destroy())
  await gone
  expect(textOf(await ask(server, classic()))).toBe('You said: hello there')
  await server.close()
})
