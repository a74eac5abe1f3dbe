import { expect, test } from 'vitest'
import { isWebAddress, placeSources } from '../../examples/next-chat/lib/place-sources.ts'

const URL_A = 'https://a.test/'
const URL_B = 'https://b.test/'
const cites = (url: unknown, start_index: unknown, end_index: unknown) => ({
  type: 'url_citation',
  url,
  start_index,
  end_index,
})

test.for([
  { name: 'none', text: 'Hi.', annotations: undefined, pieces: ['Hi.'] },
  { name: 'no list', text: 'Hi.', annotations: { length: 9 }, pieces: ['Hi.'] },
  { name: 'an empty text', text: '', annotations: [cites(URL_A, 0, 0)], pieces: [] },
  { name: 'words', text: 'Snow.', annotations: [cites(URL_A, 0, 4)], pieces: ['Snow', URL_A, '.'] },
  {
    name: 'a link in Markdown',
    text: 'Snow ([a](b)).',
    annotations: [cites(URL_A, 5, 13)],
    pieces: ['Snow ', URL_A, '.'],
  },
  {
    name: 'two, in no order',
    text: 'Snow, ice.',
    annotations: [cites(URL_B, 6, 9), cites(URL_A, 0, 4)],
    pieces: ['Snow', URL_A, ', ice', URL_B, '.'],
  },
  {
    name: 'two that overlap: the first one stands',
    text: 'Snow, ice.',
    annotations: [cites(URL_A, 0, 7), cites(URL_B, 6, 9)],
    pieces: ['Snow, i', URL_A, 'ce.'],
  },
  {
    name: 'places that are none',
    text: 'Snow.',
    annotations: [
      ...[
        [-1, 2],
        [3, 2],
        [2, 2],
        [0, 6],
        [0.5, 2],
        ['0', '2'],
        [Number.NaN, 2],
      ].map(([start, end]) => cites(URL_A, start, end)),
      null,
      'x',
      cites(URL_A, undefined, 2),
    ],
    pieces: ['Snow.'],
  },
  {
    name: 'addresses that no link may lead to',
    text: 'Snow.',
    annotations: [
      ...[
        'javascript:alert(1)',
        'data:text/html,x',
        'file:///etc/passwd',
        '//a.test',
        'https://',
        ' https://a.test',
      ],
      ...[undefined, 7],
    ].map((url) => cites(url, 0, 4)),
    pieces: ['Snow.'],
  },
])('citations of a text: $name', ({ text, annotations, pieces }) => {
  const placed = placeSources(text, annotations)
  expect(placed.map((piece) => ('url' in piece ? piece.url : piece.text))).toEqual(pieces)
})

test('ten thousand citations are placed at once, each with a key of its own', () => {
  const annotations = Array.from({ length: 10_000 }, (_, n) => cites(URL_A, n * 2, n * 2 + 1))
  const places = placeSources('x'.repeat(20_000), annotations).flatMap((piece) =>
    'at' in piece ? piece.at : [],
  )
  expect(new Set(places).size).toBe(10_000)
})

test('a web address may be written in any case', () => {
  expect(isWebAddress('HTTPS://A.test')).toBe(true)
})
