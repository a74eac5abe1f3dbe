import { expect, test } from 'vitest'
import { createUtf8Decoder } from '../../../src/transport/http/utf8.ts'

const encode = (text: string): number[] => [...new TextEncoder().encode(text)]

const TEXTS: Array<{ name: string; bytes: number[] }> = [
  { name: 'ASCII', bytes: encode('data: hi\n\n') },
  { name: 'characters of 2, 3 and 4 bytes', bytes: encode('é→😀é→😀') },
  { name: 'a mark at the start, and one within', bytes: encode('\uFEFFa\uFEFFb') },
  { name: 'two marks', bytes: encode('\uFEFF\uFEFFa') },
  { name: 'a mark alone', bytes: encode('\uFEFF') },
  { name: 'a character that the end cuts', bytes: [0x61, 0xf0, 0x9f, 0x98] },
  { name: 'a cut character before another one', bytes: [0xe2, 0x86, 0x61, 0xe2, 0xc3, 0xa9] },
  { name: 'bytes that begin no character', bytes: [0x80, 0x80, 0x80, 0x80, 0x61, 0xff, 0xfe, 0xf8, 0x88] },
  {
    name: 'overlong forms and surrogates',
    bytes: [0xc0, 0xaf, 0xe0, 0x80, 0xaf, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80],
  },
  { name: 'nothing', bytes: [] },
]

function decodeBy(chunks: readonly Uint8Array[]): string {
  const decoder = createUtf8Decoder()
  return chunks.map((chunk) => decoder.decode(chunk)).join('') + decoder.end()
}

test.each(TEXTS)('$name: decoded as by a TextDecoder, wherever it is cut', ({ bytes }) => {
  const whole = Uint8Array.from(bytes)
  const expected = new TextDecoder().decode(whole)
  for (let first = 0; first <= whole.length; first++) {
    for (let second = first; second <= whole.length; second++) {
      const chunks = [whole.slice(0, first), whole.slice(first, second), whole.slice(second)]
      expect(decodeBy(chunks)).toBe(expected)
    }
  }
  expect(decodeBy(bytes.map((byte) => Uint8Array.of(byte)))).toBe(expected)
})

test('a chunk whose memory is used again loses nothing', () => {
  const decoder = createUtf8Decoder()
  const chunk = Uint8Array.from([0x61, 0xe2, 0x86])
  const before = decoder.decode(chunk)
  chunk.fill(0)
  expect(before + decoder.decode(Uint8Array.of(0x92))).toBe('a→')
})
