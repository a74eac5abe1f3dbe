import { describe, expect, test } from 'vitest'
import { partsOf, textOf } from '../support/machine.ts'

type Event = Record<string, unknown>

const CREATED = { type: 'response.created', response: { id: 'resp_1' } }
const usage = {
  input_tokens: 10,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 6,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 16,
}
const done = (output: unknown[] = [], more: Event = {}): Event => ({
  type: 'response.completed',
  response: { id: 'resp_1', status: 'completed', output, usage, ...more },
})
const message = (text: string, index: number | null = 0, more: Event = {}): Event => ({
  type: 'response.output_item.done',
  output_index: index ?? undefined,
  item: {
    id: `msg_${index}`,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
    ...more,
  },
})
const delta = (text: string, index: number | null = 0, more: Event = {}): Event => ({
  type: 'response.output_text.delta',
  output_index: index ?? undefined,
  item_id: `msg_${index}`,
  delta: text,
  ...more,
})
const callItem = (args: unknown, more: Event = {}) => ({
  id: 'fc_1',
  type: 'function_call',
  call_id: 'call_1',
  name: 'add',
  arguments: args,
  ...more,
})
const added = (item: Event, index = 0): Event => ({
  type: 'response.output_item.added',
  output_index: index,
  item,
})
const itemDone = (item: Event, index = 0): Event => ({
  type: 'response.output_item.done',
  output_index: index,
  item,
})
const argsDelta = (text: string, index = 0): Event => ({
  type: 'response.function_call_arguments.delta',
  output_index: index,
  item_id: 'fc_1',
  delta: text,
})
/** The text of each block. */
const textsOf = (parts: ReturnType<typeof partsOf>) =>
  parts
    .filter((part) => part.type === 'text-start')
    .map(({ id }) => textOf(parts.filter((part) => part.type === 'text-delta' && part.id === id)))
const correctionsOf = (parts: ReturnType<typeof partsOf>) =>
  parts.flatMap((part) => (part.type === 'text-correction' ? [{ item: part.item, text: part.text }] : []))
const finishOf = (parts: ReturnType<typeof partsOf>) => parts.find((part) => part.type === 'finish')

