import { APICallError } from '@ai-sdk/provider'
import { type APICallErrorOptions, CodexUsageLimitError } from '../../errors.ts'
import type { BackendFailure } from '../../events/event.ts'
import { errorFields, toFailure } from '../../events/parse.ts'
import { asObject, isObject, parseObject } from '../../lib/json.ts'
import { wordsOfDetail, wordsOfText } from './backend-words.ts'
import { type ModelContext, modelAdvice } from './model-refusal.ts'
import { createRedactor } from './redaction.ts'
import { withRetryDelay } from './retry-after.ts'
import { localFailure } from './stream-failures.ts'
import { type FailureRow, failureRow, type LocalFailureCode, MODEL_REFUSED } from './table.ts'
import { describeUsageLimit, readUsageLimit } from './usage-limit.ts'

/** Which call failed, for the error that tells of it. Never holds a token. */
export interface CallContext extends ModelContext {
  url: string
  requestBodyValues: unknown
  responseHeaders?: Record<string, string> | undefined
  /** What must not stand in an error, even where the backend says it: tokens. */
  secrets?: readonly string[] | undefined
  /** The failures that the backend reports. @default the Codex backend's */
  failures?: readonly FailureRow[] | undefined
  /** Milliseconds since 1970, for resets that are told as seconds from now. Default `Date.now`. */
  now?: (() => number) | undefined
}

/** The error of a failure inside a stream, or of a 200 answer that tells one. */
export function streamError(failure: BackendFailure, context: CallContext, cause?: unknown): APICallError {
  const { statusCode, data } = failure
  return toError({
    failure,
    // No failure has the status of a success.
    status: statusCode !== undefined && statusCode >= 400 ? statusCode : undefined,
    words: failure.message ?? failure.code ?? 'The backend failed without saying why.',
    body: Object.keys(data).length === 0 ? undefined : JSON.stringify(data),
    context: { ...context, responseHeaders: { ...context.responseHeaders, ...eventHeaders(data.headers) } },
    cause,
  })
}

const REDIRECTED =
  'The backend answered with a redirect, which is not followed: no login goes to another host.'

/** The error of an HTTP answer that is no stream. */
export function responseError(status: number, body: string, context: CallContext): APICallError {
  const json = parseObject(body)
  const failure = toFailure(json ?? {})
  if (status === 200 && isObject(json?.error)) return streamError(failure, context)
  if (status >= 300 && status < 400 && context.responseHeaders?.location !== undefined) {
    return toError({ failure, status, words: REDIRECTED, body, context })
  }
  const said = failure.message ?? wordsOfDetail(json?.detail) ?? failure.code ?? failure.type
  const { words, code = failure.code } =
    said === undefined ? wordsOfText(body, status, context.responseHeaders) : { words: said }
  return toError({ failure: { ...failure, code }, status, words, body, context })
}

/** The error of a request that the backend did not answer, or not to its end. */
export function localError(
  code: LocalFailureCode,
  words: string,
  context: CallContext,
  { statusCode, cause }: { statusCode?: number; cause?: unknown } = {},
): APICallError {
  return streamError({ ...localFailure(code, words), statusCode }, context, cause)
}

interface ErrorParts {
  failure: BackendFailure
  /** The HTTP status, or the one that an event names. */
  status: number | undefined
  words: string
  body: string | undefined
  context: CallContext
  cause?: unknown
}

function toError({ failure, status, words: said, body, context, cause }: ErrorParts): APICallError {
  const redact = createRedactor(context.secrets)
  // Cut after that: half a token would not be known for one.
  const words = shorten(redact.text(said))
  const headers = Object.fromEntries(
    Object.entries(context.responseHeaders ?? {}).map(([name, value]) => [name, redact.text(value)]),
  )
  const row = failureRow({ codes: [failure.code, failure.type], words, status }, context.failures)
  const limit =
    row.isUsageLimit && readUsageLimit(errorFields(failure.data), headers, (context.now ?? Date.now)())
  const advice = row === MODEL_REFUSED ? modelAdvice(context) : row.advice
  const statusCode = status ?? row.status
  const responseHeaders = row.isRetryable ? withRetryDelay(headers, words) : headers
  const options: APICallErrorOptions = {
    message: joinWords(
      `Codex API error${statusCode === undefined ? '' : ` ${statusCode}`}: ${asSentence(words)}`,
      limit && describeUsageLimit(limit),
      limit && headers['x-codex-promo-message'],
      advice,
    ),
    url: context.url,
    requestBodyValues: context.requestBodyValues,
    isRetryable: row.isRetryable,
    data: redact.json(failure.data),
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(body === undefined ? {} : { responseBody: redact.text(body) }),
    ...(Object.keys(responseHeaders).length === 0 ? {} : { responseHeaders }),
    ...(cause === undefined ? {} : { cause: redact.cause(cause) }),
  }
  return limit ? new CodexUsageLimitError({ ...options, ...limit }) : new APICallError(options)
}

const MAX_WORDS = 500

const shorten = (text: string): string => (text.length > MAX_WORDS ? `${text.slice(0, MAX_WORDS)}…` : text)

const asSentence = (words: string): string => (/[.!?…]$/.test(words) ? words : `${words}.`)

const joinWords = (...words: Array<string | undefined>): string => words.filter(Boolean).join(' ')

/** An error event may bring the headers that its HTTP answer would have had. */
const eventHeaders = (headers: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(asObject(headers))
      .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
      .map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
