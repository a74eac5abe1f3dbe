import { afterEach, expect, test, vi } from 'vitest'
import { toBase64 } from '../../src/lib/base64.ts'

const NodeBuffer = globalThis.Buffer

afterEach(() => {
  vi.unstubAllGlobals()
})

/** Lengths around the ends of a group and of a chunk. */
const LENGTHS = [0, 1, 2, 3, 255, 0x5fff, 0x6000, 0x6001, 100_000]

const bytesOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) % 256)

test.each([
  { runtime: 'Node', hasBuffer: true },
  { runtime: 'a runtime without Buffer', hasBuffer: false },
])('$runtime encodes bytes of any length', ({ hasBuffer }) => {
  const expected = LENGTHS.map((length) => NodeBuffer.from(bytesOf(length)).toString('base64'))
  if (!hasBuffer) vi.stubGlobal('Buffer', undefined)
  expect(LENGTHS.map((length) => toBase64(bytesOf(length)))).toEqual(expected)
})

test.each([{ hasBuffer: true }, { hasBuffer: false }])(
  'only the bytes of a view are encoded, with Buffer: $hasBuffer',
  ({ hasBuffer }) => {
    if (!hasBuffer) vi.stubGlobal('Buffer', undefined)
    expect(toBase64(new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 4))).toBe('AgME')
  },
)

test("a runtime's own encoder is used", () => {
  vi.stubGlobal('Buffer', undefined)
  const bytes = Object.assign(new Uint8Array(3), { toBase64: () => 'own' })
  expect(toBase64(bytes)).toBe('own')
})
