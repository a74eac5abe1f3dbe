import { createParser } from 'eventsource-parser'
import { MAX_HEAD, MAX_MESSAGE_BYTES, MessageTooLargeError } from '../message-limits.ts'
import type { MessageReader, OnMessage } from '../transport.ts'
import { createUtf8Decoder } from './utf8.ts'

/** Lines in a row that belong to no event: a body with more is read no further. */
const MAX_FOREIGN_LINES = 10_000

/** The parser looks for the next carriage return from each line on, to the end of what it is fed. */
const MAX_FEED_WITH_RETURNS = 4096

const STREAM_LINE = /^(?:data|event|id|retry|):/m

/**
 * Reads server-sent events. No chunk is read before it is asked for; characters and line ends that are cut between chunks
 * are joined again.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createMessageReader(body: ReadableStream<Uint8Array>, onMessage: OnMessage): MessageReader {
  const reader = body.getReader()
  const decoder = createUtf8Decoder()
  let bytesSinceEvent = 0
  let foreignLines = 0
  let isAtEnd = false
  const parser = createParser({
    onEvent({ data, event }) {
      bytesSinceEvent = 0
      foreignLines = 0
      // A custom `fetch` may bring all of an event in one chunk.
      if (data.length > MAX_MESSAGE_BYTES) throw new MessageTooLargeError()
      // An event that the end of the body has cut is not valid JSON.
      if (!isAtEnd || isJson(data)) onMessage(data, event)
    },
    onError() {
      foreignLines += 1
    },
  })
  let foreign = ''
  let keeps: 'head' | 'all' | 'nothing' = 'head'

  /** Keeps text that may be something else than a stream. The head decides once, since JSON can be long. */
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
    const text = decoder.decode(chunk)
    keepForeign(text)
    bytesSinceEvent += chunk.byteLength
    feedParser(text)
    if (bytesSinceEvent > MAX_MESSAGE_BYTES) throw new MessageTooLargeError()
  }

  function feedParser(text: string): void {
    const length = text.includes('\r') ? MAX_FEED_WITH_RETURNS : text.length
    for (let at = 0; at < text.length; at += length) parser.feed(text.slice(at, at + length))
  }

  return {
    async read() {
      const { done, value } = await reader.read()
      if (done) {
        isAtEnd = true
        // Some servers leave out the last blank line.
        parser.feed(`${decoder.end()}\n\n`)
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
