import { describe, expect, test } from 'vitest'
import { toEvent } from '../../src/events/parse.ts'
import { createPartMachine } from '../../src/parts/machine.ts'
import { type CodexPart, isOutput } from '../../src/parts/part.ts'
import type { AnswerForm } from '../../src/request/answer-form.ts'
import { partsOf, textOf } from '../support/machine.ts'

type Event = Record<string, unknown>

const done = (output: unknown[] = [], more: Event = {}): Event => ({
  type: 'response.completed',
  response: { id: 'resp_1', output, ...more },
})
const added = (item: Event, index: number | undefined = 0): Event => ({
  type: 'response.output_item.added',
  output_index: index,
  item,
})
const itemDone = (item: Event, index: number | undefined = 0): Event => ({
  type: 'response.output_item.done',
  output_index: index,
  item,
})
const ofType = <Type extends CodexPart['type']>(parts: readonly CodexPart[], type: Type) =>
  parts.filter((part): part is Extract<CodexPart, { type: Type }> => part.type === type)
const inputOf = (parts: readonly CodexPart[], callId: string): string =>
  ofType(parts, 'tool-input-delta')
    .filter((part) => part.callId === callId)
    .map(({ delta }) => delta)
    .join('')
const toolsOf = (
  entries: Array<[string, { name: string; isWrapped?: boolean; kind?: 'function' | 'custom' | 'hosted' }]>,
) =>
  new Map(
    entries.map(([wire, tool]) => [wire, { isWrapped: false, kind: 'function' as const, ...tool }]),
  ) satisfies AnswerForm['tools']

describe('sources', () => {
  const url = (address: string, start: number, title: string | null = 'T'): Event => ({
    type: 'url_citation',
    url: address,
    title,
    start_index: start,
    end_index: start + 2,
  })
  const told = (annotation: unknown, more: Event = {}): Event => ({
    type: 'response.output_text.annotation.added',
    output_index: 0,
    item_id: 'msg_1',
    content_index: 0,
    annotation_index: 0,
    annotation,
    ...more,
  })
  const message = (annotations: unknown, more: Event = {}): Event => ({
    id: 'msg_1',
    type: 'message',
    content: [{ type: 'output_text', text: 'Hi', annotations }],
    ...more,
  })
  const A = url('https://a.test', 0)
  const B = url('https://b.test', 5)

  test.each<[string, Event[], string[]]>([
    ['by events and the item', [told(A), told(B), itemDone(message([A, B])), done()], ['a', 'b']],
    ['by the item alone', [itemDone(message([A, B])), done()], ['a', 'b']],
    ['by the last event alone', [itemDone(message([])), done([message([A, B])])], ['a', 'b']],
    ['by all three', [told(A), itemDone(message([A])), done([message([A, B])])], ['a', 'b']],
    ['by an event after the item', [itemDone(message([A])), told(A), told(B), done()], ['a', 'b']],
    ['by an event told twice', [told(A), told(A), itemDone(message([A])), done()], ['a']],
    [
      'by events without an index, after the item',
      [itemDone(message([A]), undefined), told(A, { output_index: undefined, item_id: 'x' }), done()],
      ['a'],
    ],
    [
      'in another order of the fields',
      [
        told({ url: 'https://a.test', end_index: 2, start_index: 0, type: 'url_citation' }),
        itemDone(message([A])),
        done(),
      ],
      ['a'],
    ],
    [
      'the same address at another place',
      [told(A), told(url('https://a.test', 9)), itemDone(message([A, url('https://a.test', 9)])), done()],
      ['a'],
    ],
    [
      'by an event and the item, at positions that differ',
      [told(url('https://a.test', 1)), itemDone(message([url('https://a.test', 30)])), done()],
      ['a'],
    ],
    [
      'by an event without a position, then by the item',
      [told({ type: 'url_citation', url: 'https://a.test' }), itemDone(message([A])), done([message([A])])],
      ['a'],
    ],
    [
      'by the item, then by a late event at another position',
      [itemDone(message([A])), told(url('https://a.test', 30)), done()],
      ['a'],
    ],
    [
      'once by an event, twice by the item',
      [told(url('https://a.test', 7)), itemDone(message([A, url('https://a.test', 9)])), done()],
      ['a'],
    ],
    ['nothing', [told(null), told({}), told({ type: 'url_citation' }), itemDone(message(null)), done()], []],
    [
      'of an unknown type',
      [told({ type: 'brand_new', url: 'https://a.test' }), itemDone(message([])), done()],
      [],
    ],
  ])('told %s, each once', (_, events, expected) => {
    const sources = ofType(partsOf(events), 'source').map(({ source }) => source)
    expect(sources.map((source) => source.type === 'url' && source.url)).toEqual(
      expected.map((letter) => `https://${letter}.test`),
    )
  })

  test('an address has the place of its first citation, and the end of the text has all of them', () => {
    const again = url('https://a.test', 9)
    const parts = partsOf([told(A), told(again), itemDone(message([A, again])), done()])
    const place = { startIndex: A.start_index, endIndex: A.end_index }
    expect(ofType(parts, 'source').map(({ range }) => range)).toEqual([place])
    expect(ofType(parts, 'text-end').map(({ annotations }) => annotations)).toEqual([[A, again]])
  })

  test('what a search found is told at the end, unless the text cites it', () => {
    const sources = [
      { type: 'url', url: 'https://b.test' },
      { type: 'url', url: 'https://a.test' },
      { type: 'api', name: 'x' },
    ]
    const search = {
      id: 'ws_1',
      type: 'web_search_call',
      status: 'completed',
      action: { type: 'search', sources },
    }
    const parts = partsOf([itemDone(search), itemDone(search, 1), itemDone(message([A]), 2), done()])
    const short = ofType(parts, 'source').map(({ source, range }) => [
      source.type === 'url' && source.url,
      range.startIndex,
    ])
    expect(short).toEqual([
      ['https://a.test', A.start_index],
      ['https://b.test', undefined],
    ])
  })

  test('files are documents', () => {
    const file = { file_id: 'file_1', filename: 'a.pdf' }
    const parts = partsOf([
      itemDone(
        message([
          { type: 'file_citation', index: 3, ...file },
          { type: 'container_file_citation', container_id: 'c', start_index: 1, end_index: 2, ...file },
          { type: 'file_path', index: 3, file_id: 'file_2' },
        ]),
      ),
      done(),
    ])
    const range = { startIndex: undefined, endIndex: undefined }
    expect(ofType(parts, 'source')).toEqual(
      [
        { type: 'document', fileId: 'file_1', filename: 'a.pdf', title: undefined },
        { type: 'document', fileId: 'file_2', filename: undefined, title: undefined },
      ].map((source) => ({ type: 'source', item: 0, itemId: 'msg_1', source, range })),
    )
  })
})

