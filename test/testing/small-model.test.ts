import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/testing/types.ts'
import {
  ask,
  call,
  classic,
  developer,
  itemsOf,
  LITE,
  lite,
  output,
  textOf,
  user,
  useServer,
  weather,
} from './support.ts'

const time: JsonObject = {
  type: 'function',
  name: 'get_time',
  strict: false,
  parameters: { type: 'object', properties: {} },
}
const both = 'What do get_weather and get_time say in Paris for 3 days?'

describe('the small model', () => {
  const server = useServer()
  const items = async (fields: JsonObject) => itemsOf(await ask(server(), classic(fields)))
  const calls = async (fields: JsonObject) =>
    (await items(fields)).filter(({ type }) => type === 'function_call').map(({ name }) => name)

  it('lives through all events of a text answer, numbered without a gap', async () => {
    const events = await ask(server(), classic())
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, n) => n))
    const types = events.map(({ type }) => String(type).replace('response.', ''))
    expect(types.filter((type, n) => type !== types[n - 1])).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ])
    expect(types.filter((type) => type === 'output_text.delta').length).toBeGreaterThan(2)
    expect(textOf(events)).toBe('You said: hello there')
    expect(itemsOf(events)).toMatchObject([
      {
        type: 'reasoning',
        encrypted_content: expect.stringMatching(/^gAAAA/),
        summary: [{ type: 'summary_text' }],
      },
      {
        type: 'message',
        phase: 'final_answer',
        status: 'completed',
        content: [{ text: 'You said: hello there' }],
      },
    ])
    const { response } = events.at(-1) as { response: { usage: Record<string, number> } }
    expect(response).toMatchObject({ status: 'completed', model: 'gpt-5.5', output: [] })
    const { input_tokens, output_tokens, total_tokens } = response.usage
    expect(total_tokens).toBe(Number(input_tokens) + Number(output_tokens))
  })

  it('thinks only when asked to, and shows it only when asked to', async () => {
    const silent = await items({ reasoning: { effort: 'low' }, include: [] })
    expect(silent[0]).toEqual({ type: 'reasoning', id: expect.stringMatching(/^rs_/), summary: [] })
    const none = await items({ model: 'brand-new-model', reasoning: { effort: 'none' } })
    expect(none.map(({ type }) => type)).toEqual(['message'])
  })

  it('calls the tools that the prompt names, at once, with values from the prompt', async () => {
    const found = await items({ tools: [weather, time, { ...time, name: 'time' }], input: [user(both)] })
    expect(found.slice(1)).toMatchObject([
      {
        name: 'get_weather',
        arguments: '{"city":"Paris","days":3}',
        call_id: expect.stringMatching(/^call_/),
      },
      { name: 'get_time', arguments: '{}' },
    ])
    expect(found).toHaveLength(3)
  })

  it('calls them one by one where it may not call them at once', async () => {
    const fields = { tools: [weather, time], parallel_tool_calls: false }
    expect(await calls({ ...fields, input: [user(both)] })).toEqual(['get_weather'])
    const first = [user(both), call('c1'), output('c1', 'sun')]
    expect(await calls({ ...fields, input: first })).toEqual(['get_time'])
    const second = [...first, call('c2', 'get_time'), output('c2', [{ type: 'input_text', text: 'noon' }])]
    const events = await ask(server(), classic({ ...fields, input: second }))
    expect(textOf(events)).toBe('get_weather returned: sun\nget_time returned: noon')
  })

  it.each([
    ['none', [], []],
    ['auto', ['get_weather', 'get_time'], []],
    ['required', ['get_weather', 'get_time'], ['get_weather']],
    [{ type: 'function', name: 'get_time' }, ['get_time'], ['get_time']],
  ])('obeys tool_choice %j', async (tool_choice, named, unnamed) => {
    const fields = { tools: [weather, time], tool_choice }
    expect(await calls({ ...fields, input: [user(both)] })).toEqual(named)
    expect(await calls({ ...fields, input: [user('hi')] })).toEqual(unnamed)
    const done = [user('hi'), call('c1'), output('c1', 'sun')]
    expect(await calls({ ...fields, input: done })).toEqual([])
  })

  it('searches once for tools, where the prompt names none that it has', async () => {
    const find: JsonObject = { type: 'tool_search', execution: 'client', description: 'F.', parameters: {} }
    const [search] = (await items({ tools: [find], input: [user('Use get_time')] })).slice(-1)
    expect(search).toMatchObject({
      type: 'tool_search_call',
      execution: 'client',
      arguments: { query: 'Use get_time' },
    })
    const called = {
      type: 'tool_search_call',
      call_id: 's',
      status: 'completed',
      execution: 'client',
      arguments: {},
    }
    const found = (tools: JsonObject[]) => [
      user('Use get_time'),
      called,
      { ...called, type: 'tool_search_output', arguments: undefined, tools },
    ]
    expect(await calls({ tools: [find], input: found([time]) })).toEqual(['get_time'])
    expect((await items({ tools: [find], input: found([]) })).map(({ type }) => type)).not.toContain(
      'tool_search_call',
    )
  })

  it('calls custom and grouped tools in both shapes', async () => {
    const tools = [
      { type: 'custom', name: 'exec', format: { type: 'text' } },
      { type: 'namespace', name: 'functions', tools: [time] },
    ]
    const input = [{ type: 'additional_tools', role: 'developer', tools }, developer('x'), user('exec now')]
    const [, first] = itemsOf(await ask(server(), lite({ input }), LITE))
    expect(first).toMatchObject({ type: 'custom_tool_call', name: 'exec', input: 'exec now' })
    const [, second] = await items({ tools, input: [user('get_time')] })
    expect(second).toMatchObject({ type: 'function_call', name: 'get_time', namespace: 'functions' })
  })

  it('fills the schema that is asked for', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, tags: { type: 'array', items: { enum: ['a'] } } },
      required: ['city', 'tags'],
      additionalProperties: false,
    }
    const text = { format: { type: 'json_schema', name: 'x', strict: true, schema } }
    const events = await ask(server(), classic({ text, input: [user('A town in Spain')] }))
    expect(JSON.parse(textOf(events))).toEqual({ city: 'Spain', tags: ['a'] })
  })

  it('tells how many images it saw', async () => {
    const picture = (type: string) => ({ type: 'input_image', image_url: `data:${type};base64,aaaa` })
    const content = [{ type: 'input_text', text: 'look' }, picture('image/png'), picture('image/webp')]
    const events = await ask(server(), classic({ input: [{ role: 'user', content }] }))
    expect(textOf(events)).toBe('You said: look\nI see 2 images (image/png, image/webp).')
  })

  it('takes its own items back, and no reasoning that it never gave', async () => {
    const first = await items({ tools: [weather], input: [user('get_weather')] })
    const callId = String(first[1]?.call_id)
    const input = [user('get_weather'), ...first, output(callId, 'sun')]
    expect(textOf(await ask(server(), classic({ tools: [weather], input })))).toBe(
      'get_weather returned: sun',
    )
    const forged = [{ ...first[0], encrypted_content: `${first[0]?.encrypted_content}x` }, first[1]]
    await expect(
      ask(server(), classic({ tools: [weather], input: [user('x'), ...forged, output(callId, 'sun')] })),
    ).rejects.toThrow('invalid_encrypted_content')
  })

  it('never repeats an id, even for the same request', async () => {
    const ids = [await items({}), await items({})].flat().map(({ id }) => id)
    expect(new Set(ids).size).toBe(4)
  })
})

describe('scripted turns', () => {
  const server = useServer()

  it('call tools with arguments that are sent as they are', async () => {
    server().answer({
      type: 'tool-calls',
      text: 'Let me see.',
      reasoning: 'Hm.',
      calls: [
        { name: 'a', arguments: { x: 1 }, callId: 'call_1', namespace: 'functions' },
        { name: 'b', arguments: '{"broken' },
        { name: 'c', arguments: 'free text', custom: true },
      ],
    })
    const events = await ask(server(), classic({ reasoning: { effort: 'low' } }))
    expect(itemsOf(events)).toMatchObject([
      { type: 'reasoning', summary: [{ text: 'Hm.' }], encrypted_content: expect.any(String) },
      { type: 'message', phase: 'commentary' },
      { name: 'a', call_id: 'call_1', arguments: '{"x":1}', namespace: 'functions' },
      { name: 'b', arguments: '{"broken' },
      { type: 'custom_tool_call', name: 'c', input: 'free text' },
    ])
    const deltas = events.filter(({ type }) => type === 'response.custom_tool_call_input.delta')
    expect(deltas.map(({ delta }) => delta).join('')).toBe('free text')
  })
})
