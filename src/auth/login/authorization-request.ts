import { CodexAuthError } from '../../errors.ts'
import { withDeadline } from '../../lib/abort.ts'
import { type JsonObject, parseObject } from '../../lib/json.ts'
import { post } from '../post.ts'

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