describe('images', () => {
  const image = (result: unknown, more: Event = {}): Event => ({
    id: 'ig_1',
    type: 'image_generation_call',
    status: 'completed',
    result,
    ...more,
  })
  test.each<[string, Event, Array<[string, string]>]>([
    ['by its format', image('AAAA', { output_format: 'webp' }), [['image/webp', 'AAAA']]],
    ['jpg', image('AAAA', { output_format: 'jpg' }), [['image/jpeg', 'AAAA']]],
    ['PNG by its bytes', image('iVBORw0KGgo'), [['image/png', 'iVBORw0KGgo']]],
    ['JPEG by its bytes', image('/9j/4AAQ', { output_format: null }), [['image/jpeg', '/9j/4AAQ']]],
    ['WebP by its bytes', image('UklGRuIW'), [['image/webp', 'UklGRuIW']]],
    ['GIF by its bytes', image('R0lGODlh'), [['image/gif', 'R0lGODlh']]],
    ['unknown bytes', image('AAAA'), [['image/png', 'AAAA']]],
    ['an empty result', image(''), []],
    ['no result', image(null, { status: 'failed' }), []],
  ])('%s', (_, item, files) => {
    const partial = {
      type: 'response.image_generation_call.partial_image',
      output_index: 0,
      partial_image_b64: 'BBBB',
    }
    const parts = partsOf([
      added({ id: 'ig_1', type: 'image_generation_call' }),
      partial,
      itemDone(item),
      done([item]),
    ])
    expect(ofType(parts, 'file').map(({ mediaType, data }) => [mediaType, data])).toEqual(files)
    expect(ofType(parts, 'hosted-call')).toHaveLength(1)
  })

  test('an image that the last event tells again, under another id and place, is one', () => {
    const parts = partsOf([itemDone(image('AAAA'), 1), done([image('AAAA', { id: 'ig_2' })])])
    expect(ofType(parts, 'file')).toHaveLength(1)
  })
})

