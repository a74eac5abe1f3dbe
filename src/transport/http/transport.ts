import type { Transport } from '../transport.ts'
import { type BodyCompression, sendCompressed } from './compressed.ts'
import { openStream } from './open-stream.ts'
import { readError, readHeaders, send } from './send.ts'
import { createMessageReader } from './sse.ts'

/** The transport over `fetch` and server-sent events; bodies are compressed where that is asked for. */
export function createHttpTransport(
  fetch: typeof globalThis.fetch,
  compression?: BodyCompression,
): Transport {
  return {
    async send({ request, ...sent }) {
      const toSend = { ...sent, requestBodyValues: request.body }
      const response = await (compression ? sendCompressed(toSend, compression, fetch) : send(toSend, fetch))
      return {
        status: response.status,
        headers: readHeaders(response),
        async open(context) {
          const body = await openStream(response, context, sent)
          return (onMessage) => createMessageReader(body, onMessage)
        },
        readError: (context) => readError(response, context, sent),
      }
    },
  }
}
