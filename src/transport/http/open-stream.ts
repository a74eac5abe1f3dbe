import { eventsOfResponse } from '../../events/whole-response.ts'
import { type CallContext, streamError } from '../failures/errors.ts'
import { STREAM_CUT } from '../failures/stream-failures.ts'
import { type BodyLimits, bodyError, isEventStream, isJson, lateBody, readBody } from './send.ts'

/**
 * Returns the event stream of an answer. Some servers answer with a whole Response object instead, which is turned into
 * an equivalent stream.
 *
 * @throws APICallError for any other answer.
 * @throws the reason of the caller's abort.
 */
export async function openStream(
  response: Response,
  context: CallContext,
  limits: BodyLimits,
): Promise<ReadableStream<Uint8Array>> {
  if (isEventStream(response)) return response.body
  const { text, isWhole, isLate, cause } = await readBody(response, limits)
  if (response.ok && isJson(response) && !isWhole) {
    throw isLate ? lateBody(limits, context, response.status) : streamError(STREAM_CUT, context, cause)
  }
  const stream = response.ok ? streamOfResponse(text) : undefined
  if (!stream) throw bodyError(response, text, context)
  return stream
}

function streamOfResponse(json: string): ReadableStream<Uint8Array> | undefined {
  const events = eventsOfResponse(json)
  if (!events) return undefined
  const bytes = new TextEncoder().encode(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
}