describe('text', () => {
  test.each<[string, Event[]]>([
    ['deltas and item', [CREATED, delta('Hel'), delta('lo'), message('Hello'), done()]],
    ['item alone (BR-34)', [CREATED, message('Hello'), done()]],
    ['deltas alone', [CREATED, delta('Hel'), delta('lo'), done()]],
    ['the last event alone', [CREATED, done([(message('Hello') as { item: Event }).item])]],
    [
      'deltas, item and a full last event',
      [delta('Hello'), message('Hello'), done([(message('Hello') as { item: Event }).item])],
    ],
    ['a delta is missing', [CREATED, delta('Hel'), message('Hello'), done()]],
    ['a delta after done', [message('Hello'), delta('lo'), done()]],
    ['items in the wrong order (BR-34)', [message('lo', 1), message('Hel', 0), done()]],
    ['no index, ids only', [delta('Hel', null), delta('lo', null), message('Hello', null), done()]],
    [
      'ids that rotate',
      [delta('Hel', 0, { item_id: 'a' }), delta('lo', 0, { item_id: 'b' }), message('Hello'), done()],
    ],
    [
      'no index and no ids',
      [
        { type: 'response.output_text.delta', delta: 'Hel' },
        { type: 'response.output_text.delta', delta: 'lo' },
        message('Hello', null, { id: undefined }),
        done(),
      ],
    ],
    [
      'a last event whose list lacks the reasoning',
      [
        itemDone({ id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'ENC' }),
        done([(message('Hello', 1) as { item: Event }).item]),
      ],
    ],
    [
      'a last event whose list lacks the reasoning, and a message that is known',
      [
        itemDone({ id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'ENC' }),
        message('Hello', 1),
        done([(message('Hello', 1, { id: 'other' }) as { item: Event }).item]),
      ],
    ],
    [
      'nulls and unknown events',
      [
        { type: 'response.brand_new', x: null },
        { type: 'response.output_item.added', item: null },
        delta('Hello', 1),
        done(),
      ],
    ],
  ])('%s', (_, events) => {
    const parts = partsOf(events)
    expect(textOf(parts)).toBe('Hello')
    expect(finishOf(parts)).toMatchObject({ reason: 'stop' })
    expect(parts.filter((part) => part.type === 'text-start').length).toBe(
      parts.filter((part) => part.type === 'text-end').length,
    )
  })

  test.each<[string, Event[]]>(
    [
      [
        'one by one',
        [
          ['a', 'He'],
          ['b', 'Wo'],
          ['a', 'llo'],
          ['b', 'rld'],
        ],
      ],
      [
        'the second one after the first',
        [
          ['a', 'Hel'],
          ['a', 'lo'],
          ['b', 'World'],
        ],
      ],
      [
        'with their ends missing',
        [
          ['a', 'He'],
          ['b', 'Wo'],
          ['a', 'l'],
        ],
      ],
    ].map(([name, told]) => [
      name as string,
      (told as string[][]).map(([id, text = '']) => delta(text, null, { item_id: id })),
    ]),
  )('deltas of two messages without an index, %s, are two texts', (_, deltas) => {
    const parts = partsOf([
      ...deltas,
      message('Hello', null, { id: 'a' }),
      message('World', null, { id: 'b' }),
      done(),
    ])
    expect(textsOf(parts)).toEqual(['Hello', 'World'])
  })

  test.each<[string, Event[], string[], unknown[]]>([
    ['another text', [delta('Helo'), message('Hello')], ['Helo'], [{ item: 0, text: 'Hello' }]],
    ['a shorter text', [delta('Hello'), message('Hell')], ['Hello'], [{ item: 0, text: 'Hell' }]],
    ['more text', [delta('Hel'), message('Hello')], ['Hello'], []],
    ['no text', [delta('Hello'), message('')], ['Hello'], []],
    [
      'of two, one other text',
      [message('A', 0), delta('x', 1), message('B', 1)],
      ['A', 'x'],
      [{ item: 1, text: 'B' }],
    ],
  ])(
    'the item tells %s: what is out stays, and the truth is told beside it',
    (_, events, texts, corrections) => {
      const parts = partsOf([...events, done()])
      expect(textsOf(parts)).toEqual(texts)
      expect(correctionsOf(parts)).toEqual(corrections)
    },
  )

  test('a message that stays empty makes no block', () => {
    const parts = partsOf([CREATED, message(''), done()])
    expect(parts.map((part) => part.type)).toEqual(['response', 'finish'])
  })

  test('a refusal is text with the reason content-filter', () => {
    const refusal = { type: 'response.refusal.delta', output_index: 0, item_id: 'msg_0', delta: 'No.' }
    const item = message('', 0, { content: [{ type: 'refusal', refusal: 'No.' }] })
    const parts = partsOf([CREATED, refusal, item, done()])
    expect(textOf(parts)).toBe('No.')
    expect(finishOf(parts)).toMatchObject({ reason: 'content-filter' })
  })

  test('the commentary phase is left out of JSON', () => {
    const events = [
      added({ id: 'msg_0', type: 'message', phase: 'commentary' }),
      delta('Let me see.'),
      message('Let me see.', 0, { phase: 'commentary' }),
      added({ id: 'msg_1', type: 'message', phase: 'final_answer' }, 1),
      delta('{"a":1}', 1),
      message('{"a":1}', 1, { phase: 'final_answer' }),
      done(),
    ]
    expect(textOf(partsOf(events, { jsonOutput: true }))).toBe('{"a":1}')
    expect(textOf(partsOf(events))).toBe('Let me see.{"a":1}')
  })

  describe('where JSON is asked for, and only the item tells the phase', () => {
    const JSON_FORM = { jsonOutput: true }
    const commentary = message('Let me see.', 0, { phase: 'commentary' })
    const answer = [delta('{"a"', 1), delta(':1}', 1), message('{"a":1}', 1, { phase: 'final_answer' })]

    test.each<[string, Event[], string]>([
      ['commentary', [delta(' '), delta('Let me see.'), commentary, ...answer], '{"a":1}'],
      ['no more than commentary', [delta('Let me '), delta('see.'), commentary], 'Let me see.'],
      ['commentary, and its item alone', [commentary], 'Let me see.'],
      [
        'commentary that has no end',
        [added({ type: 'message', phase: 'commentary' }), delta('Let me')],
        'Let me',
      ],
      ['an answer that is no object', [delta('tr'), delta('ue'), message('true')], 'true'],
      ['an answer without an item', [delta('Sorry.')], 'Sorry.'],
      ['commentary beside a call', [commentary, itemDone(callItem('{}'), 1)], ''],
    ])('%s', (_, events, text) => {
      const parts = partsOf([...events, done()], JSON_FORM)
      expect(textOf(parts)).toBe(text)
      expect(correctionsOf(parts)).toEqual([])
      expect(parts.at(-1)).toMatchObject({ type: 'finish' })
    })

    test('what begins as JSON comes as it comes', () => {
      expect(textOf(partsOf([delta('\n{"a"'), delta(':')], JSON_FORM))).toBe('\n{"a":')
    })

    test('an answer that is cut shows what was held', () => {
      expect(textOf(partsOf([delta('Sorry')], { ...JSON_FORM, end: true }))).toBe('Sorry')
    })

    test.each([
      ['beside the answer it is taken back', answer, [{ item: 0, text: '' }]],
      ['alone it is the text', [], []],
    ])('commentary that begins as JSON is out: %s', (_, rest, corrections) => {
      const parts = partsOf(
        [delta('{"note"'), message('{"note":1}', 0, { phase: 'commentary' }), ...rest, done()],
        JSON_FORM,
      )
      expect(textOf(parts)).toMatch(/^\{"note":1\}/)
      expect(correctionsOf(parts)).toEqual(corrections)
    })
  })
})