describe('free-form calls', () => {
  const call = (input: string, more: Event = {}): Event => ({
    id: 'ctc_1',
    type: 'custom_tool_call',
    call_id: 'call_1',
    name: 'write_sql',
    input,
    ...more,
  })
  const delta = (text: string): Event => ({
    type: 'response.custom_tool_call_input.delta',
    output_index: 0,
    item_id: 'ctc_1',
    delta: text,
  })
  const TEXT = 'SELECT "ü" \\ \n👋'

  test.each<[string, Event[], string]>([
    ['deltas and item', [added(call('')), ...TEXT.split('').map(delta), itemDone(call(TEXT)), done()], TEXT],
    ['item alone', [itemDone(call(TEXT)), done()], TEXT],
    ['last event alone', [done([call(TEXT)])], TEXT],
    ['no text', [added(call('')), itemDone(call('')), done()], ''],
    ['half of the deltas', [added(call('')), delta('SEL'), itemDone(call(TEXT)), done()], TEXT],
    [
      'its .done and no item',
      [
        added(call('')),
        delta('SEL'),
        { type: 'response.custom_tool_call_input.done', output_index: 0, input: TEXT },
        done(),
      ],
      TEXT,
    ],
  ])('%s: the input is its JSON string, and what is streamed joins up to it', (_, events, text) => {
    const parts = partsOf(events)
    expect(ofType(parts, 'tool-call')).toMatchObject([
      { callId: 'call_1', name: 'write_sql', input: JSON.stringify(text) },
    ])
    expect(inputOf(parts, 'call_1')).toBe(JSON.stringify(text))
    expect(parts.at(-1)).toMatchObject({ reason: 'tool-calls' })
  })
})

test('what is streamed comes as it comes, and a message that has begun waits for none before it', () => {
  const custom = { type: 'custom_tool_call', call_id: 'call_1', name: 'sql', input: '' }
  const parts = partsOf([
    added(custom, 1),
    { type: 'response.custom_tool_call_input.delta', output_index: 1, delta: 'SEL' },
    { type: 'response.output_text.delta', output_index: 2, item_id: 'msg_1', delta: 'Hi' },
    itemDone({ id: 'msg_1', type: 'message', content: [{ type: 'output_text', text: 'Hi' }] }, 2),
  ])
  expect(inputOf(parts, 'call_1')).toBe('"SEL')
  expect(parts.at(-1)).toMatchObject({ type: 'text-end', item: 2 })
})

describe('calls', () => {
  const call = (args: string, more: Event = {}): Event => ({
    id: 'fc_1',
    type: 'function_call',
    call_id: 'call_1',
    name: 'pick',
    arguments: args,
    ...more,
  })
  const delta = (text: string): Event => ({
    type: 'response.function_call_arguments.delta',
    output_index: 0,
    delta: text,
  })
  const inputDone = (text: unknown): Event => ({
    type: 'response.function_call_arguments.done',
    output_index: 0,
    arguments: text,
  })

  test.each<[string, Event[]]>([
    ['.done, then the item', [added(call('')), inputDone('{"a":1}'), itemDone(call('{"a":1}')), done()]],
    ['.done, no item', [added(call('')), inputDone('{"a":1}'), done()]],
    ['deltas, .done, no item', [added(call('')), delta('{"a"'), inputDone('{"a":1}'), done()]],
    ['.done of null', [added(call('')), inputDone(null), itemDone(call('{"a":1}')), done()]],
    [
      'deltas after the item',
      [added(call('')), itemDone(call('{"a":1}')), delta('{"a"'), inputDone('{"a"'), done()],
    ],
  ])('%s: one call with its input', (_, events) => {
    const parts = partsOf(events)
    expect(ofType(parts, 'tool-call').map(({ input }) => input)).toEqual(['{"a":1}'])
    expect(inputOf(parts, 'call_1')).toBe('{"a":1}')
  })

  test('a .done without an item is no call where the answer is incomplete', () => {
    const parts = partsOf([
      added(call('')),
      inputDone('{"a":1}'),
      { type: 'response.incomplete', response: {} },
    ])
    expect(ofType(parts, 'tool-call')).toEqual([])
  })

  test('names are mapped back, each to its own', () => {
    const tools = toolsOf([
      ['a_b_1f', { name: 'a.b' }],
      ['local_shell', { name: 'shell', kind: 'hosted' }],
      ['web_search', { name: 'search', kind: 'hosted' }],
    ])
    const parts = partsOf(
      [
        itemDone(call('{}', { name: 'a_b_1f' }), 0),
        itemDone(call('{}', { name: 'local_shell', call_id: 'call_2' }), 1),
        itemDone({ type: 'local_shell_call', call_id: 'call_3', action: { command: [] } }, 2),
        itemDone({ type: 'web_search_call', id: 'ws_1' }, 3),
        itemDone(call('{}', { name: 'unknown', call_id: 'call_4' }), 4),
        done(),
      ],
      { tools },
    )
    expect(ofType(parts, 'tool-call').map(({ name }) => name)).toEqual([
      'a.b',
      'local_shell',
      'shell',
      'unknown',
    ])
    expect(ofType(parts, 'tool-input-start').map(({ name }) => name)).toEqual([
      'a.b',
      'local_shell',
      'shell',
      'unknown',
    ])
    expect(ofType(parts, 'hosted-call').map(({ name }) => name)).toEqual(['search'])
  })

  test.each<[string, Event[], string, string]>([
    [
      'streamed',
      [
        added(call('')),
        ...[...'{"value": {"a":[1]} }'].map(delta),
        itemDone(call('{"value": {"a":[1]} }')),
        done(),
      ],
      '{"a":[1]}',
      '{"a":[1]}',
    ],
    ['whole', [itemDone(call('{"value":"x"}')), done()], '"x"', '"x"'],
    ['no wrapper', [itemDone(call('{"a":1}')), done()], '{"a":1}', '{"a":1}'],
    ['no input', [itemDone(call('')), done()], '{}', '{}'],
    [
      'a wrapper with more in it: the call has all',
      [added(call('')), delta('{"value":1'), itemDone(call('{"value":1,"b":2}')), done()],
      '{"value":1,"b":2}',
      '1,"b":2}',
    ],
  ])('wrapped input is unwrapped: %s', (_, events, input, streamed) => {
    const tools = toolsOf([['pick', { name: 'pick', isWrapped: true }]])
    const parts = partsOf(events, { tools })
    expect(ofType(parts, 'tool-call').map((part) => part.input)).toEqual([input])
    expect(inputOf(parts, 'call_1')).toBe(streamed)
  })
})

