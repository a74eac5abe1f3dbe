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
