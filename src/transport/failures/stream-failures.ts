import type { BackendFailure } from '../../events/event.ts'
import type { LocalFailureCode } from './table.ts'

/** Returns a failure that the backend did not report itself. */
export const localFailure = (
  code: LocalFailureCode,
  message: string,
  data: BackendFailure['data'] = {},
): BackendFailure => ({ message, code, type: undefined, statusCode: undefined, data })

/** Failure of a stream that ends without a terminal event. */
export const STREAM_CUT = localFailure(
  'stream_cut',
  'The stream was cut: it ended before the answer was complete.',
)

export const streamIdle = (idleTimeoutMs: number): BackendFailure =>
  localFailure('stream_idle', `The stream was cut: no event came for ${idleTimeoutMs} ms (timeouts.idle).`)

export const eventTooLarge = (message: string): BackendFailure => localFailure('event_too_large', message)

/** Failure of a stream that never ends. */
export const ANSWER_TOO_LARGE = localFailure(
  'event_too_large',
  'The stream was cut: its events are longer than 256 MiB together, which is refused.',
)

/** Failure of a stream that never gets to its output. */
export const NO_OUTPUT = localFailure(
  'no_output',
  'The stream was cut: it had 32 MiB of events, and none of them was output.',
)

/** Returns the failure of a compaction whose answer is not the one item that it asks for. */
export const noCompaction = (words: string): BackendFailure => localFailure('no_compaction', words)

/** Returns the failure of an answer that is something else; its head follows the words. */
export const noEventStream = (head: string, words: string): BackendFailure =>
  localFailure('no_event_stream', words + head, { body: head })
