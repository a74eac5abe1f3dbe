import { expect, test } from 'vitest'
import { openStream } from '../../../src/transport/http/open-stream.ts'

const CONTEXT = { url: 'http://127.0.0.1/responses', requestBodyValues: {} }
const LIMITS = { signal: undefined, responseTimeoutMs: 1000 }

test('a JSON answer that is cut says what cut it', async () => {
  const cause = new Error('other side closed')
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"id":"resp_1"')),
    pull: (controller) => controller.error(cause),
  })
  const response = new Response(body, { headers: { 'content-type': 'application/json' } })
  await expect(openStream(response, CONTEXT, LIMITS)).rejects.toMatchObject({
    name: 'AI_APICallError',
    isRetryable: true,
    cause,
  })
})
