import { createParser } from 'eventsource-parser'
import type { MessageReader } from '../transport.ts'

/** No event is longer: 32 MiB. What comes without an end is not kept beyond it. */
export const MAX_EVENT_BYTES = 32 * 1024 * 1024

/** An event, or what came in the place of one, is longer than {@link MAX_EVENT_BYTES}. */
export class EventTooLargeError extends Error {
  constructor() {
    super(`An event of the stream is longer than ${MAX_EVENT_BYTES / 1024 / 1024} MiB, which is refused.`)
    this.name = 'EventTooLargeError'
  }
}

/** After so many lines in a row that belong to no event, a body is read no further. */
const MAX_FOREIGN_LINES = 10_000

/** So much of a body tells what it is. */
export const MAX_HEAD = 200

const STREAM_LINE = /^(?:data|event|id|retry|):/m

/**
 * Bytes to SSE messages (WHATWG HTML, section 9.2), pulled and not pumped: no chunk is read before it is asked for.
 * Characters and line ends that are cut between chunks are joined again.
 */
export function createMessageReader(
  body: ReadableStream<Uint8Array>,
  onData: (data: string, name: string | undefined) => void,
): MessageReader {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let bytesSinceEvent = 0
  let foreignLines = 0
  let isAtEnd = false
  const parser = createParser({
    onEvent({ data, event }) {
      bytesSinceEvent = 0
      foreignLines = 0
      // One chunk can hold all of an event, where a `fetch` of the caller's own makes them.
      if (data.length > MAX_EVENT_BYTES) throw new EventTooLargeError()
      // What the end has cut is no event.
      if (!isAtEnd || isJson(data)) onData(data, event)
    },
    onError() {
      foreignLines += 1
    },
  })
  let foreign = ''
  let keeps: 'head' | 'all' | 'nothing' = 'head'

  /** Keeps what may be something else than a stream. The head decides once: JSON can be long. */
  function keepForeign(text: string): void {
    if (keeps === 'nothing') return
    foreign += text
    if (keeps === 'all') return
    const head = foreign.slice(0, MAX_HEAD)
    if (STREAM_LINE.test(head)) {
      foreign = ''
      keeps = 'nothing'
    } else if (foreign.length >= MAX_HEAD) {
      keeps = /^\s*\{/.test(head) ? 'all' : 'nothing'
      if (keeps === 'nothing') foreign = head
    }
  }

  function feed(chunk: Uint8Array): void {
    const text = decoder.decode(chunk, { stream: true })
    keepForeign(text)
    bytesSinceEvent += chunk.byteLength
    parser.feed(text)
    if (bytesSinceEvent > MAX_EVENT_BYTES) throw new EventTooLargeError()
  }

  return {
    async read() {
      const { done, value } = await reader.read()
      if (done) {
        isAtEnd = true
        // A server that leaves out the last blank line has still said what it said.
        parser.feed(`${decoder.decode()}\n\n`)
        return false
      }
      let goesOn = false
      try {
        feed(value)
        goesOn = foreignLines <= MAX_FOREIGN_LINES
      } finally {
        if (!goesOn) reader.cancel().catch(() => {})
      }
      return goesOn
    },
    foreignText: () => (foreign.trim() ? foreign : undefined),
    cancel: (reason) => reader.cancel(reason),
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
