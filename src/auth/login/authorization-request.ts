import { CodexAuthError } from '../../errors.ts'
import { withDeadline } from '../../lib/abort.ts'
import { type JsonObject, parseObject } from '../../lib/json.ts'
import { createRedactor } from '../../lib/redaction.ts'
import { post } from '../post.ts'

/** Default time limit of one request to the login server, in milliseconds. */
const REQUEST_TIMEOUT_MS = 20_000

/** Settings of a request to the login server. */
export interface LoginRequestSettings {
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch | undefined
  signal?: AbortSignal | undefined
  /**
   * Time limit until the whole answer is read, in milliseconds; 0 for none.
   *
   * @default 20_000
   */
  timeoutMs?: number | undefined
}

/** Answer of the login server. */
export interface LoginAnswer {
  status: number
  /** Undefined where the body is not a JSON object. */
  json: JsonObject | undefined
}

/**
 * Posts to the login server: an object as JSON, `URLSearchParams` as a form.
 *
 * @throws CodexAuthError when no complete answer arrives; the signal's reason when it aborts.
 */
export async function postLogin(
  url: string,
  body: JsonObject | URLSearchParams,
  settings: LoginRequestSettings,
): Promise<LoginAnswer> {
  const isForm = body instanceof URLSearchParams
  const request = {
    headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' },
    body: isForm ? body.toString() : JSON.stringify(body),
  }
  return sendLogin(url, request, settings)
}

/**
 * Loads a document of the login server.
 *
 * @throws CodexAuthError when no complete answer arrives; the signal's reason when it aborts.
 */
export const getLogin = (url: string, settings: LoginRequestSettings): Promise<LoginAnswer> =>
  sendLogin(url, { headers: {} }, settings)

async function sendLogin(
  url: string,
  request: { headers: Record<string, string>; body?: string },
  { fetch = globalThis.fetch, signal, timeoutMs = REQUEST_TIMEOUT_MS }: LoginRequestSettings,
): Promise<LoginAnswer> {
  const { host } = new URL(url)
  const timeoutError = () =>
    new CodexAuthError({ message: `The login server ${host} did not answer in time. Try again.` })
  return withDeadline(signal, timeoutMs, timeoutError, async (deadline) => {
    try {
      const { status, text } = await post(url, { ...request, fetch, signal: deadline })
      return { status, json: parseObject(text) }
    } catch (cause) {
      deadline.throwIfAborted()
      throw new CodexAuthError({
        message: `Could not reach the login server ${host}. Check your network and try again.`,
        // A custom `fetch` may repeat the request in its errors.
        cause: createRedactor(secretsIn(request.body)).cause(cause),
      })
    }
  })
}

/** Values that a body must keep to itself: all but the short ones, which are names. */
const secretsIn = (body = ''): string[] =>
  [
    ...(body.startsWith('{') ? Object.values(parseObject(body) ?? {}) : new URLSearchParams(body).values()),
  ].filter((value): value is string => typeof value === 'string' && value.length >= 20)
