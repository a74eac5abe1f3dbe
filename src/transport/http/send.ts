import type { APICallError } from '@ai-sdk/provider'
import { sendHttp } from '../../lib/http.ts'
import { type BodyText, readText } from '../../lib/read-body.ts'
import { type CallContext, localError, responseError } from '../failures/errors.ts'
import { MAX_MESSAGE_BYTES } from '../message-limits.ts'

/** Request to the backend: a `POST` where it has a body, else a `GET`. */
export interface BackendRequest {
  url: string
  headers: Record<string, string>
  /** JSON text, or the same compressed. */
  body?: string | Uint8Array<ArrayBuffer> | undefined
  /** Body as an object, for errors. */
  requestBodyValues: unknown
  /** Tokens, which no error may show. */
  secrets: readonly string[]
  /** The service, as errors name it. @default 'Codex' */
  api?: string | undefined
  signal: AbortSignal | undefined
  /** How long to wait for the response's headers, in milliseconds; 0 for no limit. */
  responseTimeoutMs: number
  /** The setting that this limit is of, for errors. @default 'timeouts.response' */
  limitedBy?: LimitName | undefined
}

/** A setting that limits a wait. */
export type LimitName = 'timeouts.response' | 'timeouts.idle'

/**
 * Sends one request. Returns any HTTP answer, including errors; whoever reads its body listens to the caller's abort.
 *
 * @throws APICallError (`isRetryable`) where there is no connection, or no answer in time.
 * @throws the reason of the caller's abort.
 */
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
  const { responseTimeoutMs, limitedBy = 'timeouts.response' } = request
  const message = `no response headers within ${responseTimeoutMs} ms (${limitedBy})`
  return localError('no_response', message, request)
}

function connectionError(error: unknown, request: BackendRequest): APICallError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  // Where all addresses of a host refuse, only the code says so.
  const { message = '', code = '' } = Object(cause) as { message?: string; code?: string }
  const reason = message || code || String(cause)
  return localError('no_connection', `cannot connect to ${new URL(request.url).host}: ${reason}`, request, {
    cause: error,
  })
}

/** Returns the response's headers for errors and metadata, without cookies. */
export function readHeaders(response: Response): Record<string, string> {
  const { 'set-cookie': _, ...headers } = Object.fromEntries(response.headers)
  return headers
}

/** Characters of an error's body that are read. */
const MAX_ERROR_CHARACTERS = 1_000_000

export type BodyLimits = Pick<BackendRequest, 'signal' | 'responseTimeoutMs' | 'limitedBy'>

/** Returns the error of a body that was not complete within the time for headers. */
export const lateBody = (
  { responseTimeoutMs, limitedBy = 'timeouts.response' }: Omit<BodyLimits, 'signal'>,
  context: CallContext,
  statusCode: number,
): APICallError =>
  localError('stream_cut', `no complete answer within ${responseTimeoutMs} ms (${limitedBy})`, context, {
    statusCode,
  })

/**
 * Reads the body of a response that is not a stream, as far as it arrives within the time for headers.
 *
 * @throws the reason of the caller's abort.
 */
export const readBody = (response: Response, { signal, responseTimeoutMs }: BodyLimits): Promise<BodyText> =>
  readText(response, {
    timeoutMs: responseTimeoutMs,
    // JSON in place of a stream may be an answer.
    maxCharacters: response.ok && isJson(response) ? MAX_MESSAGE_BYTES : MAX_ERROR_CHARACTERS,
    signal,
  })

/** Returns the error of a response that is not an answer. What arrived of its body says more than how it was cut. */
export function bodyError(response: Response, body: string, context: CallContext): APICallError {
  const detail = undecodedMessage(context, body)
  return responseError(response.status, detail === undefined ? body : JSON.stringify({ detail }), context)
}

/** Reads the body of a response that is not an answer, and returns its error. */
export async function readError(
  response: Response,
  context: CallContext,
  limits: BodyLimits,
): Promise<APICallError> {
  const { text } = await readBody(response, limits)
  return bodyError(response, text, context)
}

/** Returns the message for a body in an encoding that this `fetch` did not decode; undefined for any other body. */
export function undecodedMessage({ responseHeaders }: CallContext, text: string): string | undefined {
  const encoding = responseHeaders?.['content-encoding']
  if (!encoding || !text.includes('\uFFFD')) return undefined
  return `The answer is encoded as ${encoding}, which this fetch does not decode.`
}

/** True for a 200 whose body can be a stream; some servers leave out the content type. */
export function isEventStream(
  response: Response,
): response is Response & { body: NonNullable<Response['body']> } {
  const isPage = /html/i.test(contentTypeOf(response))
  return response.ok && response.body !== null && !isPage && !isJson(response)
}

/** True for a body whose content type is JSON. */
export const isJson = (response: Response): boolean => /json/i.test(contentTypeOf(response))

const contentTypeOf = ({ headers }: Response): string => headers.get('content-type') ?? ''
