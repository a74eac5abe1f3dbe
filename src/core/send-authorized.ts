import type { APICallError } from '@ai-sdk/provider'
import type { TokenManager } from '../auth/token-manager.ts'
import type { CodexTokens } from '../auth/tokens.ts'
import { CodexAuthRefreshError, CodexAuthTokenExpiredError } from '../errors.ts'
import { REFUSED_LOGIN_ADVICE } from '../transport/failures/table.ts'

/** What a request that was sent with these tokens got. */
export interface Authorized<Answer> {
  response: Answer
  tokens: CodexTokens
}

/**
 * Sends a request with the login's tokens; after a 401 once more, with the tokens that the login has by then
 * (codex-wire.md 1.10). A second 401 is the caller's.
 *
 * @param readError reads the backend's words on the 401, for the error where the login can't be renewed
 * @param mayRepeat asked at a 401; a no leaves the caller with it
 */
export async function sendAuthorized<Answer extends { status: number }>(
  login: TokenManager,
  signal: AbortSignal | undefined,
  sendWith: (tokens: CodexTokens) => Promise<Answer>,
  readError: (refused: Authorized<Answer>) => Promise<APICallError>,
  mayRepeat: () => boolean = () => true,
): Promise<Authorized<Answer>> {
  const tokens = await login.getTokens(signal)
  const first = await sendWith(tokens)
  if (first.status !== 401 || !mayRepeat()) return { response: first, tokens }
  const refusal = await readError({ response: first, tokens })
  login.invalidate(tokens.accessToken)
  const renewed = await login.getTokens(signal).catch((error: unknown) => {
    throw withRefusal(error, refusal)
  })
  return { response: await sendWith(renewed), tokens: renewed }
}

/** The login's error with the backend's words: the login may be fine, and the refusal about something else. */
function withRefusal(error: unknown, refusal: APICallError): unknown {
  // Without our hint to log in again: the login's error knows the way out.
  const said = refusal.message.replace(REFUSED_LOGIN_ADVICE, '').trimEnd()
  const options = (message: string) => ({
    message: `${message} The backend said: ${said}`,
    cause: refusal,
  })
  if (CodexAuthRefreshError.isInstance(error)) {
    return new CodexAuthRefreshError({ ...options(error.message), reason: error.reason })
  }
  return CodexAuthTokenExpiredError.isInstance(error)
    ? new CodexAuthTokenExpiredError(options(error.message))
    : error
}
