import { describe, expect, it } from 'vitest'
import { editJson } from '../../../src/auth/file/edit-json.ts'

describe('editJson', () => {
  it.each([
    ['sets', '{"a":1}', [], { a: 'x' }, '{"a":"x"}'],
    ['sets a number', '{"a":null}', [], { a: 5 }, '{"a":5}'],
    ['sets what is an object', '{"a":{"b":[1,{"c":"}"}]},"d":1}', [], { a: 1 }, '{"a":1,"d":1}'],
    ['sets the last of two', '{"a":1,"a":2}', [], { a: 3 }, '{"a":1,"a":3}'],
    ['adds', '{\n  "a": 1\n}', [], { b: 'x' }, '{\n  "a": 1,\n  "b": "x"\n}'],
    ['adds on one line', '{"a":1}', [], { b: 'x' }, '{"a":1,"b":"x"}'],
    ['adds to an empty object', '{}', [], { a: 'x' }, '{"a": "x"}'],
    ['adds behind an object', '{"t": {"a": 1}}', [], { b: 2 }, '{"t": {"a": 1},"b": 2}'],
    ['goes into an object', '{"a":0,"t":{"a":1}}', ['t'], { a: 2, b: 3 }, '{"a":0,"t":{"a":2,"b":3}}'],
    ['takes out the first', '{ "a": 1, "b": 2 }', [], { a: undefined }, '{ "b": 2 }'],
    ['takes out the last', '{\n "a": 1,\n "b": 2\n}', [], { b: undefined }, '{\n "a": 1\n}'],
    ['takes out the only one', '{ "a": 1 }', [], { a: undefined }, '{  }'],
    ['takes out what is not there', '{"a":1}', [], { b: undefined }, '{"a":1}'],
    ['is not misled by text', '{"x":"\\"a\\":{","a":1}', [], { a: 2 }, '{"x":"\\"a\\":{","a":2}'],
    ['reads escapes in keys', '{"\\u0061":1}', [], { a: 2 }, '{"\\u0061":2}'],
    ['takes leading space', ' \r\n{"a":-1.5e3}', [], { a: 2 }, ' \r\n{"a":2}'],
  ])('%s', (_, text, path, values, expected) => {
    expect(editJson(text, path, values)).toBe(expected)
    expect(() => JSON.parse(expected)).not.toThrow()
  })
})
