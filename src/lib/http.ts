import { onAbort, startTimer } from './abort.ts'

/** One request: a `POST` where it has a body, else a `GET`. */
export interface HttpRequest {
  url: string
  headers: Record<string, string>
  body?: string | Uint8Array<ArrayBuffer> | undefined
  signal: AbortSignal | undefined
  /** Limit for the response's headers, in milliseconds. @default 0, no limit */
  timeoutMs?: number | undefined
  /** The error after `timeoutMs`. */
  lateReason?: (() => Error) | undefined
  /** Whether to keep frameworks from caching the answer. @default true */
  noStore?: boolean | undefined
}

// Next.js patches `fetch` to cache; Node's types don't know the field.
const NO_STORE = { cache: 'no-store' } as const

/**
 * Sends one request by the rules of all senders: redirects are not followed, so that no token reaches another host; no
 * framework may cache the answer; an abort or a time-out ends the wait even where `fetch` ignores its signal.
 *
 * @returns any answer, once its headers are there. Whoever reads the body listens to the abort.
 * @throws what `fetch` throws, the reason of the abort, or `lateReason()`.
 */
export function sendHttp(request: HttpRequest, fetch: typeof globalThis.fetch): Promise<Response> {
  const { url, headers, body, signal, timeoutMs = 0, lateReason, noStore = true } = request
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const controller = new AbortController()
    const give = (response: Response) => {
      if (controller.signal.aborted) discardBody(response)
      else resolve(response)
    }
    const stop = (reason: unknown) => {
      controller.abort(reason)
      reject(reason)
    }
    const stopListening = onAbort(signal, () => stop(signal?.reason))
    const stopTimer = startTimer(timeoutMs, () => stop(lateReason?.()))
    // Async, since a custom `fetch` may throw before it gives a promise.
    const answer = (async () =>
      fetch(url, {
        ...(body === undefined ? { method: 'GET' } : { method: 'POST', body }),
        ...(noStore ? NO_STORE : {}),
        headers,
        signal: controller.signal,
        // `manual`, since some edge runtimes have no `error`: each sender turns a redirect into its error.
        redirect: 'manual',
      }))()
    answer.then(give, reject).finally(() => {
      stopTimer()
      stopListening()
    })
  })
}

/** Lets the connection of an unread body go. */
export function discardBody({ body }: Response): void {
  body?.cancel().catch(() => {})
}
