import type { ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import type { JsonObject, StreamShape } from './types.ts'

/** A body in pieces. */
export type Chunks = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/** One event as an SSE message. */
function frameEvent(event: JsonObject, shape: StreamShape): string {
  const eol = shape.eol ?? '\n'
  const name = shape.eventLines === false ? '' : `event: ${String(event.type)}${eol}`
  return `${name}data: ${JSON.stringify(event)}${eol}${eol}`
}

function* slices(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** The events as the chunks that the shape asks for. */
export function frameEvents(
  events: readonly JsonObject[],
  shape: StreamShape,
): Iterable<string | Uint8Array> {
  const messages = events.slice(0, shape.stopAfter).map((event) => frameEvent(event, shape))
  const chunk = shape.chunk ?? 'event'
  if (chunk === 'event') return messages
  const whole = messages.join('')
  return chunk === 'whole' ? [whole] : slices(Buffer.from(whole), Math.max(1, Math.floor(chunk)))
}

/** Writes one chunk and settles when it has been handed to the system, or the connection is gone. */
function write(response: ServerResponse, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('close', done)
      resolve()
    }
    response.once('close', done)
    response.write(chunk, done)
  })
}

async function writeAll(response: ServerResponse, chunks: Chunks): Promise<void> {
  for await (const chunk of chunks) {
    if (response.destroyed) return
    if (chunk.length === 0) continue
    await write(response, chunk)
    // Chunks written in one turn of the event loop would travel as one.
    await setImmediate()
  }
}

/** Ends the wait for chunks that may never come as soon as the client is gone. */
async function* untilClosed(response: ServerResponse, chunks: Chunks): AsyncGenerator<string | Uint8Array> {
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  const closed = new Promise<undefined>((resolve) => response.once('close', () => resolve(undefined)))
  try {
    while (!response.destroyed) {
      const next = await Promise.race([iterator.next(), closed])
      if (next === undefined || next.done) return
      yield next.value
    }
  } finally {
    // Not awaited: a source that hangs would hang this too.
    void Promise.resolve(iterator.return?.()).catch(() => {})
  }
}

/** Sends a body in chunks of its own pace and ends it as asked. */
export async function sendChunks(
  response: ServerResponse,
  head: { status: number; headers: Record<string, string> },
  chunks: Chunks,
  end: 'close' | 'reset' | 'hang' = 'close',
): Promise<void> {
  response.writeHead(head.status, head.headers)
  response.flushHeaders()
  try {
    await writeAll(response, untilClosed(response, chunks))
  } catch {
    // A source of chunks that throws plays a server that breaks down.
    response.destroy()
    return
  }
  if (end === 'close') response.end()
  else if (end === 'reset') response.destroy()
}
