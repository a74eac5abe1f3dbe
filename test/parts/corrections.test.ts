import { expect, test } from 'vitest'
import { applyCorrections } from '../../src/parts/corrections.ts'
import type { CodexPart } from '../../src/parts/part.ts'

const block = (item: number, ...deltas: string[]): CodexPart[] => [
  { type: 'text-start', id: `${item}`, item, phase: undefined },
  ...deltas.map((delta): CodexPart => ({ type: 'text-delta', id: `${item}`, item, delta })),
  { type: 'text-end', id: `${item}`, item, itemId: undefined, phase: undefined, annotations: [] },
]
const correction = (item: number, text: string): CodexPart => ({ type: 'text-correction', item, text })
const source: CodexPart = {
  type: 'source',
  item: 0,
  itemId: undefined,
  source: { type: 'url', url: 'https://a.test', title: undefined },
  range: { startIndex: undefined, endIndex: undefined },
}

test.each<[string, CodexPart[], CodexPart[]]>([
  ['no correction', [...block(0, 'a', 'b'), source], [...block(0, 'a', 'b'), source]],
  ['another text', [...block(0, 'a', 'b'), correction(0, 'c'), source], [...block(0, 'c'), source]],
  [
    'of one of two',
    [...block(0, 'a'), ...block(1, 'b'), correction(1, 'c')],
    [...block(0, 'a'), ...block(1, 'c')],
  ],
  [
    'no text at all',
    [...block(0, 'a'), source, ...block(1, 'b'), correction(0, '')],
    [source, ...block(1, 'b')],
  ],
])('%s', (_, parts, expected) => {
  expect(applyCorrections(parts).filter(({ type }) => type !== 'text-correction')).toEqual(expected)
})