describe('tool calls', () => {
  test('deltas, then the whole call from the item (BR-35)', () => {
    const parts = partsOf([
      CREATED,
      added(callItem('')),
      argsDelta('{"a"'),
      argsDelta(':1,'),
      argsDelta('"b":2}'),
      {
        type: 'response.function_call_arguments.done',
        output_index: 0,
        item_id: 'fc_1',
        arguments: '{"a":1,"b":2}',
      },
      itemDone(callItem('{"a":1,"b":2}')),
      done(),
    ])
    expect(parts.slice(1, -1)).toEqual([
      { type: 'tool-input-start', callId: 'call_1', item: 0, name: 'add' },
      { type: 'tool-input-delta', callId: 'call_1', item: 0, name: 'add', delta: '{"a"' },
      { type: 'tool-input-delta', callId: 'call_1', item: 0, name: 'add', delta: ':1,' },
      { type: 'tool-input-delta', callId: 'call_1', item: 0, name: 'add', delta: '"b":2}' },
      { type: 'tool-input-end', callId: 'call_1', item: 0 },
      {
        type: 'tool-call',
        callId: 'call_1',
        item: 0,
        itemId: 'fc_1',
        name: 'add',
        input: '{"a":1,"b":2}',
        namespace: undefined,
      },
    ])
    expect(finishOf(parts)).toMatchObject({ reason: 'tool-calls' })
  })

  test.each([
    ['', '{}'],
    [null, '{}'],
    [{ a: 1 }, '{"a":1}'],
    ['{"a":', '{"a":'],
  ])('arguments %j come out as %s', (given, input) => {
    const parts = partsOf([itemDone(callItem(given)), done()])
    expect(parts).toContainEqual(expect.objectContaining({ type: 'tool-call', input }))
  })

  test.each([
    ['cut in the middle', [added(callItem('')), argsDelta('{"a"')]],
    [
      'incomplete item',
      [added(callItem('')), argsDelta('{"a"'), itemDone(callItem('{"a"', { status: 'incomplete' }))],
    ],
    ['no name', [itemDone(callItem('{}', { name: '' }))]],
  ])('half a call is never run: %s', (_, events) => {
    const parts = partsOf(events, { end: true })
    expect(parts.map((part) => part.type)).not.toContain('tool-call')
    expect(parts.at(-1)).toMatchObject({ type: 'failure', failure: { code: 'stream_cut' } })
  })

  test.each([
    ['by two items', [itemDone(callItem('{}')), itemDone({ ...callItem('{}'), id: 'fc_9' }, 1)], []],
    [
      'by the last event at another place',
      [itemDone(callItem('{}'), 0)],
      [{ type: 'other' }, callItem('{}', { id: undefined })],
    ],
  ])('a call that is told twice, %s, is one call', (_, events, output) => {
    const parts = partsOf([...events, done(output)])
    expect(parts.filter((part) => part.type === 'tool-call')).toHaveLength(1)
  })

  test('a call without an index, and with ids that rotate, is told once', () => {
    const parts = partsOf([
      { type: 'response.output_item.added', item: callItem('', { id: 'fc_1' }) },
      { type: 'response.function_call_arguments.delta', item_id: 'fc_7', delta: '{}' },
      { type: 'response.output_item.done', item: callItem('{}', { id: 'fc_2' }) },
      done(),
    ])
    expect(parts.flatMap((part) => (part.type === 'tool-input-delta' ? [part.delta] : []))).toEqual(['{}'])
    expect(parts.filter((part) => part.type === 'tool-call')).toHaveLength(1)
  })

  test('two calls whose deltas interleave', () => {
    const second = { ...callItem('{"b":2}'), id: 'fc_2', call_id: 'call_2' }
    const parts = partsOf([
      added(callItem('')),
      added({ ...second, arguments: '' }, 1),
      argsDelta('{"a"', 0),
      argsDelta('{"b"', 1),
      argsDelta(':1}', 0),
      argsDelta(':2}', 1),
      itemDone(second, 1),
      itemDone(callItem('{"a":1}'), 0),
      done(),
    ])
    const calls = parts.filter((part) => part.type === 'tool-call')
    expect(calls.map(({ callId, input }) => [callId, input])).toEqual([
      ['call_2', '{"b":2}'],
      ['call_1', '{"a":1}'],
    ])
  })
})

