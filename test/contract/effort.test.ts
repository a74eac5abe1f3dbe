import { describe, expect } from 'vitest'
import { WebSocket } from 'ws'
import type { JsonObject } from '../../src/testing/types.ts'
import {
  bodyOf,
  CREATED,
  callDone,
  completed,
  events,
  message,
  reasoningDone,
} from '../adapters/v1/support.ts'
import type { AskMessage, AskTool } from './support/ask.ts'
import { eachAI, eachRequest, eachWay, OVER_HTTP, refusals, turnOf, wayOf } from './support/contract.ts'

const user = (text: string): AskMessage => ({ role: 'user', content: [{ type: 'text', text }] })
const given = (messages: readonly unknown[]): AskMessage => ({ role: 'given', messages })
const change = (effort: string): JsonObject => ({ type: 'configuration_update', reasoning: { effort } })
const effort = (reasoningEffort: string) => ({ codex: { reasoningEffort } })

/** The types of the items, and the efforts of the changes. */
const outline = (items: readonly JsonObject[]): unknown[] =>
  items.map((item) => (item.type === 'configuration_update' ? item : (item.role ?? item.type)))

const add: AskTool = {
  schema: { type: 'object', properties: {}, additionalProperties: false },
  execute: () => 3,
}

describe('the effort changes inside a conversation', () => {
  eachWay('a change goes as an item, and what was sent before stays', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const model = codex('gpt-6.2-sol')
    const one = await ask({ model, messages: [user('one')] })
    const two = await ask({
      model,
      messages: [user('one'), given(one.messages), user('two')],
      providerOptions: effort('high'),
    })
    const history = [user('one'), given(one.messages), user('two'), given(two.messages)]
    const three = await ask({
      model,
      messages: [...history, user('three')],
      providerOptions: effort('high'),
    })
    const four = await ask({
      model,
      messages: [...history, user('three'), given(three.messages), user('four')],
    })
    for (const seen of [one, two, three, four]) expect(seen).toMatchObject({ errors: [], warnings: [] })
    expect(refusals(server)).toEqual([])

    expect(outline(turnOf(bodyOf(server, 3)))).toEqual([
      ...['user', 'reasoning', 'assistant'],
      ...['user', change('high'), 'reasoning', 'assistant'],
      ...['user', 'reasoning', 'assistant'],
      ...['user', change('low')],
    ])
    const steps = server.responseRequests.map(({ text, json }) => {
      const input = JSON.stringify(json?.input)
      const at = text.indexOf(input)
      expect(at).toBeGreaterThan(0)
      return { head: text.slice(0, at), items: input.slice(0, -1), rest: text.slice(at + input.length) }
    })
    for (const [index, { head, items, rest }] of steps.entries()) {
      const before = steps[index - 1]
      if (!before) continue
      expect(items.startsWith(before.items)).toBe(true)
      expect([head, rest]).toEqual([before.head, before.rest])
    }
    expect(bodyOf(server, 3).reasoning).toEqual({ effort: 'low', summary: 'auto', context: 'all_turns' })
  })

  eachRequest('it survives JSON, and a turn with tools', async ({ ask, start }) => {
    const { codex, server } = await start()
    const model = codex('gpt-6.1-sol')
    server.answer(
      events(CREATED, reasoningDone(0, 'ENC1', ['Look.']), message('One.', 1), completed()),
      events(
        CREATED,
        reasoningDone(0, 'ENC2', ['Add.']),
        callDone(1, { callId: 'call_1', name: 'add', arguments: '{}' }),
        completed(),
      ),
      events(CREATED, reasoningDone(0, 'ENC3'), message('Three.', 1), completed()),
    )
    const one = await ask({ model, messages: [user('one')], providerOptions: effort('medium') })
    const stored = JSON.parse(JSON.stringify(one.messages))
    const two = await ask({
      model,
      messages: [user('one'), given(stored), user('two')],
      tools: { add },
      maxSteps: 3,
      providerOptions: effort('xhigh'),
    })
    await ask({
      model,
      messages: [
        user('one'),
        given(stored),
        user('two'),
        given(JSON.parse(JSON.stringify(two.messages))),
        user('x'),
      ],
      tools: { add },
      providerOptions: effort('xhigh'),
    })
    const body = bodyOf(server, 3)
    expect(outline(turnOf(body))).toEqual([
      ...['user', 'reasoning', 'assistant'],
      ...['user', change('xhigh'), 'reasoning', 'function_call', 'function_call_output'],
      ...['reasoning', 'assistant', 'user'],
    ])
    expect(body.reasoning).toMatchObject({ effort: 'medium' })
    expect(refusals(server)).toEqual([])
  })

  eachRequest('other models state it in `reasoning`', async ({ ask, start }) => {
    const { codex, server } = await start()
    for (const id of ['gpt-6-sol', 'gpt-5.5']) {
      const one = await ask({ model: codex(id), messages: [user('one')] })
      await ask({
        model: codex(id),
        messages: [user('one'), given(one.messages), user('two')],
        providerOptions: effort('high'),
      })
    }
    const sent = server.responseRequests.map(({ json }) => json as { input: JsonObject[]; reasoning: object })
    expect(sent.map(({ reasoning }) => reasoning)).toMatchObject([
      { effort: 'medium' },
      { effort: 'high' },
      { effort: 'medium' },
      { effort: 'high' },
    ])
    expect(sent.flatMap(({ input }) => input).filter(({ type }) => type === 'configuration_update')).toEqual(
      [],
    )
    expect(refusals(server)).toEqual([])
  })

  eachRequest('a history that another model or app wrote states no effort', async ({ ask, start }) => {
    const { codex, server } = await start()
    await ask({
      model: codex('gpt-6.2-sol'),
      messages: [
        user('one'),
        { role: 'assistant', content: [{ type: 'text', text: 'One.' }] },
        {
          role: 'assistant',
          content: [{ type: 'text', text: 'Two.', providerOptions: { codex: { effort: 'enormous' } } }],
        },
        user('two'),
      ],
      providerOptions: effort('high'),
    })
    const body = bodyOf(server)
    expect(body.reasoning).toMatchObject({ effort: 'high' })
    expect(body.input.filter(({ type }) => type === 'configuration_update')).toEqual([])
  })

  eachAI('over a WebSocket, only what is new goes out', async ({ ai, start }) => {
    const { ask } = wayOf(ai, 'stream')
    const { codex, server } = await start({ transport: 'websocket', webSocket: WebSocket })
    const model = codex('gpt-6.2-sol')
    const one = await ask({ model, messages: [user('one')] })
    await ask({
      model,
      messages: [user('one'), given(one.messages), user('two')],
      providerOptions: effort('high'),
    })
    const [socket] = server.sockets
    expect(server.sockets).toHaveLength(1)
    expect(socket?.messages[1]).toMatchObject({ previous_response_id: expect.any(String) })
    expect(outline(socket?.messages[1]?.input as JsonObject[])).toEqual(['user', change('high')])
    expect(refusals(server)).toEqual([])
  })

  eachRequest('a backend that takes no such item gets the effort in `reasoning`', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const model = codex('gpt-6.2-sol')
    const one = await ask({ model, messages: [user('one')] })
    const refused = {
      error: {
        message: "Invalid value: 'configuration_update'. Supported values are: 'message' and 'reasoning'.",
        type: 'invalid_request_error',
        param: 'input[5].type',
        code: 'invalid_value',
      },
    }
    server.answer({ type: 'error', status: 400, body: refused })
    const messages = [user('one'), given(one.messages), user('two')]
    const two = await ask({ model, messages, providerOptions: effort('high') })
    expect(two).toMatchObject({ errors: [], warnings: [] })
    await ask({ model, messages, providerOptions: effort('high') })
    const sent = server.responseRequests.map(({ json }) => json as { input: JsonObject[]; reasoning: object })
    expect(sent.map(({ input }) => input.some(({ type }) => type === 'configuration_update'))).toEqual([
      false,
      true,
      false,
      false,
    ])
    expect(sent.at(-1)?.reasoning).toMatchObject({ effort: 'high' })
  })
})
