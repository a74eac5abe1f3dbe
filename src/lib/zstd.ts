import { loadNodeModule } from './runtime.ts'

/** Compresses text with zstd (RFC 8878). */
export type Compress = (text: string) => Promise<Uint8Array<ArrayBuffer>>

/** The part of `node:zlib` that came with Node 22.15. */
interface NodeZstd {
  zstdCompress?: (
    data: Uint8Array,
    callback: (error: Error | null, compressed: Uint8Array<ArrayBuffer>) => void,
  ) => void
}

let found: Promise<Compress | undefined> | undefined

/** Returns the runtime's own zstd: in Node from 22.15 on, Bun and Deno. Undefined elsewhere. */
export function findZstd(): Promise<Compress | undefined> {
  found ??= loadZstd()
  return found
}

async function loadZstd(): Promise<Compress | undefined> {
  const { zstdCompress } = ((await loadNodeModule('node:zlib')) ?? {}) as NodeZstd
  if (typeof zstdCompress !== 'function') return undefined
  return (text) =>
    new Promise((resolve, reject) => {
      zstdCompress(new TextEncoder().encode(text), (error, compressed) =>
        error ? reject(error) : resolve(compressed),
      )
    })
}
