/** Decoder of a text that comes in chunks. */
export interface Utf8Decoder {
  /** Decodes a chunk, but for a character that is cut at its end. */
  decode(chunk: Uint8Array): string
  /** Decodes what the end of the text has cut. */
  end(): string
}

/**
 * Creates a decoder that does what a `TextDecoder` does with `stream: true`. Node decodes whole texts several times
 * faster than streams, and into strings of half the size; so each chunk is made whole.
 *
 * @see https://encoding.spec.whatwg.org/#utf-8-decoder
 */
export function createUtf8Decoder(): Utf8Decoder {
  // Only the first character of the text is a byte order mark, not the first one of each chunk.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let cut: Uint8Array | undefined
  let isAtStart = true

  function decodeWhole(bytes: Uint8Array): string {
    const text = decoder.decode(bytes)
    if (!isAtStart || text === '') return text
    isAtStart = false
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  }

  return {
    decode(chunk) {
      const bytes = cut ? concat(cut, chunk) : chunk
      const end = startOfCut(bytes)
      // A copy, since the sender may use the chunk's memory again.
      cut = end === bytes.length ? undefined : bytes.slice(end)
      return decodeWhole(cut ? bytes.subarray(0, end) : bytes)
    },
    end() {
      const rest = cut
      cut = undefined
      return rest ? decodeWhole(rest) : ''
    },
  }
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length)
  bytes.set(first)
  bytes.set(second, first.length)
  return bytes
}

/** The start of a character that the end of the bytes cuts; their length where it cuts none. */
function startOfCut(bytes: Uint8Array): number {
  const { length } = bytes
  for (let at = length - 1; at >= 0 && at >= length - 3; at--) {
    const byte = bytes[at] ?? 0
    // All but the first byte of a character are 10xxxxxx; the first one tells how many follow.
    if ((byte & 0xc0) !== 0x80) return at + lengthOf(byte) > length ? at : length
  }
  return length
}

function lengthOf(firstByte: number): number {
  if (firstByte < 0xc0) return 1
  if (firstByte < 0xe0) return 2
  return firstByte < 0xf0 ? 3 : 4
}
