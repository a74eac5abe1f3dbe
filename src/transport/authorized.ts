import type { TokenManager } from '../auth/manager.ts'
import type { CodexTokens } from '../auth/tokens.ts'
import type { SentRequest } from './send.ts'

/**
 * Sends a request with the login's tokens; after a 401 once more, with the tokens that the login has by then
 * (codex-wire.md 1.10). A second 401 is the caller's.
 */
export async function sendAuthorized(
  login: TokenManager,
  signal: AbortSignal | undefined,
  sendWith: (tokens: CodexTokens) => Promise<SentRequest>,
): Promise<SentRequest> {
  const tokens = await login.getTokens(signal)
  const first = await sendWith(tokens)
  if (first.response.status !== 401) return first
  await first.response.body?.cancel()
  first.release()
  login.invalidate(tokens.accessToken)
  return sendWith(await login.getTokens(signal))
}
