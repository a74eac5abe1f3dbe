import { describe, expect, test } from 'vitest'
import type { AnswerForm } from '../../src/request/answer-form.ts'
import { partsOf } from '../support/machine.ts'

type Event = Record<string, unknown>
type Tools = AnswerForm['tools']

const TOOLS: Tools = new Map([
  ['look', { name: 'look', isWrapped: false, kind: 'function' }],
  ['a_b_1f', { name: 'a.b', isWrapped: true, kind: 'function' }],
])
const USES = [
  { recipient_name: 'functions.look', parameters: { city: 'Rome' } },
  { recipient_name: 'functions.a_b_1f', parameters: { value: [1] } },
]
const EXPANDED = [
  { callId: 'call_1_0', name: 'look', input: '{"city":"Rome"}', itemId: 'fc_1', namespace: undefined },
  { callId: 'call_1_1', name: 'a.b', input: '[1]', itemId: 'fc_1', namespace: undefined },
]

const wrapper = (args: string, more: Event = {}): Event => ({
  id: 'fc_1',
  type: 'function_call',
  call_id: 'call_1',
  name: 'parallel',
  arguments: args,
  ...more,
})
const added = (item: Event): Event => ({ type: 'response.output_item.added', output_index: 0, item })
const itemDone = (item: Event, output_index = 0): Event => ({
  type: 'response.output_item.done',
  output_index,
  item,
})
const delta = (text: string): Event => ({
  type: 'response.function_call_arguments.delta',
  output_index: 0,
  item_id: 'fc_1',
  delta: text,
})
const inputDone = (text: string): Event => ({
  type: 'response.function_call_arguments.done',
  output_index: 0,
  arguments: text,
})
const done = (output: Event[] = []): Event => ({ type: 'response.completed', response: { output } })

const callsOf = (events: Event[], tools: Tools = TOOLS) =>
  partsOf(events, { tools }).flatMap((part) => {
    if (part.type !== 'tool-call') return []
    const { type, item, ...call } = part
    return [call]
  })

describe('a wrapper of parallel calls', () => {
  const whole = JSON.stringify({ tool_uses: USES })
  const pieces = [added(wrapper('')), delta(whole.slice(0, 30)), delta(whole.slice(30))]

  test.each<[string, Event[]]>([
    ['streamed', [...pieces, inputDone(whole), itemDone(wrapper(whole)), done()]],
    ['whole', [itemDone(wrapper(whole)), done()]],
    ['by its .done alone', [...pieces, inputDone(whole), done()]],
    ['by the last event alone', [done([wrapper(whole)])]],
    ['told twice', [itemDone(wrapper(whole)), itemDone(wrapper(whole), 1), done([wrapper(whole)])]],
    ['under its long name', [itemDone(wrapper(whole, { name: 'multi_tool_use.parallel' })), done()]],
    ['in a namespace', [itemDone(wrapper(whole, { namespace: 'multi_tool_use' })), done()]],
  ])('is the calls in it: %s', (_, events) => {
    expect(callsOf(events)).toEqual(EXPANDED)
  })

  test('says nothing before it is whole, then each call in its turn', () => {
    const parts = partsOf([...pieces, itemDone(wrapper(whole)), done()], { tools: TOOLS })
    expect(partsOf(pieces, { tools: TOOLS })).toEqual([])
    expect(parts.map((part) => [part.type, 'callId' in part && part.callId])).toEqual([
      ...['call_1_0', 'call_1_1'].flatMap((id) => [
        ['tool-input-start', id],
        ['tool-input-delta', id],
        ['tool-input-end', id],
        ['tool-call', id],
      ]),
      ['finish', false],
    ])
    expect(parts.at(-1)).toMatchObject({ reason: 'tool-calls' })
  })

  test.each([
    '{"tool_uses":[]}',
    '{"tool_uses":{}}',
    '{"tool_uses":[null]}',
    '{"tool_uses":[{"recipient_name":"functions.look"}]}',
    '{"tool_uses":[{"recipient_name":"functions.look","parameters":"{}"}]}',
    '{"tool_uses":[{"recipient_name":"functions.","parameters":{}}]}',
    '{"tool_uses":[{"parameters":{}}]}',
    `{"tool_uses":[${JSON.stringify(USES[0])},{"recipient_name":1,"parameters":{}}]}`,
    `{"tool_uses":[${JSON.stringify(USES[0])}`,
    '{}',
  ])('that is broken stays the call that it is: %s', (input) => {
    const parts = partsOf([added(wrapper('')), delta(input), itemDone(wrapper(input)), done()])
    expect(parts.slice(0, -1)).toMatchObject([
      { type: 'tool-input-start', callId: 'call_1', name: 'parallel' },
      { type: 'tool-input-delta', callId: 'call_1', delta: input },
      { type: 'tool-input-end', callId: 'call_1' },
      { type: 'tool-call', callId: 'call_1', name: 'parallel', input },
    ])
  })

  test.each<[string, string]>([
    ['parallel', 'parallel'],
    ['parallel_1f', 'multi_tool_use.parallel'],
  ])('is no wrapper where the caller has a tool %s', (wire, name) => {
    const tools: Tools = new Map([[wire, { name, isWrapped: false, kind: 'function' }]])
    expect(callsOf([itemDone(wrapper(whole, { name })), done()], tools)).toMatchObject([
      { callId: 'call_1', name, input: whole },
    ])
  })

  test('is no wrapper where a tool of the caller goes out under its name', () => {
    const tools: Tools = new Map([['parallel', { name: 'run.all', isWrapped: false, kind: 'function' }]])
    expect(callsOf([itemDone(wrapper(whole)), done()], tools)).toMatchObject([
      { callId: 'call_1', name: 'run.all', input: whole },
    ])
  })

  test('that is a free-form call is none', () => {
    const item = { ...wrapper(''), type: 'custom_tool_call', input: whole }
    expect(callsOf([itemDone(item), done()])).toMatchObject([{ callId: 'call_1', name: 'parallel' }])
  })

  test('that is cut is no call', () => {
    expect(callsOf([...pieces, itemDone(wrapper(whole, { status: 'incomplete' })), done()])).toEqual([])
    expect(callsOf([...pieces, { type: 'response.incomplete', response: {} }])).toEqual([])
  })
})
