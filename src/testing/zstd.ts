import zlib from 'node:zlib'

/** The part of `node:zlib` that came with Node 22.15. */
const { zstdDecompressSync } = zlib as {
  zstdDecompressSync?: (data: Uint8Array, options: { maxOutputLength: number }) => Uint8Array
}

/** Longest body, in bytes. */
const MAX_BODY = 256 * 1024 * 1024

/** Content encodings of requests that are taken. */
export const ENCODINGS: readonly string[] = ['', 'identity', ...(zstdDecompressSync ? ['zstd'] : [])]

/** Returns a body as text; empty where it is not what its encoding says. */
export function decodeBody(body: Uint8Array, encoding = ''): string {
  if (encoding !== 'zstd' || !zstdDecompressSync) return new TextDecoder().decode(body)
  try {
    return new TextDecoder().decode(zstdDecompressSync(body, { maxOutputLength: MAX_BODY }))
  } catch {
    return ''
  }
}