describe('calls of built-in tools that the caller runs', () => {
  test.each<[Event, string, unknown]>([
    [
      {
        type: 'local_shell_call',
        action: {
          type: 'exec',
          command: ['ls'],
          timeout_ms: 5,
          user: null,
          working_directory: '/tmp',
          env: { MY_VAR: 'x' },
        },
      },
      'local_shell',
      {
        action: {
          type: 'exec',
          command: ['ls'],
          timeoutMs: 5,
          workingDirectory: '/tmp',
          env: { MY_VAR: 'x' },
        },
      },
    ],
    [
      {
        type: 'shell_call',
        action: { commands: ['ls'], max_output_length: null },
        environment: { type: 'local' },
      },
      'shell',
      { action: { commands: ['ls'] }, environment: { type: 'local' } },
    ],
    [
      { type: 'apply_patch_call', operation: { type: 'update_file', path: 'a_b.txt', diff: '+x' } },
      'apply_patch',
      { operation: { type: 'update_file', path: 'a_b.txt', diff: '+x' } },
    ],
    [
      { type: 'tool_search_call', execution: 'client', arguments: { my_goal: 1 } },
      'tool_search',
      { arguments: { my_goal: 1 } },
    ],
    [
      { type: 'computer_call', action: { type: 'click', x: 1 }, pending_safety_checks: [] },
      'computer',
      { action: { type: 'click', x: 1 }, pendingSafetyChecks: [] },
    ],
    [{ type: 'local_shell_call', action: null }, 'local_shell', {}],
  ])('%j', (fields, name, input) => {
    const item = { id: 'x_1', call_id: 'call_1', status: 'completed', ...fields }
    const parts = partsOf([added({ ...item, action: null }), itemDone(item), done([item])])
    const calls = ofType(parts, 'tool-call')
    expect(calls).toMatchObject([{ callId: 'call_1', name, itemId: 'x_1' }])
    expect(JSON.parse(calls[0]?.input ?? '')).toEqual(input)
    expect(inputOf(parts, 'call_1')).toBe(calls[0]?.input)
    expect(ofType(parts, 'hosted-call')).toEqual([])
    expect(parts.at(-1)).toMatchObject({ reason: 'tool-calls' })
  })

  test('half of one is never run', () => {
    const item = {
      type: 'local_shell_call',
      call_id: 'call_1',
      status: 'incomplete',
      action: { command: ['rm'] },
    }
    expect(ofType(partsOf([itemDone(item), done()]), 'tool-call')).toEqual([])
  })
})

