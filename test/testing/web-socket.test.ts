import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { JsonObject } from '../../src/testing/types.ts'
import { classic, identity, user, useServer } from './support.ts'

const BETA = { 'openai-beta': 'responses_websockets=2026-02-06' }
const TERMINAL = ['response.completed', 'response.failed', 'response.incomplete', 'error']

describe('the WebSocket of the stand-in', () => {
  const server = useServer()

  /** Opens a socket and collects the events of one response at a time. */
  async function open(headers: Record<string, string | undefined> = {}) {
    const { 'content-type': _, ...login } = identity(server().login())
    const given = Object.entries({ ...login, ...BETA, ...headers }).filter(([, value]) => value !== undefined)
    const address = `${server().baseURL.replace('http', 'ws')}/responses`
    const socket = new WebSocket(address, { headers: Object.fromEntries(given) as Record<string, string> })
    await once(socket, 'open')
    const ask = (message: JsonObject | string) => {
      const events: JsonObject[] = []
      const ended = new Promise<JsonObject[]>((resolve) => {
        const onMessage = (data: unknown) => {
          const event = JSON.parse(String(data)) as JsonObject
          events.push(event)
          if (TERMINAL.includes(String(event.type))) finish()
        }
        const finish = () => {
          socket.off('message', onMessage)
          socket.off('close', finish)
          resolve(events)
        }
        socket.on('message', onMessage).once('close', finish)
      })
      socket.send(typeof message === 'string' ? message : JSON.stringify(message))
      return ended
    }
    return { socket, ask }
  }

  const create = (fields: JsonObject = {}) => ({ type: 'response.create', ...classic(fields) })
  const idOf = (events: readonly JsonObject[]) => (events.at(-1)?.response as JsonObject | undefined)?.id
  const codeOf = (events: readonly JsonObject[]) => (events.at(-1)?.error as JsonObject | undefined)?.code

  test('answers a request as over HTTP, and keeps the conversation for the next', async () => {
    const { ask } = await open()
    server().answer({ type: 'text', text: 'one' })
    const first = await ask(create())
    expect(first.at(-1)?.type).toBe('response.completed')
    const second = await ask(create({ previous_response_id: idOf(first), input: [user('more')] }))
    expect(second.at(-1)?.type).toBe('response.completed')
    const [before, continued] = server().responseRequests
    expect(await Promise.all([before?.closed, continued?.closed])).toEqual(['finished', 'finished'])
    expect(continued).toMatchObject({ transport: 'websocket', status: 200, refusedBy: undefined })
    expect(continued?.json?.input).toEqual([
      user('hello there'),
      {
        type: 'message',
        status: 'completed',
        role: 'assistant',
        phase: 'final_answer',
        content: [{ type: 'output_text', text: 'one', annotations: [], logprobs: [] }],
      },
      user('more'),
    ])
    expect(server().sockets).toMatchObject([{ status: 101, messages: [{}, { input: [user('more')] }] }])
  })

  test('many requests on one socket add no listeners', async () => {
    const warnings: Error[] = []
    const note = (warning: Error) => void warnings.push(warning)
    process.on('warning', note)
    const { ask } = await open()
    for (let n = 0; n < 12; n++) await ask(create())
    // A warning is emitted in the next tick.
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', note)
    expect(warnings).toEqual([])
  })

  test('a warm-up gives an id to go on from', async () => {
    const { ask } = await open()
    const warm = await ask(create({ generate: false, input: [] }))
    expect(warm.map(({ type }) => type)).toEqual(['response.created', 'response.completed'])
    const events = await ask(create({ previous_response_id: idOf(warm) }))
    expect(events.at(-1)?.type).toBe('response.completed')
  })

  test.each<{ name: string; fields: (id: unknown) => JsonObject; code: string }>([
    {
      name: 'another id',
      fields: () => ({ previous_response_id: 'resp_other' }),
      code: 'previous_response_not_found',
    },
    {
      name: 'another field',
      fields: (id) => ({ previous_response_id: id, reasoning: { effort: 'high' } }),
      code: 'previous_response_changed',
    },
  ])('a continuation with $name is refused, and ends the conversation', async ({ fields, code }) => {
    const { ask } = await open()
    const id = idOf(await ask(create()))
    expect(codeOf(await ask(create({ input: [user('more')], ...fields(id) })))).toBe(code)
    expect(codeOf(await ask(create({ previous_response_id: id })))).toBe('previous_response_not_found')
  })

  test.each<{ name: string; message: JsonObject | string; status: number }>([
    { name: 'no JSON', message: 'hello', status: 400 },
    { name: 'another type', message: { ...create(), type: 'response.cancel' }, status: 400 },
    { name: 'a body that is refused over HTTP', message: create({ store: true }), status: 400 },
  ])('$name is an error message', async ({ message, status }) => {
    const { ask } = await open()
    expect((await ask(message)).at(-1)).toMatchObject({ type: 'error', status })
  })

  test('a second request before the end of the first is an error', async () => {
    const { ask } = await open()
    server().answer({ type: 'text', text: 'never whole', stopAfter: 2, end: 'hang' })
    void ask(create())
    expect(codeOf(await ask(create()))).toBe('response_in_progress')
  })

  test('plays errors, bytes, closings and cuts', async () => {
    const failed = await open()
    server().answer({
      type: 'error',
      status: 429,
      body: { error: { code: 'slow' } },
      headers: { 'retry-after': '1' },
    })
    expect(await failed.ask(create())).toEqual([
      { type: 'error', status: 429, error: { code: 'slow' }, headers: { 'retry-after': '1' } },
    ])
    server().answer({
      type: 'raw',
      chunks: ['event: x\ndata: {"type":"a"}\n\nda', 'ta: {"type":"b"}\n\ndata: [DONE]\n\n'],
    })
    const closed = once(failed.socket, 'close')
    expect(await failed.ask(create())).toEqual([
      { type: 'response.metadata', headers: expect.any(Object) },
      { type: 'a' },
      { type: 'b' },
    ])
    expect((await closed)[0]).toBe(1011)

    const shut = await open()
    server().answer({ type: 'close', code: 1009 })
    void shut.ask(create())
    expect((await once(shut.socket, 'close'))[0]).toBe(1009)

    const cut = await open()
    server().answer({ type: 'reset' })
    void cut.ask(create())
    expect((await once(cut.socket, 'close'))[0]).toBe(1006)
    expect(await Promise.all(server().sockets.map(({ closed }) => closed))).toEqual([1011, 1009, 1006])
    expect(await Promise.all(server().responseRequests.map(({ closed }) => closed))).toEqual([
      'finished',
      'aborted',
      'aborted',
      'aborted',
    ])
  })

  test.each<{ name: string; headers: Record<string, string | undefined>; status: number }>([
    { name: 'no token', headers: { authorization: undefined }, status: 401 },
    { name: 'another account', headers: { 'chatgpt-account-id': 'acct-other' }, status: 403 },
    { name: 'no beta header', headers: { 'openai-beta': undefined }, status: 400 },
    { name: 'a header of requests', headers: { 'x-codex-turn-state': 'ts' }, status: 400 },
  ])('an opening with $name is refused with $status', async ({ headers, status }) => {
    await expect(open(headers)).rejects.toThrow(`Unexpected server response: ${status}`)
    expect(server().sockets).toMatchObject([{ status }])
  })

  test('openings take the answers in line, and a binary message closes', async () => {
    server().answerUpgrade({ type: 'error', status: 503, body: 'busy' }, { type: 'reset' })
    await expect(open()).rejects.toThrow('503')
    await expect(open()).rejects.toThrow('hang up')
    const { socket } = await open()
    socket.send(Buffer.from('{}'))
    expect((await once(socket, 'close'))[0]).toBe(1003)
  })

  test('closes its sockets when it is asked to, and when it stops', async () => {
    const { socket } = await open()
    server().closeSockets(1012)
    expect((await once(socket, 'close'))[0]).toBe(1012)
  })
})
