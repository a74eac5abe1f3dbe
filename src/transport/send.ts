import { APICallError } from '@ai-sdk/provider'
import { extractResponseHeaders, type FetchFunction } from '@ai-sdk/provider-utils'
import { type CallContext, responseError } from './failure.ts'

/** One request to the backend: a `POST` where it has a body, else a `GET`. */
export interface BackendRequest {
  url: string
  headers: Record<string, string>
  /** JSON text. */
  body?: string | undefined
  /** For errors: the body as an object. */
  requestBodyValues: unknown
  signal: AbortSignal | undefined
  /** How long to wait for the response's headers, in milliseconds; 0 waits for ever. */
  responseTimeoutMs: number
}

/** Sends one request. Any HTTP answer is returned, errors too; who reads its body listens to the caller's abort. */
export async function send(request: BackendRequest, fetch: FetchFunction): Promise<Response> {
  const { url, headers, body, signal, responseTimeoutMs } = request
  signal?.throwIfAborted()
  const controller = new AbortController()
  const onAbort = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  let hasTimedOut = false
  const onTimeout = () => {
    hasTimedOut = true
    controller.abort()
  }
  const timer = responseTimeoutMs > 0 ? setTimeout(onTimeout, responseTimeoutMs) : undefined
  try {
    return await fetch(url, {
      // A framework may keep what a GET brought; it may not keep what belongs to a login.
      ...(body === undefined ? { method: 'GET', cache: 'no-store' } : { method: 'POST', body }),
      headers,
      signal: controller.signal,
      // A redirect is answered with an error, so that no token goes to another host.
      redirect: 'manual',
    })
  } catch (error) {
    signal?.throwIfAborted()
    throw hasTimedOut ? responseTimeout(request) : connectionError(error, request)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

function responseTimeout({ url, requestBodyValues, responseTimeoutMs }: BackendRequest): APICallError {
  return new APICallError({
    message: `Codex API error: no response headers within ${responseTimeoutMs} ms (timeouts.response).`,
    url,
    requestBodyValues,
    isRetryable: true,
  })
}

function connectionError(error: unknown, { url, requestBodyValues }: BackendRequest): APICallError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return new APICallError({
    message: `Codex API error: cannot connect to ${new URL(url).host}: ${cause instanceof Error ? cause.message : cause}`,
    url,
    requestBodyValues,
    isRetryable: true,
    cause: error,
  })
}

/** Response headers for errors and metadata; cookies stay out of them. */
export function readHeaders(response: Response): Record<string, string> {
  const { 'set-cookie': _, ...headers } = extractResponseHeaders(response) as Record<string, string>
  return headers
}

/** No error is longer: what comes after is not read. */
const MAX_ERROR_CHARACTERS = 1_000_000

/**
 * The error of a response that is no answer. Its body is read for it, as far as it comes within the time for headers.
 * Throws the reason of the caller's abort.
 */
export async function readError(
  response: Response,
  context: CallContext,
  { signal, responseTimeoutMs }: Pick<BackendRequest, 'signal' | 'responseTimeoutMs'>,
): Promise<APICallError> {
  // What has come of a body tells more than how it was cut.
  const { text: body } = await readText(response, {
    timeoutMs: responseTimeoutMs,
    maxCharacters: MAX_ERROR_CHARACTERS,
    signal,
  })
  if (response.status >= 300 && response.headers.has('location')) {
    const words =
      'The backend answered with a redirect, which is not followed: no login goes to another host.'
    return responseError(response.status, JSON.stringify({ detail: words }), context)
  }
  return responseError(response.status, body, context)
}

/** Which body, how long and how far to read. */
interface ReadLimits {
  /** For the whole body, in milliseconds; 0 has no limit. */
  timeoutMs: number
  maxCharacters: number
  signal: AbortSignal | undefined
}

/**
 * Reads a body as text, as far as it comes; `isWhole` says whether that is all of it. Throws the reason of the caller's
 * abort.
 */
export async function readText(
  { body }: Response,
  { timeoutMs, maxCharacters, signal }: ReadLimits,
): Promise<{ text: string; isWhole: boolean; cause?: unknown }> {
  if (!body) return { text: '', isWhole: true }
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let isWhole = true
  const stop = () => {
    isWhole = false
    reader.cancel().catch(() => {})
  }
  const timer = timeoutMs > 0 ? setTimeout(stop, timeoutMs) : undefined
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()
  let text = ''
  let cause: unknown
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      text += decoder.decode(next.value, { stream: true })
      if (text.length > maxCharacters) stop()
    }
  } catch (error) {
    isWhole = false
    cause = error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
  signal?.throwIfAborted()
  return { text, isWhole, cause }
}

/** True for a 200 whose body can be a stream; some servers leave the content type out. */
export function isEventStream(
  response: Response,
): response is Response & { body: NonNullable<Response['body']> } {
  const contentType = response.headers.get('content-type') ?? ''
  return response.ok && response.body !== null && !/json|html/i.test(contentType)
}
