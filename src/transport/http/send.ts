import type { APICallError } from '@ai-sdk/provider'
import { sendHttp } from '../../lib/http.ts'
import { type BodyText, readText } from '../../lib/read-body.ts'
import { type CallContext, localError, responseError } from '../failures/errors.ts'
import { MAX_MESSAGE_BYTES } from '../message-limits.ts'

/** One request to the backend: a `POST` where it has a body, else a `GET`. */
export interface BackendRequest {
  url: string
  headers: Record<string, string>
  /** JSON text. */
  body?: string | undefined
  /** For errors: the body as an object. */
  requestBodyValues: unknown
  /** Tokens that no error may show, whoever repeats them. */
  secrets: readonly string[]
  signal: AbortSignal | undefined
  /** How long to wait for the response's headers, in milliseconds; 0 waits for ever. */
  responseTimeoutMs: number
}

/** Sends one request. Any HTTP answer is returned, errors too; who reads its body listens to the caller's abort. */
export async function send(request: BackendRequest, fetch: typeof globalThis.fetch): Promise<Response> {
  const { signal, responseTimeoutMs, body } = request
  let late: APICallError | undefined
  const lateReason = () => {
    late = responseTimeout(request)
    return late
  }
  try {
    // No framework caches a `POST`, and some edge runtimes refuse the field.
    return await sendHttp(
      { ...request, timeoutMs: responseTimeoutMs, lateReason, noStore: body === undefined },
      fetch,
    )
  } catch (error) {
    signal?.throwIfAborted()
    throw late ?? connectionError(error, request)
  }
}

function responseTimeout(request: BackendRequest): APICallError {
  const words = `no response headers within ${request.responseTimeoutMs} ms (timeouts.response)`
  return localError('no_response', words, request)
}

function connectionError(error: unknown, request: BackendRequest): APICallError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  // Where a host has several addresses and all refuse, only the code says so.
  const { message = '', code = '' } = Object(cause) as { message?: string; code?: string }
  const reason = message || code || String(cause)
  return localError('no_connection', `cannot connect to ${new URL(request.url).host}: ${reason}`, request, {
    cause: error,
  })
}

/** Response headers for errors and metadata; cookies stay out of them. */
export function readHeaders(response: Response): Record<string, string> {
  const { 'set-cookie': _, ...headers } = Object.fromEntries(response.headers)
  return headers
}

/** No error is longer: what comes after is not read. */
const MAX_ERROR_CHARACTERS = 1_000_000

export type BodyLimits = Pick<BackendRequest, 'signal' | 'responseTimeoutMs'>

/** The error of a body that did not come whole within the time for headers. */
export const lateBody = (
  { responseTimeoutMs }: Pick<BodyLimits, 'responseTimeoutMs'>,
  context: CallContext,
  statusCode: number,
): APICallError =>
  localError('stream_cut', `no whole answer within ${responseTimeoutMs} ms (timeouts.response)`, context, {
    statusCode,
  })

/**
 * The body of a response that is no stream, as far as it comes within the time for headers. Throws the reason of the
 * caller's abort.
 */
export const readBody = (response: Response, { signal, responseTimeoutMs }: BodyLimits): Promise<BodyText> =>
  readText(response, {
    timeoutMs: responseTimeoutMs,
    // What is JSON in place of a stream may be an answer.
    maxCharacters: response.ok && isJson(response) ? MAX_MESSAGE_BYTES : MAX_ERROR_CHARACTERS,
    signal,
  })

/** The error of a response that is no answer; what has come of its body tells more than how it was cut. */
export function bodyError(response: Response, body: string, context: CallContext): APICallError {
  const detail = undecodedWords(context, body)
  return responseError(response.status, detail === undefined ? body : JSON.stringify({ detail }), context)
}

/** The error of a response that is no answer, with its body read for it. */
export async function readError(
  response: Response,
  context: CallContext,
  limits: BodyLimits,
): Promise<APICallError> {
  const { text } = await readBody(response, limits)
  return bodyError(response, text, context)
}

/** What to say of a body in an encoding that the `fetch` at hand left as it came; undefined for any other. */
export function undecodedWords({ responseHeaders }: CallContext, text: string): string | undefined {
  const encoding = responseHeaders?.['content-encoding']
  if (!encoding || !text.includes('\uFFFD')) return undefined
  return `The answer is encoded as ${encoding}, which this fetch does not decode.`
}

/** True for a 200 whose body can be a stream; some servers leave the content type out. */
export function isEventStream(
  response: Response,
): response is Response & { body: NonNullable<Response['body']> } {
  const isPage = /html/i.test(contentTypeOf(response))
  return response.ok && response.body !== null && !isPage && !isJson(response)
}

/** True for a body that says it is JSON. */
export const isJson = (response: Response): boolean => /json/i.test(contentTypeOf(response))

const contentTypeOf = ({ headers }: Response): string => headers.get('content-type') ?? ''