describe('reasoning', () => {
  const summary = (text: string, part: number): Event => ({
    type: 'response.reasoning_summary_text.delta',
    output_index: 0,
    item_id: 'rs_1',
    summary_index: part,
    delta: text,
  })
  const item = (texts: string[], more: Event = {}) =>
    itemDone({
      id: 'rs_1',
      type: 'reasoning',
      summary: texts.map((text) => ({ type: 'summary_text', text })),
      encrypted_content: 'ENC1',
      ...more,
    })

  test('a block for each part of the summary, all ended by the item with its encrypted content (BR-48)', () => {
    const parts = partsOf([summary('A', 0), summary('B', 1), summary('b', 1), item(['A', 'Bb']), done()])
    expect(parts.slice(0, -1)).toEqual([
      { type: 'reasoning-start', id: 'rs_1:0', item: 0 },
      { type: 'reasoning-delta', id: 'rs_1:0', item: 0, delta: 'A' },
      { type: 'reasoning-start', id: 'rs_1:1', item: 0 },
      { type: 'reasoning-delta', id: 'rs_1:1', item: 0, delta: 'B' },
      { type: 'reasoning-delta', id: 'rs_1:1', item: 0, delta: 'b' },
      { type: 'reasoning-end', id: 'rs_1:0', item: 0, itemId: 'rs_1', encryptedContent: 'ENC1' },
      { type: 'reasoning-end', id: 'rs_1:1', item: 0, itemId: 'rs_1', encryptedContent: 'ENC1' },
    ])
  })

  test('one item, whatever its ids, without an index', () => {
    const of = (id: string) => ({ id, type: 'reasoning', summary: [], encrypted_content: 'ENC' })
    const added = { type: 'response.output_item.added', item: of('rs_1') }
    const parts = partsOf([
      added,
      { type: 'response.output_item.done', item: of('rs_2') },
      done([of('rs_3')]),
    ])
    expect(parts.filter((part) => part.type === 'reasoning-end')).toHaveLength(1)
  })

  test('an item that shows nothing still hands on its encrypted content', () => {
    expect(partsOf([item([]), done()]).slice(0, -1)).toEqual([
      { type: 'reasoning-start', id: 'rs_1:0', item: 0 },
      { type: 'reasoning-end', id: 'rs_1:0', item: 0, itemId: 'rs_1', encryptedContent: 'ENC1' },
    ])
  })

  test('an item with neither text nor encrypted content is nothing', () => {
    expect(partsOf([item([], { encrypted_content: null }), done()]).map((part) => part.type)).toEqual([
      'finish',
    ])
  })

  test('raw reasoning is reasoning too', () => {
    const raw = {
      type: 'response.reasoning_text.delta',
      output_index: 0,
      item_id: 'rs_1',
      content_index: 0,
      delta: 'hm',
    }
    const parts = partsOf([raw, item([], { content: [{ type: 'reasoning_text', text: 'hmm' }] }), done()])
    expect(parts.filter((part) => part.type === 'reasoning-delta').map((part) => part.delta)).toEqual([
      'hm',
      'm',
    ])
  })
})

