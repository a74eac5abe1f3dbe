import { APICallError } from '@ai-sdk/provider'
import { type APICallErrorOptions, CodexUsageLimitError } from '../errors.ts'
import type { BackendFailure } from '../events/event.ts'
import { toFailure } from '../events/parse.ts'
import { isObject, type JsonObject, parseObject } from '../json.ts'
import { isModelRefusal, type ModelContext, modelHint } from './model-refusal.ts'

/** Which call failed, for the error that tells of it. Never holds a token. */
export interface CallContext extends ModelContext {
  url: string
  requestBodyValues: unknown
  responseHeaders?: Record<string, string> | undefined
  /** What must not stand in an error, even where the backend says it: tokens. */
  secrets?: readonly string[] | undefined
  /** Milliseconds since 1970, for resets that are told as seconds from now. Default `Date.now`. */
  now?: (() => number) | undefined
}

/**
 * Known failures by their code (or type): the status that one stands for where it came with status 200, and whether it
 * comes again however often one tries (codex-wire.md 4).
 */
const KNOWN_FAILURES: ReadonlyMap<string, { status: number; isPermanent: boolean }> = new Map([
  ['usage_limit_reached', { status: 429, isPermanent: true }],
  ['usage_not_included', { status: 429, isPermanent: true }],
  ['insufficient_quota', { status: 429, isPermanent: true }],
  ['rate_limit_exceeded', { status: 429, isPermanent: false }],
  ['context_length_exceeded', { status: 400, isPermanent: true }],
  ['invalid_prompt', { status: 400, isPermanent: true }],
  ['invalid_request_error', { status: 400, isPermanent: true }],
  ['invalid_encrypted_content', { status: 400, isPermanent: true }],
  ['cyber_policy', { status: 400, isPermanent: true }],
  ['token_expired', { status: 401, isPermanent: false }],
  ['server_is_overloaded', { status: 503, isPermanent: false }],
  ['slow_down', { status: 503, isPermanent: false }],
  ['stream_cut', { status: 200, isPermanent: false }],
])

const USAGE_LIMIT_CODES = ['usage_limit_reached', 'usage_not_included']

const codeOf = ({ code = '', type = '' }: BackendFailure): string =>
  [code, type].find((word) => KNOWN_FAILURES.has(word)) ?? code

const isTransient = (status: number): boolean =>
  status === 408 || status === 409 || status === 429 || status >= 500

/** The text without the secrets, and without anything that looks like a token. */
function redact(text: string, secrets: readonly string[] = []): string {
  const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text)
  return known.replace(/\brt_[\w-]{8,}|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*|\bBearer\s+(?!\[)\S+/g, '[redacted]')
}

/** The error of a failure inside a stream, or of a 200 answer that is none. */
export function streamError(failure: BackendFailure, context: CallContext, cause?: unknown): APICallError {
  const code = codeOf(failure)
  const unknownStatus = isModelRefusal(failure.message, failure.code) ? 400 : 500
  const status = failure.statusCode ?? KNOWN_FAILURES.get(code)?.status ?? unknownStatus
  return toError({
    failure,
    status,
    words: failure.message ?? failure.code ?? 'The backend failed without saying why.',
    body: JSON.stringify(failure.data),
    context,
    // What the Codex CLI tries again, we leave to the AI SDK's retry: all that is not known to be permanent.
    isRetryable: code === 'stream_cut' || isTransient(status),
    cause,
  })
}

/** The error of an HTTP answer that is no stream. */
export function responseError(status: number, body: string, context: CallContext): APICallError {
  const json = parseObject(body)
  const failure = toFailure(json ?? {})
  if (status === 200 && isObject(json?.error)) return streamError(failure, context)
  return toError({
    failure,
    status,
    words: describeBody(body, json, failure, context.responseHeaders),
    body,
    context,
    isRetryable: isTransient(status),
  })
}

