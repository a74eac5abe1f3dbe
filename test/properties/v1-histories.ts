import fc from 'fast-check'
import type { LanguageModelV1Message, LanguageModelV1Prompt } from 'spec-v1'
import { encodeSignature } from '../../src/adapters/v1/signature.ts'
import { toWireCallId } from '../../src/request/call-ids.ts'

type Assistant = Extract<LanguageModelV1Message, { role: 'assistant' }>
type User = Extract<LanguageModelV1Message, { role: 'user' }>
type Tool = Extract<LanguageModelV1Message, { role: 'tool' }>

export const PNG_BASE64 =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const PNG = new Uint8Array(Buffer.from(PNG_BASE64, 'base64'))
const PDF = Buffer.from('%PDF-1.4').toString('base64')

/** Few, so that they repeat: good ones, long and odd ones, and ones that look like what odd ones become. */
const CALL_IDS = [
  'call_1',
  'call_2',
  'call_3',
  '',
  ' ',
  'a.b:c/d',
  'a_b_c_d',
  toWireCallId('a.b:c/d'),
  toWireCallId('call_1', 1),
  'call_1|fc_1',
  'é\ud83d',
  'x'.repeat(64),
  'x'.repeat(65),
  `${'x'.repeat(64)}y`,
  `call_${'😀'.repeat(100)}`,
]

const callId = fc.constantFrom(...CALL_IDS)
const words = fc.constantFrom('', ' ', 'hi', 'a\n\nb', 'cut \ud83d', 'ünï \u0000 text', '{"a":1}')

const neighbour = fc.oneof(
  fc.record({ text: fc.constantFrom(0, 1, 2, 4) }),
  fc.record({ text: fc.constant(2), phase: fc.constantFrom('commentary', 'final_answer') }),
  fc.record({ call: callId }),
  fc.record({ call: callId, namespace: fc.constant('functions') }),
)

const ours = fc
  .record({
    encryptedContent: fc.constantFrom('ENC1', 'ENC2', 'ENC3', 'ENC4', ''),
    summary: fc.option(fc.array(fc.nat(4), { maxLength: 3 }), { nil: undefined }),
    before: fc.option(fc.array(neighbour, { maxLength: 2 }), { nil: undefined }),
    after: fc.array(neighbour, { maxLength: 3 }),
  })
  .map(encodeSignature)

const signature = fc.oneof(
  { weight: 4, arbitrary: ours },
  fc.constantFrom(
    undefined,
    '',
    'EqQBCgIYAhIM',
    'codex:v1:{',
    'codex:v1:null',
    'codex:v1:{"encryptedContent":"ENC5","after":[null,{"text":-3},{"call":7}],"before":"x","summary":[-1]}',
  ),
)

/** A JSON object, or what broken and old histories have in its place. */
const args = fc.oneof(
  fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    '{"a":1',
    '{"a":1}',
    '[1]',
    'SELECT 1',
    7,
    true,
    [1, 2],
    { command: ['ls', '-l'], env: { A: 'b', C: 1 } },
    { action: { type: 'exec', command: ['ls'], timeoutMs: 5, workingDirectory: '/' } },
    { command: 'ls' },
    { big: 10n },
  ),
)

const loop: { self?: unknown } = {}
loop.self = loop

const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    undefined,
    '',
    [],
    {},
    10n,
    loop,
    PNG,
    new Uint8Array(0),
    new Error('it broke'),
    new Date(0),
    `data:image/png;base64,${PNG_BASE64}`,
    'data:image/svg+xml;base64,PHN2Zz4=',
    {
      content: [
        { type: 'text', text: 'shot' },
        { type: 'image', data: PNG_BASE64, mimeType: 'image/png' },
      ],
      isError: false,
    },
    { content: [{ type: 'audio', data: 'AAAA', mimeType: 'audio/wav' }, null, 'x'] },
    { content: [{ type: 'image', data: '', mimeType: 'image/png' }] },
    {
      content: [
        { type: 'resource', resource: { uri: 'file:///a.pdf', mimeType: 'application/pdf', blob: PDF } },
      ],
    },
    [{ type: 'media', data: PNG_BASE64, mediaType: 'image/*' }],
    { type: 'content', value: [{ type: 'file-url', url: 'ftp://a', mediaType: 'application/pdf' }] },
    { type: 'image-url', url: 'https://example.com/a.png' },
  ),
)

