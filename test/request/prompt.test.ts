import { InvalidPromptError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import type { CodexAssistantPart, CodexMessage, CodexToolResultPart } from '../../src/request/call.ts'
import { type HistoryTools, toInputItems } from '../../src/request/prompt.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const PNG_PART = { type: 'input_image', image_url: `data:image/png;base64,${PNG}` }

const assistant = (...content: CodexAssistantPart[]): CodexMessage => ({ role: 'assistant', content })
const HI: CodexMessage = { role: 'user', content: [{ type: 'text', text: 'hi' }] }
const call = (input: unknown, name = 'add') => assistant({ type: 'tool-call', callId: 'call_1', name, input })

const TOOLS: HistoryTools = {
  kindOf: (name) => (({ sql: 'custom', shell: 'local-shell' }) as const)[name],
  wrapperOf: (name) => ({ pick: { allowsString: false }, write: { allowsString: true } })[name],
  toWire: (name) => name.replaceAll('.', '_'),
}

function convert(...messages: CodexMessage[]) {
  const warnings = createWarningCollector()
  return { items: toInputItems(messages, warnings, TOOLS), warnings: warnings.list() }
}
const itemsOf = (...messages: CodexMessage[]) => convert(...messages).items

describe('messages', () => {
  test('system messages become developer messages in place, empty ones nothing', () => {
    const { items, warnings } = convert(
      { role: 'user', content: [{ type: 'text', text: 'hi' }] },
      { role: 'system', text: 'Now in French.' },
      { role: 'system', text: '' },
    )
    expect(items.map((item) => 'role' in item && item.role)).toEqual(['user', 'developer'])
    expect(warnings).toEqual([])
  })

  test.each<[string, CodexMessage]>([
    ['a user without content', { role: 'user', content: [] }],
    [
      'a user with empty parts',
      {
        role: 'user',
        content: [
          { type: 'text', text: '' },
          { type: 'text', text: '' },
        ],
      },
    ],
    ['an assistant without content', assistant()],
    ['an assistant with empty text', assistant({ type: 'text', text: '' })],
    ['no results', { role: 'tool', content: [] }],
  ])('%s is no item', (_, message) => {
    expect(convert(message)).toEqual({ items: [], warnings: [] })
  })

  test('empty parts between others are left out', () => {
    const content = ['', 'a', ''].map((text) => ({ type: 'text', text }) as const)
    expect(itemsOf({ role: 'user', content })).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'a' }] },
    ])
  })

  test('assistant text keeps its phase', () => {
    expect(itemsOf(assistant({ type: 'text', text: 'hm', phase: 'commentary' }))).toEqual([
      {
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'hm', annotations: [], logprobs: [] }],
        phase: 'commentary',
      },
    ])
  })

  test('a bad file of the user is an error that says where it stands', () => {
    const bad = { type: 'image', data: '', filename: 'a.png' } as const
    expect(() =>
      convert(
        { role: 'user', content: [{ type: 'text', text: 'one' }] },
        { role: 'user', content: [{ type: 'text', text: 'two' }, bad] },
      ),
    ).toThrow('The prompt has an image "a.png" (user message 2, part 2) that is empty.')
  })

  test.each<[string, object, string]>([
    [
      'a role',
      { role: 'function', content: [] },
      'Message 2 after the system messages has the unknown role "function"',
    ],
    [
      'a part of the user',
      { role: 'user', content: [{ type: 'video', data: 'AAAA' }] },
      'The prompt has a part of the unknown type "video" (user message 2, part 1).',
    ],
    [
      'a part of the model',
      { role: 'assistant', content: [{ type: 'thinking', text: 'hm' }] },
      'The prompt has a part of the unknown type "thinking" (assistant message 1).',
    ],
    [
      'a call without an id',
      { role: 'assistant', content: [{ type: 'tool-call', name: 'find', input: {} }] },
      'The prompt has a call of "find" (assistant message 1) without a toolCallId.',
    ],
    [
      'a result without an id',
      { role: 'tool', content: [{ output: { type: 'value', value: 1 } }] },
      'The prompt has a tool result (tool message 1, part 1) without a toolCallId.',
    ],
    [
      'an image without data',
      { role: 'user', content: [{ type: 'image' }] },
      'The prompt has an image (user message 2, part 1) whose data is not',
    ],
  ])('%s that no type allows is an error that says where', (_, message, words) => {
    const run = () => convert(HI, message as CodexMessage)
    expect(run).toThrow(InvalidPromptError)
    expect(run).toThrow(words)
  })

  test('an unknown imageDetail is one warning, and the image goes without', () => {
    const image = (detail: unknown) => ({ type: 'image', data: PNG, detail }) as const
    const { items, warnings } = convert({ role: 'user', content: [image('odd'), image(5), image('odd')] })
    expect(items).toEqual([{ type: 'message', role: 'user', content: [PNG_PART, PNG_PART, PNG_PART] }])
    expect(warnings).toEqual([
      {
        type: 'other',
        message: 'An imageDetail other than auto, low, high, original is left out: "odd", 5.',
      },
    ])
  })

  test('an image that the model made is one of the user, after the message that made it', () => {
    const image = { type: 'file', data: PNG, mediaType: 'image/png' } as const
    const { items, warnings } = convert(
      HI,
      assistant(
        image,
        { type: 'text', text: 'Here.' },
        { ...image, data: new Uint8Array(Buffer.from(PNG, 'base64')) },
      ),
      HI,
    )
    expect(items.map((item) => 'role' in item && item.role)).toEqual(['user', 'assistant', 'user', 'user'])
    expect(items[2]).toEqual({ type: 'message', role: 'user', content: [PNG_PART, PNG_PART] })
    expect(warnings).toEqual([])
  })

  test('its place does not depend on what follows, so that the prefix stays', () => {
    const drawn = assistant(
      { type: 'reasoning', summary: [], encryptedContent: 'E' },
      { type: 'image', data: PNG },
      { type: 'tool-call', callId: 'call_1', name: 'add', input: {} },
    )
    const result: CodexMessage = {
      role: 'tool',
      content: [{ callId: 'call_1', output: { type: 'value', value: 1 } }],
    }
    const loop = itemsOf(HI, drawn, result)
    expect(loop.map(({ type }) => type)).toEqual([
      'message',
      'reasoning',
      'function_call',
      'message',
      'function_call_output',
    ])
    expect(itemsOf(HI, drawn, result, HI).slice(0, loop.length)).toEqual(loop)
  })

  test.each<[string, Extract<CodexAssistantPart, { type: 'file' | 'image' }>]>([
    ['a PDF', { type: 'file', data: Buffer.from('%PDF-1.4'), mediaType: 'application/pdf' }],
    ['an empty image', { type: 'image', data: '', mediaType: 'image/png' }],
    ['sound', { type: 'file', data: 'AAAA', mediaType: 'audio/wav' }],
  ])('another file of the model is left out with one warning: %s', (_, file) => {
    const { items, warnings } = convert(assistant(file, file), assistant(file))
    expect(items).toEqual([])
    expect(warnings).toEqual([{ type: 'other', message: expect.stringContaining('assistant') }])
  })
})

