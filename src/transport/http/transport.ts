import type { Transport } from '../transport.ts'
import { openStream } from './open-stream.ts'
import { readError, readHeaders, send } from './send.ts'
import { createMessageReader } from './sse.ts'

/** The transport over `fetch` and server-sent events. */
export function createHttpTransport(fetch: typeof globalThis.fetch): Transport {
  return {
    async send({ request, ...sent }) {
      const response = await send({ ...sent, requestBodyValues: request.body }, fetch)
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
