import { describe, expect, test } from 'vitest'
import { type AssistantContent, restoreOrder, type SignedReasoning } from '../../../src/adapters/v1/order.ts'
import type { Neighbour } from '../../../src/adapters/v1/signature.ts'

const call = (callId: string) => ({ type: 'tool-call', callId, name: 'add', input: {} }) as const
const reasoning = (text: string, after: Neighbour[], summary?: number[]): SignedReasoning => ({
  text,
  signature: { encryptedContent: `ENC-${text}`, after, summary },
  followsCall: false,
})
/** Where `ai` 4 puts the reasoning of the next step. */
const trailing = (text: string, after: Neighbour[], before?: Neighbour[]): SignedReasoning => ({
  text,
  signature: { encryptedContent: `ENC-${text}`, after, before },
  followsCall: true,
})
const note = (after: Neighbour[], followsCall: boolean): SignedReasoning => ({
  text: '',
  signature: { after },
  followsCall,
})
const texts = (...parts: string[]) => parts.map((text) => ({ type: 'text', text }) as const)

type Given = Partial<AssistantContent>

const restore = (...messages: Given[]) =>
  restoreOrder(
    messages.map((message) => ({
      reasoning: [],
      texts: [],
      textsBefore: 0,
      calls: [],
      others: [],
      ...message,
    })),
  ).map(short)

/** The parts as short words, to see their order. */
const short = (parts: ReturnType<typeof restoreOrder>[number]) =>
  parts.map((part) =>
    part.type === 'text'
      ? `text:${part.text}${part.phase ? `(${part.phase})` : ''}`
      : part.type === 'reasoning'
        ? `reasoning:${part.summary.join('|')}`
        : part.type === 'tool-call'
          ? `${part.callId}${part.namespace ? `(${part.namespace})` : ''}`
          : part.type,
  )

describe('restoreOrder', () => {
  test.each<[string, Given, string[]]>([
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
            followsCall: false,
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
      {
        reasoning: [{ text: 'r1', signature: undefined, followsCall: false }],
        texts: texts('a', 'b'),
        calls: [call('c1')],
      },
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
    expect(restore(content)).toEqual([expected])
  })

  test.each<[string, Given[], string[][]]>([
    [
      'reasoning that stands behind the call of the step before',
      [
        {
          reasoning: [reasoning('r1', [{ call: 'c1' }]), trailing('r2', [{ call: 'c2' }])],
          calls: [call('c1')],
        },
        { reasoning: [trailing('r3', [{ text: 3, phase: 'final_answer' }])], calls: [call('c2')] },
        { texts: texts('end') },
      ],
      [
        ['reasoning:r1', 'c1'],
        ['reasoning:r2', 'c2'],
        ['reasoning:r3', 'text:end(final_answer)'],
      ],
    ],
    [
      'two items of the next step',
      [
        {
          reasoning: [
            reasoning('r1', [{ call: 'c1' }]),
            trailing('r2', [{ text: 1, phase: 'commentary' }]),
            trailing('r3', [{ call: 'c2' }]),
          ],
          calls: [call('c1')],
        },
        { texts: texts('a'), calls: [call('c2')] },
      ],
      [
        ['reasoning:r1', 'c1'],
        ['reasoning:r2', 'text:a(commentary)', 'reasoning:r3', 'c2'],
      ],
    ],
    [
      'text before the reasoning of the next step',
      [
        {
          reasoning: [
            reasoning('r1', [{ call: 'c1' }]),
            trailing('r2', [{ text: 2 }], [{ text: 3, phase: 'commentary' }]),
          ],
          calls: [call('c1')],
        },
        { texts: texts('abcde') },
      ],
      [
        ['reasoning:r1', 'c1'],
        ['text:abc(commentary)', 'reasoning:r2', 'text:de'],
      ],
    ],
    [
      'notes alone, and the text of an answer that needs none',
      [
        {
          reasoning: [
            note([{ text: 1, phase: 'commentary' }, { call: 'c1' }], false),
            note([{ text: 1, phase: 'commentary' }, { call: 'c2' }], true),
          ],
          texts: texts('a'),
          calls: [call('c1')],
        },
        { texts: texts('b'), calls: [call('c2')] },
        { texts: texts('end') },
      ],
      [['text:a(commentary)', 'c1'], ['text:b(commentary)', 'c2'], ['text:end(final_answer)']],
    ],
    [
      'text that follows a call of its answer stands in the next message',
      [
        { reasoning: [reasoning('r1', [{ call: 'c1' }, { text: 3 }])], calls: [call('c1')] },
        {
          reasoning: [reasoning('r2', [{ call: 'c2' }])],
          texts: texts('abc'),
          textsBefore: 1,
          calls: [call('c2')],
        },
      ],
      [
        ['reasoning:r1', 'c1', 'text:abc'],
        ['reasoning:r2', 'c2'],
      ],
    ],
    [
      'text of an answer without a signature before that of one with it',
      [
        {
          reasoning: [reasoning('r2', [{ text: 2 }, { call: 'c2' }])],
          texts: texts('abc', 'de'),
          calls: [call('c2')],
        },
      ],
      [['text:abc', 'reasoning:r2', 'text:de', 'c2']],
    ],
    [
      'two texts without a signature before it',
      [{ reasoning: [reasoning('r3', [{ text: 3 }])], texts: texts('a', 'bc', 'def') }],
      [['text:a', 'text:bc', 'reasoning:r3', 'text:def']],
    ],
    [
      'a text that begins before the signed length and ends after it',
      [{ reasoning: [reasoning('r3', [{ text: 3 }])], texts: texts('a', 'bcd', 'ef') }],
      [['reasoning:r3', 'text:a', 'text:bcd', 'text:ef']],
    ],
    [
      'a call that `ai` put into a message of its own',
      [
        { reasoning: [reasoning('r1', [{ text: 1 }, { call: 'c1' }])], texts: texts('a') },
        { calls: [call('c1')] },
      ],
      [['reasoning:r1', 'text:a', 'c1'], []],
    ],
    [
      'reasoning whose call is in a later message',
      [{ reasoning: [reasoning('r1', [{ call: 'c1' }])] }, { calls: [call('c1')] }],
      [[], ['reasoning:r1', 'c1']],
    ],
    [
      'calls of two steps that have one id',
      [
        {
          reasoning: [reasoning('r1', [{ call: 'c' }]), trailing('r2', [{ call: 'c' }])],
          calls: [call('c')],
        },
        { reasoning: [trailing('r3', [{ text: 3 }])], calls: [call('c')] },
        { texts: texts('end') },
      ],
      [
        ['reasoning:r1', 'c'],
        ['reasoning:r2', 'c'],
        ['reasoning:r3', 'text:end'],
      ],
    ],
    [
      'a step that never came, at the end',
      [
        {
          reasoning: [reasoning('r1', [{ call: 'c1' }]), trailing('r2', [{ call: 'gone' }])],
          calls: [call('c1')],
        },
      ],
      [['reasoning:r1', 'c1', 'reasoning:r2']],
    ],
    [
      'a step in between whose reasoning the page left out',
      [
        { reasoning: [reasoning('r1', [{ call: 'c1' }])], calls: [call('c1')] },
        { reasoning: [trailing('r3', [{ call: 'c3' }])], calls: [call('c2')] },
        { calls: [call('c3')] },
      ],
      [['reasoning:r1', 'c1'], ['c2'], ['reasoning:r3', 'c3']],
    ],
  ])('over several messages: %s', (_, messages, expected) => {
    expect(restore(...messages)).toEqual(expected)
  })
})