const content = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('text' as const), text: words }),
    fc.record({
      type: fc.constant('image' as const),
      data: fc.constantFrom(PNG_BASE64, '', 'AAAA', '!'),
      mimeType: fc.constantFrom('image/png', 'image/svg+xml', undefined),
    }),
  ),
  { maxLength: 3 },
)

/** The result of a tool call with this id, of any kind. */
export const resultOf = (id: fc.Arbitrary<string>): fc.Arbitrary<Tool['content'][number]> =>
  fc
    .record(
      {
        type: fc.constant('tool-result' as const),
        toolCallId: id,
        toolName: fc.constantFrom('add', 'sql'),
        result: value,
        isError: fc.boolean(),
        content,
      },
      { requiredKeys: ['type', 'toolCallId', 'toolName'] },
    )
    .map((part) => ({ ...part, result: part.result }))

export const callOf = (id: fc.Arbitrary<string>): fc.Arbitrary<Assistant['content'][number]> =>
  fc.record({
    type: fc.constant('tool-call' as const),
    toolCallId: id,
    toolName: fc.constantFrom('add', 'sql', 'shell', 'pick', 'my.tool', 'my_tool', '', 'ü'.repeat(70)),
    args,
  })

export const reasoning: fc.Arbitrary<Assistant['content'][number]> = fc.record({
  type: fc.constant('reasoning' as const),
  text: words,
  signature,
}) as fc.Arbitrary<Assistant['content'][number]>

const assistantPart: fc.Arbitrary<Assistant['content'][number]> = fc.oneof(
  { weight: 3, arbitrary: reasoning },
  { weight: 3, arbitrary: callOf(callId) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('text' as const), text: words }) },
  fc.record({ type: fc.constant('redacted-reasoning' as const), data: fc.constantFrom('EqQB', '') }),
  fc.constant({ type: 'file' as const, data: PNG_BASE64, mimeType: 'image/png' }),
)

const userPart: fc.Arbitrary<User['content'][number]> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('text' as const), text: words }) },
  fc.constantFrom<User['content'][number]>(
    { type: 'image', image: PNG },
    { type: 'image', image: PNG, mimeType: 'image/*' },
    { type: 'image', image: new URL(`data:image/png;base64,${PNG_BASE64}`) },
    { type: 'image', image: new URL('https://example.com/a.png') },
    { type: 'file', data: PNG_BASE64, mimeType: 'image/jpeg' },
    { type: 'file', data: PDF, mimeType: 'application/pdf', filename: '' },
    { type: 'file', data: 'e30=', mimeType: 'application/json; charset=utf-8', filename: 'a.json' },
    { type: 'file', data: new URL('data:text/plain,a%20b'), mimeType: 'text/plain' },
  ),
)

const message: fc.Arbitrary<LanguageModelV1Message> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ role: fc.constant('system' as const), content: words }) },
  {
    weight: 2,
    arbitrary: fc.record({
      role: fc.constant('user' as const),
      content: fc.array(userPart, { maxLength: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      role: fc.constant('assistant' as const),
      content: fc.array(assistantPart, { maxLength: 5 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      role: fc.constant('tool' as const),
      content: fc.array(resultOf(callId), { maxLength: 4 }),
    }),
  },
)

/** Any history of valid V1 messages, orphans and odd ids among them; a user has the last word. */
export const history: fc.Arbitrary<LanguageModelV1Prompt> = fc
  .array(message, { maxLength: 12 })
  .map((messages) => [...messages, { role: 'user', content: [{ type: 'text', text: 'go on' }] }])

/** The messages of one step of a tool loop: each call has its result, in any order. */
const step: fc.Arbitrary<LanguageModelV1Message[]> = fc
  .record({
    reasoning: fc.array(reasoning, { maxLength: 2 }),
    text: words,
    calls: fc.uniqueArray(callId, { minLength: 1, maxLength: 3 }),
  })
  .chain(({ reasoning: thoughts, text, calls }) =>
    fc
      .record({
        made: fc.tuple(...calls.map((id) => callOf(fc.constant(id)))),
        results: fc
          .shuffledSubarray(calls, { minLength: calls.length, maxLength: calls.length })
          .chain((order) => fc.tuple(...order.map((id) => resultOf(fc.constant(id))))),
      })
      .map(({ made, results }): LanguageModelV1Message[] => [
        { role: 'assistant', content: [...thoughts, { type: 'text', text }, ...made] },
        { role: 'tool', content: results },
      ]),
  )

/** A tool loop, as the list of its steps. */
export const steps: fc.Arbitrary<LanguageModelV1Message[][]> = fc.array(step, { minLength: 1, maxLength: 5 })
