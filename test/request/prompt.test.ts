import { InvalidPromptError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import type { CodexAssistantPart, CodexMessage, CodexToolResultPart } from '../../src/request/call.ts'
import { type HistoryTools, toInputItems } from '../../src/request/prompt.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const PNG_PART = { type: 'input_image', image_url: `data:image/png;base64,${PNG}` }
const PDF = Buffer.from('%PDF-1.4').toString('base64')

const assistant = (...content: CodexAssistantPart[]): CodexMessage => ({ role: 'assistant', content })
const HI: CodexMessage = { role: 'user', content: [{ type: 'text', text: 'hi' }] }
const call = (input: unknown, name = 'add') => assistant({ type: 'tool-call', callId: 'call_1', name, input })

const TOOLS: HistoryTools = {
  kindOf: (name) => (({ sql: 'custom', shell: 'local-shell' }) as const)[name],
  wrapperOf: (name) => ({ pick: { takesText: false }, write: { takesText: true } })[name],
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
      'Message 2 after the system text has the unknown role "function"',
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
      'The prompt has an image (user message 2, part 1) whose data is no bytes, base64 or URL.',
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

  test('files of the model are left out with one warning', () => {
    const file = { type: 'file', data: PNG, mediaType: 'image/png' } as const
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

  test.each<[string, unknown, unknown[]]>([
    [
      'MCP content (BR-30)',
      {
        content: [
          { type: 'text', text: 'shot' },
          { type: 'image', data: PNG, mimeType: 'image/png' },
        ],
      },
      [{ type: 'input_text', text: 'shot' }, PNG_PART],
    ],
    [
      'MCP content beside other fields',
      { content: [{ type: 'image', data: PNG, mimeType: 'image/png' }], structuredContent: { a: 1 } },
      [PNG_PART, { type: 'input_text', text: '{"structuredContent":{"a":1}}' }],
    ],
    [
      'an embedded resource of MCP',
      {
        content: [
          { type: 'resource', resource: { uri: 'file:///x/a.pdf', mimeType: 'application/pdf', blob: PDF } },
        ],
      },
      [{ type: 'input_file', filename: 'a.pdf', file_data: `data:application/pdf;base64,${PDF}` }],
    ],
    [
      'content of ai 5',
      { type: 'content', value: [{ type: 'media', data: PNG, mediaType: 'image/png' }] },
      [PNG_PART],
    ],
    ['content of ai 6', [{ type: 'image-data', data: PNG, mediaType: 'image/png' }], [PNG_PART]],
    [
      'content of ai 7',
      [{ type: 'file', data: { type: 'data', data: PNG }, mediaType: 'image/png' }],
      [PNG_PART],
    ],
    [
      'MCP content that is no error',
      { content: [{ type: 'image', data: PNG, mimeType: 'image/png' }], isError: false },
      [PNG_PART],
    ],
    [
      'MCP content that is an error',
      {
        content: [
          { type: 'text', text: 'no page' },
          { type: 'image', data: PNG, mimeType: 'image/png' },
        ],
        isError: true,
      },
      [{ type: 'input_text', text: 'Error:' }, { type: 'input_text', text: 'no page' }, PNG_PART],
    ],
    [
      'bytes in a part',
      { type: 'image', data: Buffer.from(PNG, 'base64'), mimeType: 'image/png' },
      [PNG_PART],
    ],
    [
      'an ArrayBuffer in a part',
      [{ type: 'image', data: new Uint8Array(Buffer.from(PNG, 'base64')).buffer, mimeType: 'image/png' }],
      [PNG_PART],
    ],
    ['one image', { type: 'image', data: PNG, mimeType: 'image/png' }, [PNG_PART]],
    ['bytes', new Uint8Array(Buffer.from(PNG, 'base64')), [PNG_PART]],
    ['a data URL', `data:image/png;base64,${PNG}`, [PNG_PART]],
    [
      'an unknown part beside an image',
      [
        { type: 'image', data: PNG, mimeType: 'image/png' },
        { type: 'odd', a: 1 },
      ],
      [PNG_PART, { type: 'input_text', text: '{"type":"odd","a":1}' }],
    ],
  ])('images and files are parts: %s', (_, value, output) => {
    expect(valued(value)).toEqual({ output, warnings: [] })
  })

  test('an MCP error of text alone says so', () => {
    expect(valued({ content: [{ type: 'text', text: 'no page' }], isError: true })).toEqual({
      output: 'Error: {"content":[{"type":"text","text":"no page"}],"isError":true}',
      warnings: [],
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
    const { output, warnings } = valued({ content: [{ type: 'image', data, mimeType }] })
    expect(output).toEqual([{ type: 'input_text', text: expect.stringContaining(mimeType) }])
    expect(warnings).toEqual([
      { type: 'other', message: expect.stringContaining('the result of call_1, part 1') },
    ])
  })
})
