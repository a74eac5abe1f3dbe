import { CodexAuthError } from '../errors.ts'
import { isObject, type JsonObject, parseObject, textOf } from '../json.ts'
import { withDeadline } from './deadline.ts'
import { post } from './post.ts'

/** How long one request to the login server may take, in milliseconds. */
const REQUEST_TIMEOUT_MS = 20_000

/** How requests of a login are sent. */
export interface LoginRequestSettings {
  /** Default `globalThis.fetch`. */
  fetch?: typeof globalThis.fetch | undefined
  signal?: AbortSignal | undefined
  /** For the whole answer, in milliseconds; 0 waits for ever. Default 20 000. */
  timeoutMs?: number | undefined
}

/** What the login server answered. */
export interface LoginAnswer {
  status: number
  /** Undefined where the body is no JSON object. */
  json: JsonObject | undefined
}

/**
 * Sends a request of a login: an object as JSON, `URLSearchParams` as a form.
 *
 * @throws CodexAuthError where no whole answer came; the signal's reason.
 */
export async function postLogin(
  url: string,
  body: JsonObject | URLSearchParams,
  { fetch = globalThis.fetch, signal, timeoutMs = REQUEST_TIMEOUT_MS }: LoginRequestSettings,
): Promise<LoginAnswer> {
  const isForm = body instanceof URLSearchParams
  const { host } = new URL(url)
  const late = () => new CodexAuthError({ message: `The login server ${host} did not answer in time.` })
  return withDeadline(signal, timeoutMs, late, async (both) => {
    try {
      const { status, text } = await post(url, {
        headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' },
        body: isForm ? body.toString() : JSON.stringify(body),
        fetch,
        signal: both,
      })
      return { status, json: parseObject(text) }
    } catch (cause) {
      both.throwIfAborted()
      throw new CodexAuthError({ message: `The login server ${host} can't be reached.`, cause })
    }
  })
}

/** The code of an error: `error.code`, or `error` as text, or `code`; lower-cased. */
export function errorCodeOf(json: JsonObject | undefined): string | undefined {
  const error = json?.error
  const code = textOf(isObject(error) ? error.code : error) ?? textOf(json?.code)
  return code?.toLowerCase()
}

/** `HTTP 400: The code is wrong`: what went wrong, in the server's own words where they hold no secret. */
export function faultOf({ status, json }: LoginAnswer, secrets: readonly string[]): string {
  const error = json?.error
  const words =
    textOf(isObject(error) ? error.message : undefined) ??
    textOf(json?.error_description) ??
    textOf(json?.message) ??
    textOf(json?.detail) ??
    errorCodeOf(json)
  const said = safeWords(words, secrets)
  return said === undefined ? `HTTP ${status}` : `HTTP ${status}: ${said}`
}

/** Someone else's words, as one line without control characters; undefined where they may hold a secret. */
export function safeWords(words: string | undefined, secrets: readonly string[]): string | undefined {
  if (words === undefined || words.length > 300) return undefined
  const isSecret = secrets.some((secret) => words.includes(secret)) || /eyJ|\b(?:rt|ac)_|\bsk-/.test(words)
  return isSecret ? undefined : textOf(words.replace(/[\s\p{Cc}]+/gu, ' ').trim())
}