describe('reasoning', () => {
  const reasoning = (encryptedContent: string | undefined, ...summary: string[]) =>
    ({ type: 'reasoning', summary, encryptedContent }) as const

  test('parts of one item, next to each other or not, are one item with all of its summary', () => {
    const items = itemsOf(
      assistant(
        reasoning('E1', 'One.'),
        reasoning('E1', 'Two.'),
        reasoning('E2'),
        reasoning('E1', 'One.', 'Three.'),
      ),
    )
    expect(items).toEqual([
      {
        type: 'reasoning',
        summary: ['One.', 'Two.', 'Three.'].map((text) => ({ type: 'summary_text', text })),
        content: null,
        encrypted_content: 'E1',
      },
      { type: 'reasoning', summary: [], content: null, encrypted_content: 'E2' },
    ])
  })

  test('what has no encrypted content is left out, with one warning for all', () => {
    const messages = Array.from({ length: 100 }, () =>
      assistant(reasoning(undefined, 'hm'), reasoning('', 'hm')),
    )
    const { items, warnings } = convert(...messages)
    expect(items).toEqual([])
    expect(warnings).toEqual([{ type: 'other', message: expect.stringContaining('encrypted content') }])
  })
})

describe('tool calls', () => {
  test.each<[unknown, string]>([
    [{ a: 1 }, '{"a":1}'],
    ['{ "a": 1 }', '{ "a": 1 }'],
    [undefined, '{}'],
    [null, '{}'],
    ['', '{}'],
    [' ', '{}'],
    ['{"a":1', '{"input":"{\\"a\\":1"}'],
    ['ls -l', '{"input":"ls -l"}'],
    ['[1]', '{"input":"[1]"}'],
    [[1], '{"input":[1]}'],
    [7, '{"input":7}'],
    [new Date(0), '{"input":"1970-01-01T00:00:00.000Z"}'],
  ])('%j has the arguments %s', (input, expected) => {
    expect(itemsOf(call(input))).toEqual([
      { type: 'function_call', status: 'completed', name: 'add', arguments: expected, call_id: 'call_1' },
    ])
  })

  test('a big number, which JSON has not, is text', () => {
    expect(itemsOf(call({ big: 10n }))).toMatchObject([{ arguments: '{"big":"10"}' }])
  })

  test.each<[unknown, string]>([
    [{ op: 'a' }, '{"value":{"op":"a"}}'],
    ['{"op":"a"}', '{"value":{"op":"a"}}'],
    [[1], '{"value":[1]}'],
    ['text', '{"value":"text"}'],
    [undefined, '{"value":null}'],
  ])('%j of a wrapped tool', (input, expected) => {
    expect(itemsOf(call(input, 'pick'))).toMatchObject([{ name: 'pick', arguments: expected }])
  })

  test.each<[unknown, string]>([
    ['{"op":"a"}', '{"value":"{\\"op\\":\\"a\\"}"}'],
    ['[1]', '{"value":"[1]"}'],
    [{ op: 'a' }, '{"value":{"op":"a"}}'],
  ])('%j of a wrapped tool whose value may be a text', (input, expected) => {
    expect(itemsOf(call(input, 'write'))).toMatchObject([{ name: 'write', arguments: expected }])
  })

  test('names are those of the wire', () => {
    expect(itemsOf(call({}, 'my.tool'))).toMatchObject([{ name: 'my_tool' }])
  })

  test.each<[unknown, string]>([
    ['SELECT 1', 'SELECT 1'],
    ['', ''],
    [undefined, ''],
    [{ a: 1 }, '{"a":1}'],
  ])('%j of a custom tool', (input, expected) => {
    expect(itemsOf(call(input, 'sql'))).toEqual([
      { type: 'custom_tool_call', status: 'completed', call_id: 'call_1', name: 'sql', input: expected },
    ])
  })

  const FULL = {
    type: 'exec',
    command: ['ls'],
    timeout_ms: 5,
    user: 'me',
    working_directory: '/',
    env: { A: 'b' },
  }
  test.each<[string, unknown, unknown]>([
    ['in the words of the backend', FULL, FULL],
    [
      'in camel case, in an action',
      { action: { command: ['ls'], timeoutMs: 5, user: 'me', workingDirectory: '/', env: { A: 'b', C: 1 } } },
      FULL,
    ],
    ['as JSON', JSON.stringify({ action: FULL }), FULL],
    ['a command that is one text', { command: 'ls' }, { type: 'exec', command: ['ls'], env: {} }],
  ])('a local shell call %s', (_, input, action) => {
    expect(itemsOf(call(input, 'shell'))).toEqual([
      { type: 'local_shell_call', status: 'completed', call_id: 'call_1', action },
    ])
  })

  test('a local shell call without a command goes as that of a function', () => {
    expect(itemsOf(call({ what: 1 }, 'shell'))).toMatchObject([
      { type: 'function_call', name: 'shell', arguments: '{"what":1}' },
    ])
  })
})

