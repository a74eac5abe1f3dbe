import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createQuoter } from '../../src/parts/quote.ts'
import type { TextFilter } from '../../src/parts/text-filter.ts'
import { createUnwrapper, unwrap } from '../../src/parts/unwrap.ts'
import { SEED } from '../support/seed.ts'

const pass = (filter: TextFilter, pieces: readonly string[]): string =>
  pieces.map((piece) => filter.push(piece)).join('') + filter.end() + filter.end()

/** The text cut at each one of its places, at each two of them, and into single characters. */
function* cutsOf(text: string): Generator<string[]> {
  yield [...text]
  yield text.split('')
  for (let first = 0; first <= text.length; first++) {
    for (let second = first; second <= text.length; second++) {
      yield [text.slice(0, first), text.slice(first, second), text.slice(second)]
    }
  }
}

describe('unwrap', () => {
  test.each([
    ['{"value":{"a":1}}', '{"a":1}'],
    ['{"value":[{"a":"}"},"]"]}', '[{"a":"}"},"]"]'],
    ['{"value":"a\\"b\\\\"}', '"a\\"b\\\\"'],
    ['{"value":12.50}', '12.50'],
    ['{"value":null}', 'null'],
    ['{"value":""}', '""'],
    ['\n{ "value" :\t{"value":1} }\n\n', '{"value":1}'],
    ['{"value": true \n } ', 'true'],
    ['{"value":"👋 {"}', '"👋 {"'],
    ['{"\\u0076alue":1}', '1'],
    ['{ "v\\u0061\\u006Cu\\u0065" : {"\\u0076alue":1}}', '{"\\u0076alue":1}'],
  ])('%j is %j, cut anywhere', (text, value) => {
    expect(unwrap(text)).toBe(value)
    for (const pieces of cutsOf(text)) expect(pass(createUnwrapper(), pieces)).toBe(value)
  })

  test.each([
    '',
    ' ',
    '{}',
    '{',
    '{"value"',
    '{"value":',
    '{"value": }',
    '{"value":,1}',
    '{"values":1}',
    '{"valu":1}',
    '{"va lue":1}',
    '{" value":1}',
    '{"value ":1}',
    '{"other":{"value":1}}',
    '[1,2]',
    '"value"',
    'I cannot do that.',
    '{"\\u0076alu":1}',
    '{"\\u0077alue":1}',
    '{"value\\u0022:1}',
    '{"\\value":1}',
    '{"val\\u00',
  ])('%j is no wrapper, and stays as it is, cut anywhere', (text) => {
    expect(unwrap(text)).toBe(text)
    for (const pieces of cutsOf(text)) expect(pass(createUnwrapper(), pieces)).toBe(text)
  })

  test.each([
    ['{"value":{"a":1},"b":2}', '{"a":1},"b":2}'],
    ['{"value":1} more', '1} more'],
    ['{"value":1}}', '1}}'],
    ['{"value":[1', '[1'],
    ['{"value":1 ', '1 '],
    ['{"value":1 2}', '1 2}'],
  ])('%j stays whole as a whole; streamed, all but the head of it is said', (text, streamed) => {
    expect(unwrap(text)).toBe(text)
    for (const pieces of cutsOf(text)) expect(pass(createUnwrapper(), pieces)).toBe(streamed)
  })

  test(`any JSON value, spaced and cut anyhow (1000 runs, seed ${SEED})`, () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom(0, 1, 2),
        fc.array(fc.nat(), { maxLength: 10 }),
        (value, indent, cuts) => {
          const inner = JSON.stringify(value, null, indent)
          const text = `{ "value": ${inner}\n}`
          const places = [0, ...cuts.map((cut) => cut % text.length), text.length].sort((a, b) => a - b)
          const pieces = places.slice(1).map((end, index) => text.slice(places[index], end))
          expect(pass(createUnwrapper(), pieces)).toBe(inner)
          expect(unwrap(text)).toBe(inner)
        },
      ),
      { seed: SEED, numRuns: 1000 },
    )
  })

  test('a model that never stops with its spaces costs no more than they do', () => {
    const unwrapper = createUnwrapper()
    unwrapper.push('{"value":1')
    for (let n = 0; n < 100_000; n++) unwrapper.push(' ')
    unwrapper.push('}')
    expect(unwrapper.end()).toBe('')
  })
})

describe('quote', () => {
  test.each(['', 'SELECT 1', 'a "b" \\ \n\t\u0001', '👋 héllo 你好', '\ud83d', '\ud83dx', '\ude00\ud83d'])(
    '%j is its JSON text, cut anywhere',
    (text) => {
      for (const pieces of cutsOf(text)) expect(pass(createQuoter(), pieces)).toBe(JSON.stringify(text))
    },
  )
})
