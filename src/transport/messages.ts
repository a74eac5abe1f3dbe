import { createParser } from 'eventsource-parser'

/** Reads the SSE messages of a body, chunk by chunk as the consumer asks. */
export interface MessageReader {
  /** Waits for one network chunk and hands its messages to `onData`; false when the body has ended. */
  read(): Promise<boolean>
  /** How a body begins that has no line of an event stream in its first characters; undefined for a stream, and for nothing. */
  foreignHead(): string | undefined
  /** Lets the connection go. */
  cancel(reason?: unknown): Promise<void>
}

const MAX_HEAD = 200

const STREAM_LINE = /^(?:data|event|id|retry|):/m

/**
 * Bytes to SSE messages (WHATWG HTML, section 9.2), pulled and not pumped: no chunk is read before it is asked for.
 * Characters and line ends that are cut between chunks are joined again.
 */
export function createMessageReader(
  body: ReadableStream<Uint8Array>,
  onData: (data: string) => void,
): MessageReader {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const parser = createParser({ onEvent: (message) => onData(message.data) })
  let head = ''
  return {
    async read() {
      const { done, value } = await reader.read()
      if (!done) {
        const text = decoder.decode(value, { stream: true })
        if (head.length < MAX_HEAD) head += text.slice(0, MAX_HEAD)
        parser.feed(text)
        return true
      }
      // A server that leaves out the last blank line has still said what it said.
      parser.feed(`${decoder.decode()}\n\n`)
      return false
    },
    foreignHead: () => (head.trim() && !STREAM_LINE.test(head) ? head : undefined),
    cancel: (reason) => reader.cancel(reason),
  }
}