describe('calls that the backend ran', () => {
  const shell = (callId: string, command: string): Event => ({
    type: 'shell_call',
    id: `sh_${callId}`,
    call_id: callId,
    status: 'completed',
    action: { commands: [command], timeout_ms: 3 },
    environment: { type: 'container_reference' },
  })
  const output = (callId: string | null, text: string): Event => ({
    type: 'shell_call_output',
    call_id: callId,
    status: 'completed',
    output: [{ stdout: text, stderr: null, outcome: { type: 'exit', exit_code: 0 } }],
  })

  test.each<[Event, string, unknown, unknown]>([
    [
      {
        type: 'web_search_call',
        status: 'completed',
        action: {
          type: 'search',
          query: 'q',
          my_null: null,
          sources: [{ type: 'url', url: 'https://a.test' }],
        },
      },
      'web_search',
      {},
      { action: { type: 'search', query: 'q' }, sources: [{ type: 'url', url: 'https://a.test' }] },
    ],
    [
      { type: 'web_search_call', action: { type: 'open_page', url: 'https://a.test' } },
      'web_search',
      {},
      { action: { type: 'openPage', url: 'https://a.test' } },
    ],
    [
      { type: 'web_search_call', action: { type: 'find_in_page', url: 'https://a.test', pattern: 'p' } },
      'web_search',
      {},
      { action: { type: 'findInPage', url: 'https://a.test', pattern: 'p' } },
    ],
    [{ type: 'web_search_call' }, 'web_search', {}, {}],
    [
      { type: 'file_search_call', queries: ['q'], results: [{ file_id: 'f', attributes: { my_key: 1 } }] },
      'file_search',
      {},
      { queries: ['q'], results: [{ fileId: 'f', attributes: { my_key: 1 } }] },
    ],
    [
      {
        type: 'file_search_call',
        queries: ['q'],
        results: [{ file_id: 'f', filename: 'a.md', score: 0.5, text: 't', other: 1 }],
      },
      'file_search',
      {},
      { queries: ['q'], results: [{ fileId: 'f', filename: 'a.md', score: 0.5, text: 't' }] },
    ],
    [
      { type: 'file_search_call', queries: ['q'], results: null },
      'file_search',
      {},
      { queries: ['q'], results: null },
    ],
    [
      { type: 'code_interpreter_call', code: '1', container_id: 'c', outputs: null },
      'code_interpreter',
      { code: '1', containerId: 'c' },
      { outputs: null },
    ],
    [
      { type: 'code_interpreter_call', code: 'a "b"', outputs: [{ type: 'logs', logs: 'x' }] },
      'code_interpreter',
      { code: 'a "b"' },
      { outputs: [{ type: 'logs', logs: 'x' }] },
    ],
    [
      {
        type: 'mcp_call',
        name: 'find',
        server_label: 's',
        arguments: '{"my_key":1}',
        output: 'o',
        error: null,
      },
      'mcp.find',
      { my_key: 1 },
      { type: 'call', serverLabel: 's', name: 'find', arguments: '{"my_key":1}', output: 'o' },
    ],
    [
      { type: 'mcp_call', name: 'find', arguments: '{' },
      'mcp.find',
      { arguments: '{' },
      { type: 'call', name: 'find', arguments: '{' },
    ],
  ])('%j', (fields, name, input, result) => {
    const item = { id: 'x_1', ...fields }
    const parts = partsOf([added(item), itemDone(item), done()])
    const call = { item: 0, callId: 'x_1' }
    const [called] = ofType(parts, 'hosted-call')
    expect({ ...called, input: JSON.parse(called?.input ?? '') }).toEqual({
      type: 'hosted-call',
      ...call,
      itemId: 'x_1',
      name,
      input,
    })
    expect(ofType(parts, 'hosted-result')).toEqual([
      {
        type: 'hosted-result',
        ...call,
        itemId: 'x_1',
        name,
        result,
        isError: false,
        isPreliminary: false,
        details: {},
      },
    ])
    const streamed = ofType(parts, 'hosted-input-delta').map(({ delta }) => delta)
    if (streamed.length > 0 && name !== 'mcp.find') expect(streamed.join('')).toBe(called?.input)
    expect(parts.filter(({ type }) => type === 'hosted-input-start')).toEqual([
      { type: 'hosted-input-start', ...call, name },
    ])
    expect(parts.filter(({ type }) => type === 'hosted-input-end')).toHaveLength(1)
    expect(parts.at(-1)).toMatchObject({ reason: 'stop' })
  })

  test.each<[Event]>([
    [{ type: 'web_search_call', status: 'failed', action: { type: 'search', query: 'q' } }],
    [{ type: 'image_generation_call', status: 'failed', result: null }],
  ])('%j has failed', (fields) => {
    const parts = partsOf([itemDone({ id: 'x_1', ...fields }), done()])
    expect(ofType(parts, 'hosted-result')).toMatchObject([{ isError: true, result: { status: 'failed' } }])
  })

  test.each(['web_search_call', 'file_search_call', 'image_generation_call'])(
    'a %s is out as soon as it is announced, and counts as output',
    (type) => {
      const machine = createPartMachine()
      const parts: CodexPart[] = []
      machine.push(toEvent(added({ id: 'x_1', type, status: 'in_progress' })), (part) => parts.push(part))
      expect(parts.map((part) => part.type)).toEqual([
        'hosted-input-start',
        'hosted-input-end',
        'hosted-call',
      ])
      expect(parts.map(isOutput)).toEqual([true, false, true])
    },
  )

  test('code streams as the input of its call, which is out before its result', () => {
    const code = 'print("ü\n")'
    const item = { id: 'ci_1', type: 'code_interpreter_call', code: '', container_id: 'c' }
    const piece = (delta: string): Event => ({
      type: 'response.code_interpreter_call_code.delta',
      output_index: 0,
      item_id: 'ci_1',
      delta,
    })
    const parts = partsOf([
      added(item),
      piece(code.slice(0, 4)),
      piece(code.slice(4)),
      { type: 'response.code_interpreter_call_code.done', output_index: 0, item_id: 'ci_1', code },
      piece('late'),
      { type: 'response.code_interpreter_call_code.done', output_index: 0, item_id: 'ci_1', code: 'late' },
      itemDone({ ...item, code, outputs: [] }),
      done(),
    ])
    const input = JSON.stringify({ code, containerId: 'c' })
    expect(parts.map(({ type }) => type).slice(0, -1)).toEqual([
      'hosted-input-start',
      'hosted-input-delta',
      'hosted-input-delta',
      'hosted-input-delta',
      'hosted-input-end',
      'hosted-call',
      'hosted-result',
    ])
    expect(ofType(parts, 'hosted-call')).toMatchObject([{ input }])
    expect(
      ofType(parts, 'hosted-input-delta')
        .map(({ delta }) => delta)
        .join(''),
    ).toBe(input)
  })

  test('previews of an image are preliminary results of its call', () => {
    const preview = (data: string): Event => ({
      type: 'response.image_generation_call.partial_image',
      output_index: 0,
      item_id: 'ig_1',
      partial_image_index: 0,
      partial_image_b64: data,
    })
    const item = {
      id: 'ig_1',
      type: 'image_generation_call',
      status: 'completed',
      result: 'CCCC',
      size: '1x1',
    }
    const events = [preview('AAAA'), preview('BBBB'), itemDone(item), preview('DDDD'), done()]
    for (const parts of [partsOf([added({ ...item, result: null }), ...events]), partsOf(events)]) {
      expect(
        ofType(parts, 'hosted-result').map(({ callId, result, isPreliminary, details }) => [
          callId,
          result,
          isPreliminary,
          details,
        ]),
      ).toEqual([
        ['ig_1', { result: 'AAAA' }, true, {}],
        ['ig_1', { result: 'BBBB' }, true, {}],
        ['ig_1', { result: 'CCCC' }, false, { size: '1x1' }],
      ])
      expect(ofType(parts, 'hosted-call')).toHaveLength(1)
      expect(ofType(parts, 'file')).toMatchObject([{ data: 'CCCC' }])
    }
  })

  test('two calls of one id, and calls without any, have ids of their own', () => {
    const search = { type: 'web_search_call', id: 'ws_1' }
    const parts = partsOf([
      { type: 'response.created', response: { id: 'resp_1' } },
      itemDone(search, 0),
      itemDone(search, 1),
      itemDone({ type: 'web_search_call' }, 2),
      done(),
    ])
    const ids = ['ws_1', 'resp_1:call-1', 'resp_1:call-2']
    expect(ofType(parts, 'hosted-call').map(({ callId }) => callId)).toEqual(ids)
    expect(ofType(parts, 'hosted-result').map(({ callId }) => callId)).toEqual(ids)
  })

  test('an id that changes between the events of a call stays the first one', () => {
    const parts = partsOf([
      added({ type: 'web_search_call', id: 'ws_1' }),
      itemDone({ type: 'web_search_call', id: 'ws_2' }),
      done(),
    ])
    expect(ofType(parts, 'hosted-call')).toHaveLength(1)
    expect(ofType(parts, 'hosted-result')).toMatchObject([{ callId: 'ws_1' }])
  })

  test('an announced call that is never done has an empty result, and none where the answer failed', () => {
    const begun = [added({ type: 'web_search_call', id: 'ws_1' })]
    expect(ofType(partsOf([...begun, done()]), 'hosted-result')).toMatchObject([{ result: {} }])
    expect(partsOf(begun, { end: true }).map(({ type }) => type)).toEqual([
      'hosted-input-start',
      'hosted-input-end',
      'hosted-call',
      'failure',
    ])
    const half = [added({ type: 'mcp_call', id: 'mcp_1', name: 'find' })]
    for (const end of [[done()], []]) {
      expect(partsOf([...half, ...end], { end: true }).map(({ type }) => type)).toEqual([
        'hosted-input-start',
        'hosted-input-end',
        end.length > 0 ? 'finish' : 'failure',
      ])
    }
  })

  test('results that are items of their own go to their calls', () => {
    const parts = partsOf([
      itemDone(shell('c1', 'one'), 0),
      itemDone(shell('c2', 'two'), 1),
      itemDone(output('c2', 'b'), 2),
      itemDone(output('c1', 'a'), 3),
      itemDone(shell('c3', 'three'), 4),
      itemDone(output('c9', 'of nobody'), 5),
      done(),
    ])
    const input = (command: string) => ({ action: { commands: [command], timeoutMs: 3 } })
    expect(ofType(parts, 'hosted-call').map((call) => [call.callId, JSON.parse(call.input)])).toEqual([
      ['c1', input('one')],
      ['c2', input('two')],
      ['c3', input('three')],
    ])
    const result = (stdout: string) => ({
      output: [{ stdout, stderr: '', outcome: { type: 'exit', exitCode: 0 } }],
    })
    expect(ofType(parts, 'hosted-result').map(({ callId, result }) => [callId, result])).toEqual([
      ['c2', result('b')],
      ['c1', result('a')],
      ['c3', {}],
    ])
  })

  test('tool searches without a call id', () => {
    const parts = partsOf([
      itemDone(
        { type: 'tool_search_call', execution: 'server', call_id: null, arguments: { my_paths: ['x'] } },
        0,
      ),
      itemDone({ type: 'tool_search_output', call_id: null, tools: [{ name: 'x' }] }, 1),
      done(),
    ])
    expect(ofType(parts, 'hosted-call')).toMatchObject([
      { name: 'tool_search', input: '{"arguments":{"my_paths":["x"]},"call_id":null}' },
    ])
    expect(ofType(parts, 'hosted-result')).toMatchObject([{ result: { tools: [{ name: 'x' }] } }])
  })

  test('a call whose result never came has none where the answer failed', () => {
    const parts = partsOf([itemDone(shell('c1', 'one'))], { end: true })
    expect(parts.map(({ type }) => type)).toEqual([
      'hosted-input-start',
      'hosted-input-delta',
      'hosted-input-end',
      'hosted-call',
      'failure',
    ])
  })
})

