import { describe, expect, test } from 'vitest'
import type { CodexAssistantPart, CodexMessage } from '../../src/request/call.ts'
import { toWireCallId } from '../../src/request/call-ids.ts'
import { repairHistory } from '../../src/request/history.ts'
import type { InputItem } from '../../src/request/items.ts'
import { toInputItems } from '../../src/request/prompt.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'

const call = (callId: string, name = 'add') => ({ type: 'tool-call', callId, name, input: {} }) as const
const thought = (encryptedContent: string) => ({ type: 'reasoning', summary: [], encryptedContent }) as const
const text = (value: string) => ({ type: 'text', text: value }) as const

const user = (value: string): CodexMessage => ({ role: 'user', content: [text(value)] })
const model = (...content: CodexAssistantPart[]): CodexMessage => ({ role: 'assistant', content })
const results = (...callIds: string[]): CodexMessage => ({
  role: 'tool',
  content: callIds.map((callId, index) => ({ callId, output: { type: 'value', value: `${index}` } })),
})

const KINDS = { sql: 'custom', shell: 'local-shell' } as const
const TOOLS = {
  kindOf: (name: string) => (Object.hasOwn(KINDS, name) ? KINDS[name as keyof typeof KINDS] : undefined),
  wrapperOf: () => undefined,
  toWire: (name: string) => name,
}

/** What of an item tells where it stands. */
function brief(item: InputItem): string {
  if (item.type === 'message') {
    const [part] = item.content
    return `${item.role} ${part && 'text' in part ? part.text : ''}`
  }
  if (item.type === 'reasoning') return `reasoning ${item.encrypted_content}`
  const output = 'output' in item ? ` ${JSON.stringify(item.output)}` : ''
  return `${item.type} ${'call_id' in item ? item.call_id : ''}${output}`
}

function mend(messages: readonly CodexMessage[]) {
  const warnings = createWarningCollector()
  const items = repairHistory(toInputItems(messages, warnings, TOOLS), warnings)
  return {
    items: items.map(brief),
    warnings: warnings.list().map((warning) => (warning.type === 'other' ? warning.message : '')),
  }
}

/** The id under which the n-th call of an id goes. */
const again = (id: string, n = 1) => toWireCallId(id, n)

describe('a history that the backend takes stays as it is', () => {
  test.each<[string, CodexMessage[], string[]]>([
    [
      'results in another order than the calls',
      [user('go'), model(call('a'), call('b')), results('b', 'a')],
      [
        'user go',
        'function_call a',
        'function_call b',
        'function_call_output b "0"',
        'function_call_output a "1"',
      ],
    ],
    [
      'a result after a word of the user',
      [model(call('a')), user('wait'), results('a')],
      ['function_call a', 'user wait', 'function_call_output a "0"'],
    ],
    [
      'reasoning before reasoning before a call',
      [model(thought('E1'), thought('E2'), call('a')), results('a')],
      ['reasoning E1', 'reasoning E2', 'function_call a', 'function_call_output a "0"'],
    ],
    [
      'each tool with the output that goes with it',
      [
        model(call('a'), call('b', 'sql'), {
          ...call('c', 'shell'),
          input: { action: { type: 'exec', command: ['ls'] } },
        }),
        results('a', 'b', 'c'),
      ],
      [
        'function_call a',
        'custom_tool_call b',
        'local_shell_call c',
        'function_call_output a "0"',
        'custom_tool_call_output b "1"',
        'local_shell_call_output c "2"',
      ],
    ],
  ])('%s', (_, messages, items) => {
    expect(mend(messages)).toEqual({ items, warnings: [] })
  })
})

test('a local shell gives text alone: an image of it is a note and a warning', () => {
  const PNG = 'iVBORw0KGgoAAAANSUhEUgAA'
  const shell = { ...call('c', 'shell'), input: { action: { type: 'exec', command: ['ls'] } } }
  const parts = [
    text('seen'),
    { type: 'image', data: PNG },
    { type: 'image', data: new URL('https://example.com/a.png') },
    { type: 'file', data: 'YSxi', mediaType: 'text/csv' },
  ] as const
  const answer: CodexMessage = { role: 'tool', content: [{ callId: 'c', output: { type: 'parts', parts } }] }
  const { items, warnings } = mend([model(shell), answer])
  const note = (what: string) => `[left out: ${what} that can't be shown]`
  const output = ['seen', note('image/png'), note('image'), note('text/csv')].join('\n')
  expect(items).toEqual(['local_shell_call c', `local_shell_call_output c ${JSON.stringify(output)}`])
  expect(warnings).toEqual([expect.stringMatching(/local shell.*: c\.$/)])
})

