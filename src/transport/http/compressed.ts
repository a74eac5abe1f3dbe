import type { Log } from '../../lib/log.ts'
import { keepRecent } from '../../lib/lru.ts'
import type { Compress } from '../../lib/zstd.ts'
import { type BackendRequest, readBody, send } from './send.ts'

/** Compression of request bodies. */
export interface BodyCompression {
  /** Finds the runtime's zstd; undefined where it has none. */
  findCompress(): Promise<Compress | undefined>
  log: Log | undefined
}

/** A shorter body is sent as it is, in UTF-16 units. */
const MIN_LENGTH = 4096

/** Addresses that refused a compressed body, for the rest of the process. */
const refusing = new Map<string, true>()
const MAX_REFUSING = 100

const NAMES_ENCODING = /content[- ]encoding|zstd|compress(?:ed|ion)/i

/**
 * Sends a `POST`, with a body compressed by zstd where it is long enough. An address that refuses the encoding gets the
 * plain body at once, and from then on.
 *
 * @see docs/wire.md, Requests over HTTP
 */
export async function sendCompressed(
  request: BackendRequest & { body: string },
  { findCompress, log }: BodyCompression,
  fetch: typeof globalThis.fetch,
): Promise<Response> {
  const { url, body, headers } = request
  const isPlain = body.length <= MIN_LENGTH || refusing.has(url) || 'content-encoding' in headers
  const compress = isPlain ? undefined : await findCompress()
  // What can't be compressed goes out as it is.
  const compressed = await compress?.(body).catch(() => undefined)
  if (!compressed) return send(request, fetch)
  log?.('http.compressed', { bytes: compressed.byteLength })
  const encoded = { ...request, body: compressed, headers: { ...headers, 'content-encoding': 'zstd' } }
  const response = await send(encoded, fetch)
  const { status } = response
  if (status !== 400 && status !== 415) return response
  const { text } = await readBody(response, request)
  if (status === 400 && !NAMES_ENCODING.test(text)) {
    return new Response(text, { status, headers: response.headers })
  }
  log?.('http.uncompressed', { url })
  keepRecent(refusing, url, true, MAX_REFUSING)
  return send(request, fetch)
}