describe('tool results', () => {
  const outputOf = (part: Omit<CodexToolResultPart, 'callId'>) => {
    const { items, warnings } = convert({ role: 'tool', content: [{ callId: 'call_1', ...part }] })
    const [item] = items
    return { output: item && 'output' in item ? item.output : undefined, warnings }
  }
  const valued = (value: unknown, isError?: boolean) =>
    outputOf({ output: { type: 'value', value }, isError })

  test.each<[string, unknown, string]>([
    ['text', 'ok', 'ok'],
    ['empty text', '', ''],
    ['JSON', { a: [1] }, '{"a":[1]}'],
    ['nothing', undefined, 'null'],
    ['null', null, 'null'],
    ['an empty list', [], '[]'],
    ['an Error', new TypeError('no'), 'TypeError: no'],
    ['undefined inside', { a: undefined, b: 1 }, '{"b":1}'],
    [
      'a list of texts, as MCP gives it',
      { content: [{ type: 'text', text: 'a' }] },
      '{"content":[{"type":"text","text":"a"}]}',
    ],
    ['a record that has a type', { type: 'file', data: 'notes' }, '{"type":"file","data":"notes"}'],
  ])('%s', (_, value, output) => {
    expect(valued(value)).toEqual({ output, warnings: [] })
  })

  test.each<[string, unknown, string]>([
    ['text', 'no such file', 'Error: no such file'],
    ['text that says so', 'TypeError: no', 'TypeError: no'],
    ['JSON', { code: 1 }, 'Error: {"code":1}'],
    ['an Error', new Error('no'), 'Error: no'],
    ['nothing', undefined, 'Error: null'],
  ])('an error as %s', (_, value, output) => {
    expect(valued(value, true)).toEqual({ output, warnings: [] })
  })

  const PNG_BYTES = new Uint8Array(Buffer.from(PNG, 'base64'))

  test.each<[string, Uint8Array | ArrayBuffer]>([
    ['bytes', PNG_BYTES],
    ['a Buffer', Buffer.from(PNG, 'base64')],
    ['an ArrayBuffer', PNG_BYTES.buffer],
  ])('%s that are an image are a part', (_, value) => {
    expect(valued(value)).toEqual({ output: [PNG_PART], warnings: [] })
  })

  test.each<[string, unknown]>([
    [
      'records that name files',
      [
        {
          type: 'file',
          id: 1,
          name: 'a.pdf',
          mimeType: 'application/pdf',
          size: 9,
          url: 'https://example.com/a.pdf',
        },
      ],
    ],
    [
      'a record that names an image',
      { type: 'image', url: 'https://example.com/a.png', title: 'Hat', price: 3 },
    ],
    ['a record with data', { type: 'image', data: PNG, mimeType: 'image/png' }],
    ['a list of such records', [{ type: 'media', data: PNG, mediaType: 'image/png' }]],
    ['content', { content: [{ type: 'image', data: PNG, mimeType: 'image/png' }] }],
    [
      'content of the SDK',
      { type: 'content', value: [{ type: 'media', data: PNG, mediaType: 'image/png' }] },
    ],
    ['an error of its own', { content: [{ type: 'text', text: 'no page' }], isError: true }],
  ])('a plain JSON value stays JSON: %s', (_, value) => {
    expect(valued(value)).toEqual({ output: JSON.stringify(value), warnings: [] })
  })

  test('the data URL of an image is a part, that of anything else a string', () => {
    expect(valued(`data:image/png;base64,${PNG}`)).toEqual({ output: [PNG_PART], warnings: [] })
    const text = 'data:text/plain;base64,aGk='
    expect(valued(text)).toEqual({ output: text, warnings: [] })
  })

  test('a circular input of a call keeps what can be said, with a warning', () => {
    const input: Record<string, unknown> = { a: 1 }
    input.self = input
    for (const [name, field] of [
      ['add', 'arguments'],
      ['sql', 'input'],
    ] as const) {
      const { items, warnings } = convert(call(input, name))
      expect(items).toMatchObject([{ [field]: '{"a":1,"self":"[circular]"}' }])
      expect(warnings).toEqual([{ type: 'other', message: expect.stringContaining('call_1') }])
    }
  })

  test('a circular value keeps what can be said, with a warning', () => {
    const value: Record<string, unknown> = { rows: [1, 2] }
    value.self = value
    expect(valued(value)).toEqual({
      output: '{"rows":[1,2],"self":"[circular]"}',
      warnings: [{ type: 'other', message: expect.stringContaining('call_1') }],
    })
  })

  describe.each(['classic', 'lite'] as const)('a remote file in a %s request', (shape) => {
    const url = 'https://example.com/a.pdf'
    const send = (data: string | URL) => {
      const warnings = createWarningCollector()
      const parts = [{ type: 'file', data, mediaType: 'application/pdf', filename: 'a.pdf' }] as const
      const content = [{ callId: 'call_1', output: { type: 'parts', parts } }] as const
      const [item] = toInputItems([{ role: 'tool', content }], warnings, TOOLS, shape)
      return { output: item && 'output' in item ? item.output : undefined, warnings: warnings.list() }
    }

    test.each([url, new URL(url)])('%j', (data) => {
      const { output, warnings } = send(data)
      expect(output).toEqual([
        shape === 'lite'
          ? { type: 'input_text', text: `[left out: application/pdf at ${url}]` }
          : { type: 'input_file', filename: 'a.pdf', file_url: url },
      ])
      expect(warnings).toHaveLength(shape === 'lite' ? 1 : 0)
    })
  })

  test('an error with an image says so first', () => {
    expect(
      outputOf({ isError: true, output: { type: 'parts', parts: [{ type: 'image', data: PNG }] } }),
    ).toEqual({
      output: [{ type: 'input_text', text: 'Error:' }, PNG_PART],
      warnings: [],
    })
  })

  test.each<[string, Parameters<typeof outputOf>[0]['output']]>([
    ['an empty list of parts', { type: 'parts', parts: [] }],
    ['empty texts', { type: 'parts', parts: [{ type: 'text', text: '' }] }],
  ])('%s is an empty text', (_, output) => {
    expect(outputOf({ output })).toEqual({ output: '', warnings: [] })
  })

  test.each([
    ['audio/wav', 'AAAA'],
    ['image/svg+xml', 'PHN2Zz4='],
    ['image/png', ''],
    ['image/png', 'no base64!'],
    ['image/png', 'AAAA'],
    ['application/pdf', 'AAAA'],
  ])('%s %j is a note and a warning, not the end of the loop', (mimeType, data) => {
    const parts = [{ type: 'image', data, mediaType: mimeType }] as const
    const { output, warnings } = outputOf({ output: { type: 'parts', parts } })
    expect(output).toEqual([{ type: 'input_text', text: expect.stringContaining(mimeType) }])
    expect(warnings).toEqual([
      { type: 'other', message: expect.stringContaining('the result of call_1, part 1') },
    ])
  })
})
