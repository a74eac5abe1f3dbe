import { APICallError } from '@ai-sdk/provider'
import { type APICallErrorOptions, CodexUsageLimitError } from '../../errors.ts'
import type { BackendFailure } from '../../events/event.ts'
import { errorFields, toFailure } from '../../events/parse.ts'
import { asObject, isObject, parseObject } from '../../lib/json.ts'
import { createRedactor } from '../../lib/redaction.ts'
import { messageOfDetail, messageOfText } from './body-message.ts'
import { describeUsageLimit, readUsageLimit } from './limits.ts'
import { type ModelContext, modelAdvice } from './model-refusal.ts'
import { withRetryDelay } from './retry-after.ts'
import { localFailure } from './stream-failures.ts'
import { type FailureRow, failureRow, type LocalFailureCode } from './table.ts'

/** Call that failed, as far as its error shows it. Without tokens, apart from `secrets`. */
export interface CallContext extends ModelContext {
  url: string
  requestBodyValues: unknown
  responseHeaders?: Record<string, string> | undefined
  /** Tokens, which no error shows even where the backend repeats them. */
  secrets?: readonly string[] | undefined
  /** The service, as the message names it. @default 'Codex' */
  api?: string | undefined
  /** The failures that the backend reports. @default the Codex backend's */
  failures?: readonly FailureRow[] | undefined
  /** Returns milliseconds since 1970, for resets given as seconds from now. @default Date.now */
  now?: (() => number) | undefined
}

/** Returns the error of a failure inside a stream, or of a 200 answer that reports one. */
export function streamError(failure: BackendFailure, context: CallContext, cause?: unknown): APICallError {
  const { statusCode, data } = failure
  return toError({
    failure,
    // A failure can't have the status of a success.
    status: statusCode !== undefined && statusCode >= 400 ? statusCode : undefined,
    message: failure.message ?? failure.code ?? 'The backend failed without saying why.',
    body: Object.keys(data).length === 0 ? undefined : JSON.stringify(data),
    context: { ...context, responseHeaders: { ...context.responseHeaders, ...eventHeaders(data.headers) } },
    cause,
  })
}

const REDIRECTED =
  'The backend answered with a redirect, which is not followed, so that the login never reaches another host.'

/** Returns the error of an HTTP answer that is not a stream. */
export function responseError(status: number, body: string, context: CallContext): APICallError {
  const json = parseObject(body)
  const failure = toFailure(json ?? {})
  if (status === 200 && isObject(json?.error)) return streamError(failure, context)
  if (status >= 300 && status < 400 && context.responseHeaders?.location !== undefined) {
    return toError({ failure, status, message: REDIRECTED, body, context })
  }
  const reported = failure.message ?? messageOfDetail(json?.detail) ?? failure.code ?? failure.type
  const { message, code = failure.code } =
    reported === undefined ? messageOfText(body, status, context.responseHeaders) : { message: reported }
  return toError({ failure: { ...failure, code }, status, message, body, context })
}

/** Returns the error of a request that the backend did not answer, or not to its end. */
export function localError(
  code: LocalFailureCode,
  message: string,
  context: CallContext,
  { statusCode, cause }: { statusCode?: number; cause?: unknown } = {},
): APICallError {
  return streamError({ ...localFailure(code, message), statusCode }, context, cause)
}

interface ErrorParts {
  failure: BackendFailure
  /** HTTP status, or the one that an event carries. */
  status: number | undefined
  message: string
  body: string | undefined
  context: CallContext
  cause?: unknown
}

function toError({ failure, status, message, body, context, cause }: ErrorParts): APICallError {
  const redact = createRedactor(context.secrets)
  // Shortened after that: half a token would not be known for one.
  const words = shorten(redact.text(message))
  const headers = Object.fromEntries(
    Object.entries(context.responseHeaders ?? {}).map(([name, value]) => [name, redact.text(value)]),
  )
  const row = failureRow({ codes: [failure.code, failure.type], words, status }, context.failures)
  const limit =
    row.isUsageLimit && readUsageLimit(errorFields(failure.data), headers, (context.now ?? Date.now)())
  const advice = row.refuses === 'model' ? modelAdvice(row.advice, context) : row.advice
  const statusCode = status ?? row.status
  const responseHeaders = row.isRetryable ? withRetryDelay(headers, words) : headers
  const options: APICallErrorOptions = {
    message: joinWords(
      `${context.api ?? 'Codex'} API error${statusCode === undefined ? '' : ` ${statusCode}`}: ${asSentence(words)}`,
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

/** Characters of the backend's message in the error's message; all of it is in `responseBody`. */
const MAX_MESSAGE = 500

const shorten = (text: string): string =>
  text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text

const asSentence = (words: string): string => (/[.!?…]$/.test(words) ? words : `${words}.`)

const joinWords = (...words: Array<string | undefined>): string => words.filter(Boolean).join(' ')

/** Reads the headers of an error event: those that its HTTP answer would have had. */
const eventHeaders = (headers: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(asObject(headers))
      .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
      .map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
