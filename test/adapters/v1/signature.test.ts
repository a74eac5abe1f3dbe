import { describe, expect, test } from 'vitest'
import {
  decodeSignature,
  encodeSignature,
  type Neighbour,
  restoreOrder,
} from '../../../src/adapters/v1/signature.ts'

const call = (callId: string) => ({ type: 'tool-call', callId, name: 'add', input: {} }) as const
const reasoning = (text: string, after: Neighbour[], summary?: number[]) => ({
  text,
  signature: { encryptedContent: `ENC-${text}`, after, summary },
})
const texts = (...parts: string[]) => parts.map((text) => ({ type: 'text', text }) as const)

/** The parts as short words, to see their order. */
const short = (parts: ReturnType<typeof restoreOrder>) =>
  parts.map((part) =>
    part.type === 'text'
      ? `text:${part.text}${part.phase ? `(${part.phase})` : ''}`
      : part.type === 'reasoning'
        ? `reasoning:${part.summary.join('|')}`
        : part.type === 'tool-call'
          ? `${part.callId}${part.namespace ? `(${part.namespace})` : ''}`
          : part.type,
  )

describe('signatures', () => {
  test('come back as they were', () => {
    const content = {
      encryptedContent: 'gAAA==',
      summary: [1, 2],
      after: [
        { text: 3, phase: 'commentary' },
        { call: 'call_1', namespace: 'functions' },
      ],
    }
    expect(decodeSignature(encodeSignature(content))).toEqual(content)
  })

  test('a note has no encrypted content', () => {
    const note = { after: [{ text: 3, phase: 'commentary' }] }
    expect(decodeSignature(encodeSignature(note))).toEqual(note)
  })

  test.each([
    [undefined],
    [''],
    ['sig-of-another-provider'],
    ['codex:v1:'],
    ['codex:v1:{'],
    ['codex:v1:null'],
    ['codex:v1:{"encryptedContent":1}'],
    ['codex:v1:{"encryptedContent":1,"after":[]}'],
    ['codex:v1:{}'],
    [{ encryptedContent: 'x', after: [] }],
    [1],
    ['codex:v2:{"encryptedContent":"x","after":[]}'],
  ])('%j is none of ours', (signature) => {
    expect(decodeSignature(signature)).toBeUndefined()
  })
})

test('what is no neighbour and no length is passed over', () => {
  const after = [
    null,
    'x',
    {},
    { text: -1 },
    { text: 1.5 },
    { call: 1 },
    { text: 2, phase: 3 },
    { call: 'c' },
  ]
  const content = { encryptedContent: 'E', summary: [1, -1], before: 'x', after }
  expect(decodeSignature(`codex:v1:${JSON.stringify(content)}`)).toEqual({
    encryptedContent: 'E',
    after: [{ text: 2 }, { call: 'c' }],
  })
})

describe('restoreOrder', () => {
  test.each<[string, Parameters<typeof restoreOrder>[0], string[]]>([
    [
      'reasoning before its call',
      { reasoning: [reasoning('r1', [{ call: 'c1' }])], texts: [], calls: [call('c1')] },
      ['reasoning:r1', 'c1'],
    ],
    [
      'commentary between two reasoning items, then two calls',
      {
        reasoning: [
          reasoning('r1', [{ text: 5, phase: 'commentary' }]),
          reasoning('r2', [{ call: 'c2' }, { call: 'c1', namespace: 'functions' }]),
        ],
        texts: texts('Hello'),
        calls: [call('c1'), call('c2')],
      },
      ['reasoning:r1', 'text:Hello(commentary)', 'reasoning:r2', 'c2', 'c1(functions)'],
    ],
    [
      'one joined text is cut again',
      {
        reasoning: [reasoning('r1', [{ text: 3 }]), reasoning('r2', [{ text: 2, phase: 'final_answer' }])],
        texts: texts('abcde'),
        calls: [],
      },
      ['reasoning:r1', 'text:abc', 'reasoning:r2', 'text:de(final_answer)'],
    ],
    [
      'a text that was made longer since stays whole, after its reasoning',
      { reasoning: [reasoning('r1', [{ text: 2 }])], texts: texts('abcde'), calls: [] },
      ['reasoning:r1', 'text:abcde'],
    ],
    [
      'a call and a message before the first reasoning',
      {
        reasoning: [
          {
            text: 'r1',
            signature: {
              encryptedContent: 'ENC',
              before: [{ call: 'c1' }, { text: 3, phase: 'commentary' }],
              after: [{ call: 'c2' }, { text: 2 }],
            },
          },
        ],
        texts: texts('abcde'),
        calls: [call('c1'), call('c2')],
      },
      ['c1', 'text:abc(commentary)', 'reasoning:r1', 'c2', 'text:de'],
    ],
    [
      'a text that was shortened since stays whole, after its reasoning',
      { reasoning: [reasoning('r1', [{ text: 9 }])], texts: texts('ab', 'c'), calls: [] },
      ['reasoning:r1', 'text:ab', 'text:c'],
    ],
    [
      'a call that is gone, and one that no signature knows',
      {
        reasoning: [reasoning('r1', [{ call: 'gone' }, { call: 'c1' }])],
        texts: [],
        calls: [call('c2'), call('c1')],
      },
      ['reasoning:r1', 'c1', 'c2'],
    ],
    [
      'no signature: the order of LanguageModelV1',
      { reasoning: [{ text: 'r1', signature: undefined }], texts: texts('a', 'b'), calls: [call('c1')] },
      ['reasoning:r1', 'text:a', 'text:b', 'c1'],
    ],
    [
      'several parts of a summary',
      { reasoning: [reasoning('one\n\ntwo', [{ call: 'c1' }], [3, 3])], texts: [], calls: [call('c1')] },
      ['reasoning:one|two', 'c1'],
    ],
    [
      'a summary that was changed since',
      { reasoning: [reasoning('changed', [{ call: 'c1' }], [3, 3])], texts: [], calls: [call('c1')] },
      ['reasoning:changed', 'c1'],
    ],
    [
      'one item in two parts, as `ai` may cut it',
      {
        reasoning: [
          reasoning('one', [{ text: 2 }, { call: 'c1' }], [3, 3]),
          { ...reasoning('two', []), signature: { encryptedContent: 'ENC-one', after: [] } },
        ],
        texts: texts('ab'),
        calls: [call('c1')],
      },
      ['reasoning:one|two', 'text:ab', 'c1'],
    ],
    [
      'the same part twice',
      {
        reasoning: [reasoning('one', [{ text: 2 }]), reasoning('one', [{ text: 2 }])],
        texts: texts('ab'),
        calls: [],
      },
      ['reasoning:one', 'text:ab'],
    ],
    [
      'two calls of one id',
      { reasoning: [reasoning('r1', [{ call: 'c1' }])], texts: texts('a'), calls: [call('c1'), call('c1')] },
      ['reasoning:r1', 'c1', 'text:a', 'c1'],
    ],
  ])('%s', (_, content, expected) => {
    expect(short(restoreOrder(content))).toEqual(expected)
  })
})