test.each(['compaction', 'mcp_approval_request'])('an item of type %j goes on as it came', (type) => {
  const item = { id: 'x_1', type, encrypted_content: 'E', arguments: '{}' }
  expect(partsOf([added({ ...item, encrypted_content: 'D' }), itemDone(item), done([item])])).toMatchObject([
    { type: 'opaque', data: item },
    { type: 'finish' },
  ])
})

test.each(['program', 'program_output', 'mcp_list_tools', 'brand_new', null])(
  'an item of type %j is ignored',
  (type) => {
    const item = { id: 'x_1', type, call_id: 'c', name: 'n', arguments: '{}', result: 'AAAA', code: '1' }
    expect(partsOf([added(item), itemDone(item), done([item])]).map((part) => part.type)).toEqual(['finish'])
  },
)

describe('JSON output', () => {
  const delta = (text: string, index = 0): Event => ({
    type: 'response.output_text.delta',
    output_index: index,
    delta: text,
  })
  const message = (text: string, more: Event = {}): Event => ({
    type: 'message',
    content: [{ type: 'output_text', text }],
    ...more,
  })
  const FORM = { jsonOutput: true, unwrapOutput: true }

  test.each<[string, Event[], string]>([
    ['streamed', [...'{"value": [1, 2]}\n'].map((text) => delta(text)), '[1, 2]'],
    ['streamed, then whole', [delta('{"val'), delta('ue":1'), itemDone(message('{"value":1}'))], '1'],
    ['whole', [itemDone(message('{"value":{"a":1}}'))], '{"a":1}'],
    ['no wrapper', [delta('{"a"'), delta(':1}'), itemDone(message('{"a":1}'))], '{"a":1}'],
    ['cut', [delta('{"value":{"a":')], '{"a":'],
    ['cut in the head', [delta('{"val')], '{"val'],
    [
      'commentary beside it',
      [
        added(message('', { phase: 'commentary' })),
        delta('Let me see {'),
        itemDone(message('Let me see {', { phase: 'commentary' })),
        added(message('', { phase: 'final_answer' }), 1),
        delta('{"value":1}', 1),
        itemDone(message('{"value":1}', { phase: 'final_answer' }), 1),
      ],
      '1',
    ],
    [
      'a refusal',
      [
        { type: 'response.refusal.delta', output_index: 0, delta: 'No.' },
        itemDone({ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }),
      ],
      'No.',
    ],
  ])('the text is unwrapped: %s', (_, events, text) => {
    const parts = partsOf([...events, done()], FORM)
    expect(textOf(parts)).toBe(text)
    expect(ofType(parts, 'text-start')).toHaveLength(1)
    expect(ofType(parts, 'text-end')).toHaveLength(1)
    expect(parts.findIndex(({ type }) => type === 'text-end')).toBe(parts.length - 2)
  })

  test('without the form nothing is unwrapped', () => {
    expect(textOf(partsOf([itemDone(message('{"value":1}')), done()], { jsonOutput: true }))).toBe(
      '{"value":1}',
    )
  })
})

