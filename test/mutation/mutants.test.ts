import { expect, test } from 'vitest'
import { instrument, mutantsOf } from '../../scripts/mutation/mutants.ts'

const changed = (text: string): string[] =>
  mutantsOf(text).map(({ start, end, replacement }) => text.slice(0, start) + replacement + text.slice(end))

test.each<[name: string, text: string, changes: string[]]>([
  ['a comparison', 'a < b;', [';', 'a <= b;']],
  ['each half of a condition', 'x = a && b', [';', 'x = (a)', 'x = (b)']],
  ['a condition', 'if (a) b()', ['if (true) b()', 'if (false) b()', 'if (a) ;']],
  ['a negation', 'x = !a', [';', 'x = (a)']],
  ['numbers', 'x = 1', [';', 'x = 0']],
  [
    'strings, but no keys and imports',
    "import 'a'; const x = { 'k': 'v' }",
    ["import 'a'; const x = {  }", "import 'a'; const x = { 'k': '' }"],
  ],
  ['elements of a list', 'const x = [a, b]', ['const x = [b]', 'const x = [a]']],
  ['what is returned', 'function f() { return a }', ['function f() { return undefined }']],
  ['the body of an arrow', 'const f = () => a', ['const f = () => undefined']],
  ['no types', "type A = 'a'; let x: 1 | 'b'", []],
])('changes %s', (_, text, changes) => {
  expect(changed(text)).toEqual(changes)
})

test('each region says that it is reached, and what is loaded is known', () => {
  expect(instrument('const f = (a) => a + 1; if (x) { f(2) }', 100)).toEqual({
    text: 'globalThis.reached?.(100);const f = (a) => (globalThis.reached?.(101), a + 1); if (x) {globalThis.reached?.(102); f(2) }',
    atLoad: [100],
  })
})

test('a change stands in the region that is around it', () => {
  const text = 'const f = () => 1; function g() { return 2 }'
  expect(mutantsOf(text).map(({ replacement, region }) => [replacement, region])).toEqual([
    ['0', 1],
    ['undefined', 1],
    ['return undefined', 2],
    ['(2 + 1)', 2],
  ])
})
