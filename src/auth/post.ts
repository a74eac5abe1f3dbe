import { untilAborted } from '../lib/abort.ts'
import { readText } from '../lib/read-body.ts'

// Next.js patches `fetch` to cache; Node's types don't know the setting.
const NO_STORE = { cache: 'no-store' } as const

/** In characters; three tokens with many claims stay far below. */
const MAX_ANSWER = 1_000_000

/**
 * Posts to the login server and reads its whole answer, of any status.
 *
 * @throws what kept the answer from coming whole; the reason of the signal.
 */
export async function post(
  url: string,
  request: {
    headers: Record<string, string>
    body: string
    fetch: typeof globalThis.fetch
    signal: AbortSignal
  },
): Promise<{ status: number; text: string }> {
  const { headers, body, fetch, signal } = request
  const init: RequestInit = {
    method: 'POST',
    headers: { ...headers, accept: '*/*' },
    body,
    ...NO_STORE,
    // `manual`, since some edge runtimes have no `error`: a redirect is answered with an error all the same.
    redirect: 'manual',
    signal,
  }
  const response = await untilAborted(fetch(url, init), signal)
  const { text, isWhole, cause } = await readText(response, { maxCharacters: MAX_ANSWER, signal })
  if (!isWhole) throw cause
  return { status: response.status, text }
}