function toError(error: {
  failure: BackendFailure
  status: number
  words: string
  body: string
  context: CallContext
  isRetryable: boolean
  cause?: unknown
}): APICallError {
  const { failure, status, context } = error
  const clean = (text: string) => redact(text, context.secrets)
  const words = clean(error.words)
  const headers = Object.entries(context.responseHeaders ?? {}).map(([name, value]) => [name, clean(value)])
  const code = codeOf(failure)
  const limit = USAGE_LIMIT_CODES.includes(code) ? usageLimit(failure, context) : undefined
  const isRefusal = isModelRefusal(words, failure.code)
  const hint = limit ? describeLimit(limit) : isRefusal ? modelHint(context) : loginHint(status)
  const options: APICallErrorOptions = {
    message: `Codex API error ${status}: ${hint ? `${asSentence(words)} ${hint}` : words}`,
    url: context.url,
    requestBodyValues: context.requestBodyValues,
    statusCode: status,
    responseBody: clean(error.body),
    isRetryable: error.isRetryable && !isRefusal && !KNOWN_FAILURES.get(code)?.isPermanent,
    data: JSON.parse(clean(JSON.stringify(failure.data))),
    ...(context.responseHeaders ? { responseHeaders: Object.fromEntries(headers) } : {}),
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  }
  return limit ? new CodexUsageLimitError({ ...options, ...limit }) : new APICallError(options)
}

const asSentence = (words: string): string => (/[.!?…]$/.test(words) ? words : `${words}.`)

interface UsageLimit {
  planType: string | undefined
  resetsAt: Date | undefined
}

function usageLimit(
  failure: BackendFailure,
  { responseHeaders = {}, now = Date.now }: CallContext,
): UsageLimit {
  const error = isObject(failure.data.error) ? failure.data.error : failure.data
  const resetsAt =
    resetTime(error.resets_at, error.resets_in_seconds, now) ??
    ['primary', 'secondary']
      .map((name) => `x-codex-${name}`)
      .filter((window) => Number(responseHeaders[`${window}-used-percent`]) >= 100)
      .map((window) =>
        resetTime(
          responseHeaders[`${window}-reset-at`],
          responseHeaders[`${window}-reset-after-seconds`],
          now,
        ),
      )
      .find((date) => date !== undefined)
  return { planType: typeof error.plan_type === 'string' ? error.plan_type : undefined, resetsAt }
}

/** From seconds since 1970, else from seconds from now. */
function resetTime(at: unknown, inSeconds: unknown, now: () => number): Date | undefined {
  const isCount = (value: unknown) => value !== '' && value !== null && Number.isFinite(Number(value))
  if (isCount(at)) return new Date(Number(at) * 1000)
  return isCount(inSeconds) ? new Date(now() + Number(inSeconds) * 1000) : undefined
}

const describeLimit = ({ planType, resetsAt }: UsageLimit): string =>
  [
    planType === undefined ? undefined : `Your plan is ${planType}.`,
    resetsAt === undefined ? undefined : `It resets at ${resetsAt.toISOString()}.`,
  ]
    .filter((part) => part !== undefined)
    .join(' ')

const loginHint = (status: number): string | undefined =>
  status === 401
    ? 'The login was refused; log in again with `npx ai-sdk-provider-codex login` or `npx @openai/codex login`.'
    : undefined

/** The backend's own words: `error.message`, `detail` (text, object or list), plain text, or what kind of body it was. */
function describeBody(
  body: string,
  json: JsonObject | undefined,
  failure: BackendFailure,
  headers: Record<string, string> | undefined,
): string {
  const words = failure.message ?? describeDetail(json?.detail) ?? failure.code
  if (words !== undefined) return words
  const text = body.trim()
  if (text === '') return 'The answer is empty.'
  if (/^<(?:!doctype|html)/i.test(text) || headers?.['content-type']?.includes('text/html')) {
    const ray = headers?.['cf-ray']
    const isCloudflare = ray !== undefined || /cloudflare/i.test(text)
    const sender = isCloudflare
      ? `Cloudflare blocked the request${ray ? ` (ray ${ray})` : ''}:`
      : 'The answer is'
    return `${sender} an HTML page, not an answer of the backend.`
  }
  return text.length > 500 ? `${text.slice(0, 500)}…` : text
}

function describeDetail(detail: unknown): string | undefined {
  if (typeof detail === 'string') return detail
  if (Array.isArray(detail)) {
    const parts = detail.map((entry: unknown) => {
      const { loc, msg } = isObject(entry) ? entry : {}
      const place = Array.isArray(loc) ? `${loc.join('.')}: ` : ''
      return `${place}${typeof msg === 'string' ? msg : JSON.stringify(entry)}`
    })
    return parts.join('; ')
  }
  if (!isObject(detail)) return undefined
  const word = [detail.message, detail.msg, detail.code].find((value) => typeof value === 'string')
  return typeof word === 'string' ? word : JSON.stringify(detail)
}
