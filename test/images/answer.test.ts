import { describe, expect, test } from 'vitest'
import { addUsage, readImageAnswer } from '../../src/images/answer.ts'

const read = (answer: unknown) => readImageAnswer(JSON.stringify(answer))

const NOTHING = {
  revisedPrompt: undefined,
  size: undefined,
  quality: undefined,
  background: undefined,
  outputFormat: undefined,
}

test('an image has what the answer says of all, unless it says so of itself', () => {
  expect(
    read({
      model: 'gpt-image-2',
      size: '1024x1024',
      quality: 'high',
      background: 'opaque',
      output_format: 'png',
      data: [
        { b64_json: 'aaaa', revised_prompt: 'A fox' },
        {
          b64_json: 'bbbb',
          size: '1536x1024',
          quality: 'low',
          background: 'transparent',
          output_format: 'webp',
        },
      ],
      usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3, other: 4 },
    }),
  ).toEqual({
    model: 'gpt-image-2',
    images: [
      {
        base64: 'aaaa',
        revisedPrompt: 'A fox',
        size: '1024x1024',
        quality: 'high',
        background: 'opaque',
        outputFormat: 'png',
      },
      {
        base64: 'bbbb',
        revisedPrompt: undefined,
        size: '1536x1024',
        quality: 'low',
        background: 'transparent',
        outputFormat: 'webp',
      },
    ],
    usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
  })
})

test.each([undefined, null, [], 'many', { total_tokens: 'many' }])(
  'usage of %j leaves all counts unknown',
  (usage) => {
    expect(read({ data: [{ b64_json: 'aaaa' }], model: 7, usage })).toEqual({
      model: undefined,
      images: [{ base64: 'aaaa', ...NOTHING }],
      usage: { inputTokens: undefined, outputTokens: undefined, totalTokens: undefined },
    })
  },
)

test.each([
  ['aaaa', true],
  ['Az09+/', true],
  ['aa', true],
  ['aa==', true],
  ['aaa=', true],
  ['aaa', true],
  ['aaa==', true],
  ['a', false],
  ['aaaaa', false],
  ['aa===', false],
  ['aa==aa', false],
  ['=', false],
  ['==', false],
  ['aaa-', false],
  ['aa a', false],
  ['', false],
  [7, false],
])('base64 %j can be read: %j', (b64_json, isRead) => {
  expect(read({ data: [{ b64_json: 'aaaa' }, { b64_json }] })).toMatchObject(
    isRead
      ? { images: [{ base64: 'aaaa' }, { base64: b64_json }] }
      : { fault: 'Image 2 of the answer has no readable base64 data.' },
  )
})

test.each([
  ['<html>', 'The answer is not a JSON object.'],
  ['[]', 'The answer is not a JSON object.'],
  ['null', 'The answer is not a JSON object.'],
  ['{}', 'The answer has no images.'],
  ['{"data":{"length":1}}', 'The answer has no images.'],
  ['{"data":[]}', 'The answer has no images.'],
  ['{"data":[null]}', 'Image 1 of the answer has no readable base64 data.'],
])('%s: %s', (text, fault) => {
  expect(readImageAnswer(text)).toEqual({ fault })
})

describe('usage of several requests', () => {
  const counts = (inputTokens?: number, outputTokens?: number, totalTokens?: number) => ({
    inputTokens,
    outputTokens,
    totalTokens,
  })
  test.each([
    [counts(1, 2, 3), counts(10, 20, 30), counts(11, 22, 33)],
    [counts(1, undefined, 0), counts(undefined, 20, 30), counts(1, 20, 30)],
    [counts(), counts(), counts()],
  ])('%j and %j', (a, b, sum) => {
    expect(addUsage(a, b)).toEqual(sum)
  })
})