describe('the end', () => {
  test.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content-filter'],
    ['something_new', 'other'],
  ])('response.incomplete by %s is %s', (reason, expected) => {
    const parts = partsOf([
      delta('Hel'),
      { type: 'response.incomplete', response: { id: 'resp_1', incomplete_details: { reason } } },
    ])
    expect(parts.map((part) => part.type)).toEqual(['text-start', 'text-delta', 'text-end', 'finish'])
    expect(finishOf(parts)).toMatchObject({ reason: expected, rawReason: reason })
  })

  test('response.done counts as response.completed, and nothing after it counts', () => {
    const parts = partsOf([delta('Hi'), { ...done(), type: 'response.done' }, delta('again'), done()], {
      end: true,
    })
    expect(textOf(parts)).toBe('Hi')
    expect(parts.filter((part) => part.type === 'finish')).toHaveLength(1)
  })

  test.each<[string, Event, Event]>([
    [
      'incomplete',
      { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
      { reason: 'length' },
    ],
    ['incomplete for no reason', { status: 'incomplete', incomplete_details: null }, { reason: 'other' }],
    ['completed', { status: 'completed', incomplete_details: null, error: null }, { reason: 'stop' }],
    ['unknown', { status: 'brand_new' }, { reason: 'stop' }],
  ])('the status tells how the answer ended: %s', (_, response, expected) => {
    for (const type of ['response.completed', 'response.done']) {
      const parts = partsOf([delta('Hi'), { type, response }])
      expect(parts.slice(2)).toMatchObject([{ type: 'text-end' }, { type: 'finish', ...expected }])
    }
  })

  test.each<[string, Event, Event]>([
    [
      'failed',
      { status: 'failed', error: { code: 'server_error', message: 'Oh' } },
      { code: 'server_error', message: 'Oh' },
    ],
    ['failed without an error', { status: 'failed', error: null }, { message: undefined }],
    ['cancelled', { status: 'cancelled', error: null }, { message: 'The backend cancelled the response.' }],
    [
      'cancelled with an error',
      { status: 'cancelled', error: { code: 'x', message: 'Oh' } },
      { code: 'x', message: 'Oh' },
    ],
  ])('a response that is %s has failed', (_, response, failure) => {
    for (const type of ['response.completed', 'response.done']) {
      const parts = partsOf([delta('Hi'), { type, response }], { end: true })
      expect(parts.slice(2)).toMatchObject([{ type: 'text-end' }, { type: 'failure', failure }])
    }
  })

  test('a stream that ends without a terminal event has failed, its blocks closed (BR-46)', () => {
    const parts = partsOf([CREATED, delta('Hel')], { end: true })
    expect(parts.map((part) => part.type)).toEqual([
      'response',
      'text-start',
      'text-delta',
      'text-end',
      'failure',
    ])
  })

  test('error and response.failed are one failure (BR-40)', () => {
    const parts = partsOf([
      CREATED,
      {
        type: 'error',
        error: { type: 'tokens', code: 'rate_limit_exceeded', message: 'Too large', param: null },
      },
      { type: 'response.failed', response: { error: { code: 'rate_limit_exceeded', message: 'Too large' } } },
    ])
    expect(parts.slice(1)).toEqual([
      {
        type: 'failure',
        failure: expect.objectContaining({ code: 'rate_limit_exceeded', message: 'Too large' }),
      },
    ])
  })

  test('usage (BR-49)', () => {
    expect(finishOf(partsOf([done()]))?.usage).toEqual({
      inputTokens: 10,
      cachedInputTokens: 4,
      outputTokens: 6,
      reasoningTokens: 2,
      totalTokens: 16,
      raw: usage,
    })
    const unknown = {
      inputTokens: undefined,
      cachedInputTokens: undefined,
      outputTokens: undefined,
      reasoningTokens: undefined,
      totalTokens: undefined,
    }
    expect(finishOf(partsOf([done([], { usage: null })]))?.usage).toEqual(unknown)
    expect(
      finishOf(partsOf([done([], { usage: { input_tokens: 1, output_tokens: 2 } })]))?.usage,
    ).toMatchObject({
      ...unknown,
      inputTokens: 1,
      outputTokens: 2,
      totalTokens: 3,
    })
  })

  test('a rate-limit event is a note, not an end (BR-38)', () => {
    const limits = {
      type: 'codex.rate_limits',
      rate_limits: { limit_reached: true, primary: { used_percent: 100 } },
    }
    const parts = partsOf([limits, message('Hello'), done()])
    expect(textOf(parts)).toBe('Hello')
    expect(finishOf(parts)?.rateLimits).toEqual({ limitReached: true, primary: { usedPercent: 100 } })
  })
})