describe('items that only the last event tells', () => {
  const message = { id: 'msg_9', type: 'message', content: [{ type: 'output_text', text: 'Hello' }] }
  test('a list that lacks the reasoning, beside a message of deltas alone: its text is not doubled', () => {
    const parts = partsOf([
      itemDone({ id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'ENC' }, 0),
      { type: 'response.output_text.delta', output_index: 1, item_id: 'msg_1', delta: 'Hel' },
      done([message]),
    ])
    expect(textOf(parts)).toBe('Hello')
    expect(ofType(parts, 'text-start')).toHaveLength(1)
  })

  test('all kinds of them, in the order of the list', () => {
    const parts = partsOf([
      done([
        {
          type: 'reasoning',
          id: 'rs_1',
          summary: [{ type: 'summary_text', text: 'Hm' }],
          encrypted_content: 'E',
        },
        { type: 'web_search_call', id: 'ws_1' },
        { type: 'image_generation_call', id: 'ig_1', result: 'AAAA' },
        message,
        { type: 'custom_tool_call', call_id: 'call_1', name: 'sql', input: 'x' },
      ]),
    ])
    expect(parts.map(({ type }) => type)).toEqual([
      'reasoning-start',
      'reasoning-delta',
      'reasoning-end',
      'hosted-input-start',
      'hosted-input-end',
      'hosted-call',
      'hosted-result',
      'hosted-input-start',
      'hosted-input-end',
      'hosted-call',
      'hosted-result',
      'file',
      'text-start',
      'text-delta',
      'text-end',
      'tool-input-start',
      'tool-input-delta',
      'tool-input-delta',
      'tool-input-end',
      'tool-call',
      'finish',
    ])
  })
})

