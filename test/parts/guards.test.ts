import { describe, expect, test } from 'vitest'
import type { CodexPart } from '../../src/parts/part.ts'
import { partsOf, textOf } from '../support/machine.ts'

type Event = Record<string, unknown>

const completed = (response: Event = {}): Event => ({ type: 'response.completed', response })
const added = (item: Event, more: Event = {}): Event => ({
  type: 'response.output_item.added',
  item,
  ...more,
})
const done = (item: Event, more: Event = {}): Event => ({ type: 'response.output_item.done', item, ...more })
const text = (delta: string, more: Event = {}): Event => ({
  type: 'response.output_text.delta',
  delta,
  ...more,
})
const input = (delta: string, more: Event = {}): Event => ({
  type: 'response.function_call_arguments.delta',
  delta,
  ...more,
})
const call = (id: string | undefined, args: string, more: Event = {}): Event => ({
  id,
  type: 'function_call',
  call_id: `call_${id}`,
  name: 'add',
  arguments: args,
  ...more,
})
const message = (text: string, more: Event = {}): Event => ({
  type: 'message',
  content: text === '' ? [] : [{ type: 'output_text', text, annotations: [] }],
  ...more,
})
const ofType = <Type extends CodexPart['type']>(parts: readonly CodexPart[], type: Type) =>
  parts.filter((part): part is Extract<CodexPart, { type: Type }> => part.type === type)
const typesOf = (parts: readonly CodexPart[]) => parts.map(({ type }) => type)

describe('without an index, an event belongs to the item of its id', () => {
  test('inputs of two calls that interleave', () => {
    const parts = partsOf([
      added(call('a', '')),
      added(call('b', '')),
      input('{"x"', { item_id: 'a' }),
      input('{"y"', { item_id: 'b' }),
      input(':1}', { item_id: 'a' }),
      done(call('a', '{"x":1}')),
      done(call('b', '{"y":2}')),
      completed(),
    ])
    const deltas = ofType(parts, 'tool-input-delta').map(({ callId, delta }) => [callId, delta])
    expect(deltas).toEqual([
      ['call_a', '{"x"'],
      ['call_b', '{"y"'],
      ['call_a', ':1}'],
      ['call_b', ':2}'],
    ])
    expect(ofType(parts, 'tool-call').map(({ input }) => input)).toEqual(['{"x":1}', '{"y":2}'])
  })

  test('reasoning and a message side by side', () => {
    const summary = {
      type: 'response.reasoning_summary_text.delta',
      item_id: 'rs',
      summary_index: 0,
      delta: 'hm',
    }
    const reasoning = { id: 'rs', type: 'reasoning', summary: [{ text: 'hm' }], encrypted_content: 'ENC' }
    const parts = partsOf([
      added({ ...reasoning, summary: [] }),
      added(message('', { id: 'msg' })),
      text('Hi', { item_id: 'msg' }),
      summary,
      done(reasoning),
      done(message('Hi', { id: 'msg' })),
      completed(),
    ])
    expect(textOf(parts)).toBe('Hi')
    expect(ofType(parts, 'reasoning-end')).toMatchObject([{ itemId: 'rs', item: 0, encryptedContent: 'ENC' }])
    expect(ofType(parts, 'text-end')).toMatchObject([{ itemId: 'msg', item: 1 }])
  })
})

describe('without an index and an id, an event belongs to the latest open item of its kind', () => {
  test('two messages, one after the other', () => {
    const parts = partsOf([
      added(message('')),
      text('A'),
      done(message('A')),
      added(message('')),
      text('B'),
      done(message('B')),
      completed(),
    ])
    expect(ofType(parts, 'text-delta').map(({ item, delta }) => [item, delta])).toEqual([
      [0, 'A'],
      [1, 'B'],
    ])
  })

  test('an id that comes with the finished item only', () => {
    const parts = partsOf([text('Hi'), done(message('Hi', { id: 'msg_1' })), completed()])
    expect(textOf(parts)).toBe('Hi')
    expect(ofType(parts, 'text-end')).toMatchObject([{ itemId: 'msg_1' }])
  })

  test('a piece after the end of its item is not a new text', () => {
    const parts = partsOf([
      text('Hi', { item_id: 'msg_1' }),
      done(message('Hi', { id: 'msg_1' })),
      text('Hi', { item_id: 'msg_1' }),
      completed(),
    ])
    expect(textOf(parts)).toBe('Hi')
  })
})

test('parts of raw reasoning are told apart by their content_index', () => {
  const raw = (delta: string, content_index: number) => ({
    type: 'response.reasoning_text.delta',
    output_index: 0,
    item_id: 'rs_1',
    content_index,
    delta,
  })
  const item = { id: 'rs_1', type: 'reasoning', summary: [], content: [{ text: 'ab' }, { text: 'cd' }] }
  const parts = partsOf([raw('a', 0), raw('c', 1), raw('b', 0), done(item, { output_index: 0 }), completed()])
  expect(ofType(parts, 'reasoning-delta').map(({ id, delta }) => [id, delta])).toEqual([
    ['rs_1:r0', 'a'],
    ['rs_1:r1', 'c'],
    ['rs_1:r0', 'b'],
    ['rs_1:r1', 'd'],
  ])
})

