import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { parseObject } from './json.ts'
import { type Chunks, sendChunks } from './stream.ts'
import type { HttpAnswer, JsonObject, RecordedRequest, StreamShape } from './types.ts'
import { decodeBody } from './zstd.ts'

/** One request and the way to answer it. */
export interface Exchange {
  record: RecordedRequest
  url: URL
  response: ServerResponse
}

export function flatHeaders(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headers)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  )
}

/** Reads a request whole; rejects when the client drops it before its end. */
export async function readExchange(request: IncomingMessage, response: ServerResponse): Promise<Exchange> {
  const closed = new Promise<'finished' | 'aborted'>((resolve) => {
    response.once('finish', () => resolve('finished'))
    response.once('close', () => resolve(response.writableFinished ? 'finished' : 'aborted'))
  })
  const text = decodeBody(await buffer(request), request.headers['content-encoding'])
  const path = request.url ?? '/'
  return {
    url: new URL(path, 'http://127.0.0.1'),
    response,
    record: {
      transport: 'http',
      method: request.method ?? 'GET',
      path,
      headers: flatHeaders(request),
      text,
      json: parseObject(text),
      get status() {
        return response.headersSent ? response.statusCode : undefined
      },
      refusedBy: undefined,
      closed,
    },
  }
}

const given = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''))

/** Answers with a body in one piece; an object as JSON, text as it is. */
export function send(
  { response }: Exchange,
  status: number,
  body: JsonObject | string,
  headers: Record<string, string> = {},
): void {
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json'
  response.writeHead(status, given({ 'content-type': type, ...headers }))
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

/** Sends a body in chunks of its own pace. */
export function sendStream(
  { response }: Exchange,
  head: { status?: number | undefined; headers: Record<string, string> },
  chunks: Chunks,
  end?: StreamShape['end'],
): Promise<void> {
  return sendChunks(response, { status: head.status ?? 200, headers: given(head.headers) }, chunks, end)
}

/** Plays an answer on the level of HTTP; `headers` are what its body carries unless it says otherwise. */
export async function playHttp(
  exchange: Exchange,
  answer: HttpAnswer,
  headers: Record<string, string> = {},
): Promise<void> {
  switch (answer.type) {
    case 'hang':
      return
    case 'reset':
    case 'close':
      exchange.response.destroy()
      return
    case 'error':
      send(exchange, answer.status, answer.body, answer.headers)
      return
    case 'raw': {
      const head = { status: answer.status, headers: { ...headers, ...answer.headers } }
      await sendStream(exchange, head, answer.chunks, answer.end)
    }
  }
}
