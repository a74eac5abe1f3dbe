import { describe, expect, test } from 'vitest'
import { replaceLoneSurrogates, toJson, toJsonText } from '../../src/lib/json-text.ts'

describe('toJson', () => {
  test.each<[string, unknown, string]>([
    ['plain JSON', { a: [1, 'x', null] }, '{"a":[1,"x",null]}'],
    ['a big number', { big: 10n }, '{"big":"10"}'],
    ['undefined', undefined, 'null'],
    ['half a character', 'a\ud83d', '"a\ufffd"'],
    ['half a character in a name', { '\udc00': '😀' }, '{"\ufffd":"😀"}'],
  ])('%s is whole', (_, value, text) => {
    expect(toJson(value)).toEqual({ text, isWhole: true })
  })

  test('a circular reference is a note, a second reference is none', () => {
    const shared = { n: 1n }
    const value: Record<string, unknown> = { first: shared, second: shared, list: [1] }
    value.self = value
    value.inner = { up: value, next: [value.list] }
    expect(toJson(value)).toEqual({
      text: '{"first":{"n":"1"},"second":{"n":"1"},"list":[1],"self":"[circular]","inner":{"up":"[circular]","next":[[1]]}}',
      isWhole: false,
    })
  })

  test('what JSON cannot write at all is a note', () => {
    let deep: unknown = 1
    for (let level = 0; level < 100_000; level++) deep = [deep]
    const thrower = {
      toJSON() {
        throw new Error('no')
      },
    }
    for (const value of [deep, thrower]) {
      expect(toJson(value)).toEqual({ text: expect.stringMatching(/^"\[left out: .*\]"$/), isWhole: false })
    }
    expect(toJsonText(thrower)).toBe(toJson(thrower).text)
  })
})

describe('replaceLoneSurrogates', () => {
  test.each([
    ['an unpaired first half', '"a\\ud83d"', '"a\ufffd"'],
    ['an unpaired second half', '"\\udE00b"', '"\ufffdb"'],
    ['the halves in the wrong order', '"\\ude00\\ud83d"', '"\ufffd\ufffd"'],
    ['an escaped pair', '"\\ud83d\\ude00 \\ud83d"', '"\\ud83d\\ude00 \ufffd"'],
    ['a backslash before the letters', '"\\\\ud83d"', '"\\\\ud83d"'],
    ['two backslashes before an escape', '"\\\\\\ud83d"', '"\\\\\ufffd"'],
    ['other escapes', '"\\n\\u00e9\\"\\ud83d"', '"\\n\\u00e9\\"\ufffd"'],
  ])('%s', (_, json, expected) => {
    expect(replaceLoneSurrogates(json)).toBe(expected)
  })

  test('nothing to replace returns the same text', () => {
    const json = JSON.stringify({ a: '😀 \\ud83d', b: 'é\n' })
    expect(replaceLoneSurrogates(json)).toBe(json)
  })
})