test('an address that two texts of a message cite is one source', () => {
  const annotation = { type: 'url_citation', url: 'https://a.test', start_index: 0, end_index: 2 }
  const told = (content_index: number) => ({
    type: 'response.output_text.annotation.added',
    output_index: 0,
    item_id: 'msg_1',
    content_index,
    annotation,
  })
  const part = { type: 'output_text', text: 'ab', annotations: [annotation] }
  const item = { id: 'msg_1', type: 'message', content: [part, part] }
  const parts = partsOf([told(0), told(1), done(item, { output_index: 0 }), completed()])
  expect(ofType(parts, 'source')).toHaveLength(1)
  expect(ofType(partsOf([told(1), told(1), completed()]), 'source')).toHaveLength(1)
})

test('a complete input is emitted at once, before its item is done', () => {
  const complete = { type: 'response.function_call_arguments.done', item_id: 'a', arguments: '{"x":1}' }
  const parts = partsOf([added(call('a', '')), input('{"x"', { item_id: 'a' }), complete])
  expect(ofType(parts, 'tool-input-delta').map(({ delta }) => delta)).toEqual(['{"x"', ':1}'])
  expect(typesOf(parts)).not.toContain('tool-call')
  const ended = partsOf([added(call('a', '')), complete, completed()])
  expect(ofType(ended, 'tool-call')).toMatchObject([{ callId: 'call_a', input: '{"x":1}' }])
  // An answer that was cut has not decided to run it.
  expect(typesOf(partsOf([added(call('a', '')), complete], { end: true }))).not.toContain('tool-call')
})

test('id, time, model and tier are those of response.created where the last event has none', () => {
  const response = { id: 'resp_1', created_at: 1_700_000_000, model: 'm', service_tier: 'priority' }
  const created = { type: 'response.created', response }
  const info = {
    id: 'resp_1',
    createdAt: new Date(1_700_000_000_000),
    model: 'm',
    serviceTier: 'priority',
  }
  expect(partsOf([created, completed()])).toMatchObject([
    { type: 'response', info },
    { type: 'finish', info },
  ])
  const later = { id: 'resp_2', created_at: 1_700_000_001, model: 'n', service_tier: 'default' }
  expect(partsOf([created, completed(later)]).at(-1)).toMatchObject({
    info: { id: 'resp_2', createdAt: new Date(1_700_000_001_000), model: 'n', serviceTier: 'default' },
  })
})

test('an item that is finished and added again changes nothing', () => {
  const at = { output_index: 0 }
  const events = [added(call('a', ''), at), done(call('a', '{}'), at)]
  const again = [...events, added(call('b', ''), at), input('{"z"', { ...at, item_id: 'b' })]
  expect(partsOf([...again, completed()])).toEqual(partsOf([...events, completed()]))
  const texts = [text('Hi', at), done(message('Hi', { id: 'm' }), at)]
  const more = [...texts, added(message('', { id: 'm', phase: 'commentary' }), at), text('again', at)]
  expect(partsOf([...more, completed()])).toEqual(partsOf([...texts, completed()]))
})

test('text that turns out to be commentary has an end where it has started', () => {
  const at = { output_index: 0 }
  const open = [
    text('{"note"', at),
    added(message('', { id: 'm', phase: 'commentary' }), at),
    text(':1}', at),
  ]
  for (const options of [{ jsonOutput: true }, { jsonOutput: true, end: true }]) {
    const parts = partsOf([...open, ...(options.end ? [] : [completed()])], options)
    expect(ofType(parts, 'text-start')).toHaveLength(1)
    expect(ofType(parts, 'text-end')).toHaveLength(1)
  }
})

test('an item that is added again once it is done changes nothing', () => {
  const answer = { phase: 'final_answer', id: 'msg_1' }
  const events = [
    added(message('', answer), { output_index: 0 }),
    text('{"a":1}', { output_index: 0 }),
    done(message('{"a":1}', answer), { output_index: 0 }),
    done(message(' ', { phase: 'final_answer' }), { output_index: 1 }),
  ]
  const again = added(message('', { ...answer, phase: 'commentary' }), { output_index: 0 })
  const parts = partsOf([...events, again, completed()], { jsonOutput: true })
  expect(parts).toEqual(partsOf([...events, completed()], { jsonOutput: true }))
  expect(textOf(parts)).toBe('{"a":1} ')
})

test.each([1, 2])('a message that only its end tells has its citations: %i', (count) => {
  const annotations = Array.from({ length: count }, (_, at) => ({
    type: 'url_citation',
    url: `https://a.test/${at}`,
    start_index: 0,
    end_index: 2,
  }))
  const item = { type: 'message', content: [{ type: 'output_text', text: 'Hi', annotations }] }
  const parts = partsOf([done(item), completed()])
  expect(ofType(parts, 'text-end').map((end) => end.annotations)).toEqual([annotations])
})

test('a tool search of ours is a hosted call where the request has one, and else a call', () => {
  const item = {
    type: 'tool_search_call',
    execution: 'client',
    call_id: 'call_1',
    arguments: { query: 'mail' },
  }
  const tools = new Map([['tool_search', { kind: 'search', name: 'find' } as never]])
  const ours = partsOf([done(item), completed()], { tools })
  expect(ofType(ours, 'hosted-call').map(({ callId, input }) => [callId, JSON.parse(input)])).toEqual([
    ['call_1', { arguments: { query: 'mail' }, call_id: 'call_1' }],
  ])
  expect(ofType(ours, 'tool-call')).toEqual([])
  const others = partsOf([done(item), completed()])
  expect(ofType(others, 'hosted-call')).toEqual([])
  expect(ofType(others, 'tool-call').map(({ callId }) => callId)).toEqual(['call_1'])
})
