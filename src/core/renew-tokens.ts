import type { APICallError } from '@ai-sdk/provider'
import type { CodexTokens } from '../auth/tokens.ts'
import { CodexAuthRefreshError, CodexAuthTokenExpiredError } from '../errors.ts'
import type { Client } from './client.ts'
import type { Login } from './login.ts'

/**
 * Gets other tokens after a 401, to send the request once more.
 *
 * @param refused The tokens that got it.
 * @param refusal The 401 as an error.
 * @throws the login's error, with the backend's words, where it has no others; the signal's reason.
 */
export async function renewTokens(
  { route }: Client,
  login: Login,
  refused: CodexTokens,
  refusal: APICallError,
  signal: AbortSignal | undefined,
): Promise<CodexTokens> {
  login.invalidate(refused.accessToken)
  try {
    return await login.getTokens(signal)
  } catch (error) {
    throw withRefusal(error, refusal, route.advice.refusedLogin)
  }
}

/** The login's error with the backend's words: the login may be fine, and the refusal about something else. */
function withRefusal(error: unknown, refusal: APICallError, advice: string): unknown {
  // The login's error has advice of its own.
  const words = refusal.message.replace(advice, '').trimEnd()
  const options = (message: string) => ({
    message: `${message} The backend said: ${words}`,
    cause: refusal,
  })
  if (CodexAuthRefreshError.isInstance(error)) {
    return new CodexAuthRefreshError({ ...options(error.message), reason: error.reason })
  }
  return CodexAuthTokenExpiredError.isInstance(error)
    ? new CodexAuthTokenExpiredError(options(error.message))
    : error
}