describe('calls and outputs that miss each other', () => {
  test.each<[string, CodexMessage[], string[], RegExp]>([
    [
      'a call without its output keeps its reasoning and is answered',
      [user('go'), model(thought('E1'), call('a')), user('well?')],
      ['user go', 'reasoning E1', 'function_call a', 'function_call_output a "aborted"', 'user well?'],
      /aborted: a \(add\)/,
    ],
    [
      'one of two calls',
      [model(call('a'), call('b', 'sql')), results('a')],
      [
        'function_call a',
        'custom_tool_call b',
        'custom_tool_call_output b "aborted"',
        'function_call_output a "0"',
      ],
      /aborted: b \(sql\)/,
    ],
    [
      'at the very end',
      [user('go'), model(call('a'))],
      ['user go', 'function_call a', 'function_call_output a "aborted"'],
      /aborted: a \(add\)/,
    ],
    [
      'an output without a call (BR-18)',
      [user('go'), results('a'), user('well?')],
      ['user go', 'user well?'],
      /left out: a\./,
    ],
    [
      'a second output of one call',
      [model(call('a')), results('a', 'a')],
      ['function_call a', 'function_call_output a "0"'],
      /left out: a\./,
    ],
  ])('%s', (_, messages, items, warning) => {
    expect(mend(messages)).toEqual({ items, warnings: [expect.stringMatching(warning)] })
  })

  test('an output before its call goes behind it', () => {
    expect(mend([results('a'), user('go'), model(call('a'))])).toEqual({
      items: ['user go', 'function_call a', 'function_call_output a "0"'],
      warnings: [],
    })
  })

  test('many of a kind are one warning, which names the first', () => {
    const { warnings } = mend([model(...Array.from({ length: 300 }, (_, n) => call(`c${n}`)))])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/: c0 \(add\), c1 \(add\).* and 295 more\.$/)
  })
})

describe('call ids', () => {
  test('two calls of one id in one turn: each pair stays a pair', () => {
    expect(mend([model(call('a'), call('a')), results('a', 'a')]).items).toEqual([
      'function_call a',
      `function_call ${again('a')}`,
      'function_call_output a "0"',
      `function_call_output ${again('a')} "1"`,
    ])
  })

  test('in two turns', () => {
    expect(
      mend([model(call('a')), results('a'), user('again'), model(call('a')), results('a')]).items,
    ).toEqual([
      'function_call a',
      'function_call_output a "0"',
      'user again',
      `function_call ${again('a')}`,
      `function_call_output ${again('a')} "0"`,
    ])
  })

  test('an output goes to the turn before it, not to an aborted one', () => {
    expect(mend([model(call('a')), user('again'), model(call('a')), results('a')]).items).toEqual([
      'function_call a',
      'function_call_output a "aborted"',
      'user again',
      `function_call ${again('a')}`,
      `function_call_output ${again('a')} "0"`,
    ])
  })

  test.each(['toolu:01/é', 'x'.repeat(65), '', 'fc_1|call_1'])('%j is mapped, for call and output', (id) => {
    const wire = toWireCallId(id)
    expect(wire).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
    expect(mend([model(call(id)), results(id)]).items).toEqual([
      `function_call ${wire}`,
      `function_call_output ${wire} "0"`,
    ])
  })
})

describe('reasoning', () => {
  test.each<[string, CodexMessage[], string[]]>([
    ['before a user message', [model(thought('E1')), user('go')], ['user go']],
    ['at the end', [user('go'), model(thought('E1'), thought('E2'))], ['user go']],
    ['before an empty text', [model(thought('E1'), text('')), user('go')], ['user go']],
    [
      'before the output of an earlier call',
      [model(call('a'), thought('E1')), results('a'), model(text('hi'))],
      ['function_call a', 'function_call_output a "0"', 'assistant hi'],
    ],
  ])('without a follower is left out: %s', (_, messages, items) => {
    expect(mend(messages)).toEqual({ items, warnings: [expect.stringMatching(/that nothing follows/)] })
  })

  test('the same twice is sent once', () => {
    const turn = [model(thought('E1'), text('hi')), user('go')]
    expect(mend([...turn, ...turn])).toEqual({
      items: ['reasoning E1', 'assistant hi', 'user go', 'assistant hi', 'user go'],
      warnings: [],
    })
  })
})

test('many calls with one id are paired, each with its own output', () => {
  const count = 20_000
  const alternating = mend(Array.from({ length: count }, () => [model(call('a')), results('a')]).flat())
  expect(alternating.warnings).toEqual([])
  expect(alternating.items).toHaveLength(2 * count)
  const late = mend([
    ...Array.from({ length: count }, () => [model(call('a')), user('x')]).flat(),
    ...Array.from({ length: count }, () => results('a')),
  ])
  expect(late.warnings).toEqual([])
  expect(late.items).toHaveLength(3 * count)
  const early = mend([...Array.from({ length: count }, () => results('a')), model(call('a'))])
  expect(early.items).toHaveLength(2)
  expect(early.warnings).toHaveLength(1)
})
