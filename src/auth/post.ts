import { sendHttp } from '../lib/http.ts'
import { readText } from '../lib/read-body.ts'

/** In characters; three tokens with many claims stay far below. */
const MAX_ANSWER = 1_000_000

/**
 * Sends a request to the login server, a `GET` without a body, and reads its whole answer, of any status.
 *
 * @throws what kept the answer from coming whole; the reason of the signal.
 */
export async function post(
  url: string,
  request: {
    headers: Record<string, string>
    body?: string | undefined
    fetch: typeof globalThis.fetch
    signal: AbortSignal
  },
): Promise<{ status: number; text: string }> {
  const { headers, body, fetch, signal } = request
  const response = await sendHttp({ url, headers: { ...headers, accept: '*/*' }, body, signal }, fetch)
  const { text, isWhole, cause } = await readText(response, { maxCharacters: MAX_ANSWER, signal })
  if (!isWhole) throw cause
  return { status: response.status, text }
}
