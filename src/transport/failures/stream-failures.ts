import type { BackendFailure } from '../../events/event.ts'

/** Failure of a stream that ends without a terminal event; the Codex CLI takes it for one, too. */
export const STREAM_CUT: BackendFailure = {
  message: 'The stream was cut: it ended before the answer was complete.',
  code: 'stream_cut',
  type: undefined,
  statusCode: undefined,
  data: {},
}
