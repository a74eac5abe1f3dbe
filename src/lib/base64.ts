// No library: that of the AI SDK loads zod with it, which would be most of what an import of this package costs.

/** Bytes to encode at once: whole groups of three, and no more arguments than any runtime takes. */
const CHUNK = 0x6000

/** Encodes bytes as base64. */
export function toBase64(bytes: Uint8Array & { toBase64?: () => string }): string {
  // A bundler would add a polyfill for a bare `Buffer`.
  const { Buffer } = globalThis as { Buffer?: typeof globalThis.Buffer }
  if (Buffer) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return bytes.toBase64?.() ?? encodeChunks(bytes)
}

function encodeChunks(bytes: Uint8Array): string {
  const encoded: string[] = []
  for (let start = 0; start < bytes.length; start += CHUNK) {
    const chunk = bytes.subarray(start, start + CHUNK)
    encoded.push(btoa(Reflect.apply(String.fromCharCode, undefined, chunk)))
  }
  return encoded.join('')
}

/** The bytes of base64 or base64url. */
export const fromBase64 = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  )
