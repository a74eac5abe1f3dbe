import { readText } from '../../lib/read-body.ts'
import { localError } from '../failures/errors.ts'
import { type BackendRequest, lateBody, readHeaders, send } from './send.ts'

/** HTTP answer of any status, with its body. */
export interface JsonAnswer {
  status: number
  /** Lower-case names, without cookies. */
  headers: Record<string, string>
  /** Body as JSON; undefined where it is not valid JSON. */
  json: unknown
  /** Body as it came. */
  text: string
}

/** The catalogue of all models with their instructions is far smaller. */
const MAX_CHARACTERS = 20_000_000

/**
 * Sends one `GET` to the backend and reads its answer. Returns any HTTP answer, including errors and redirects, which are
 * not followed. `responseTimeoutMs` limits the wait for the headers, and again the wait for the body.
 *
 * @throws APICallError (`isRetryable`) where there is no connection, no answer in time, or only part of an answer.
 * @throws the reason of the caller's abort.
 */
export async function getJson(
  request: Omit<BackendRequest, 'body' | 'requestBodyValues'>,
  fetch: typeof globalThis.fetch,
): Promise<JsonAnswer> {
  const { url, secrets, api, signal, responseTimeoutMs } = request
  const call = { url, secrets, api, requestBodyValues: {} }
  const response = await send({ ...request, ...call }, fetch)
  const { text, isWhole, isLate, cause } = await readText(response, {
    timeoutMs: responseTimeoutMs,
    maxCharacters: MAX_CHARACTERS,
    signal,
  })
  if (isWhole) return { status: response.status, headers: readHeaders(response), json: parse(text), text }
  if (isLate) throw lateBody(request, call, response.status)
  const message = `only part of the answer from ${new URL(url).host} arrived`
  throw localError('stream_cut', message, call, { statusCode: response.status, cause })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