describe('what the backend says of itself', () => {
  const created = { type: 'response.created', response: { id: 'resp_1', model: 'asked' } }
  test.each<[string, Event]>([
    ['response.metadata', { type: 'response.metadata', headers: { 'OpenAI-Model': 'other' } }],
    ['a list', { type: 'codex.response.metadata', headers: { 'openai-model': ['other'] } }],
    [
      'within the response',
      { type: 'response.metadata', response: { headers: { 'openai-model': 'other' } } },
    ],
  ])('the model that answers: %s', (_, event) => {
    const before = partsOf([event, created, done([], { model: 'asked' })])
    expect(before[0]).toMatchObject({ type: 'response', info: { model: 'other' } })
    expect(before.at(-1)).toMatchObject({ info: { model: 'other' } })
    const after = partsOf([created, event, done([], { model: 'asked' })])
    expect(after.at(-1)).toMatchObject({ info: { model: 'other' } })
  })

  test.each([{ headers: null }, { headers: { 'openai-model': null } }, { response: null }, {}])(
    'metadata without a model: %j',
    (fields) => {
      const parts = partsOf([created, { type: 'response.metadata', ...fields }, done()])
      expect(parts.at(-1)).toMatchObject({ info: { model: 'asked' } })
    },
  )

  test.each([
    [false, false],
    [true, true],
    [null, undefined],
    [undefined, undefined],
  ])('end_turn %j is %j', (given, told) => {
    expect(partsOf([done([], { end_turn: given })])).toMatchObject([{ type: 'finish', endTurn: told }])
  })
})
