import { UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { type CodexRateLimits, planUsage } from '../events/rate-limits.ts'
import type { Client } from './client.ts'
import { answerError, getFromBackend } from './get-from-backend.ts'
import type { Login } from './login.ts'
import { renewTokens } from './renew-tokens.ts'

/**
 * Fetches the usage that is left of the plan's windows (docs/wire.md, "Usage and limits"). A 401 renews the login once.
 *
 * @throws APICallError, CodexAuthError, and UnsupportedFunctionalityError where the backend does not report it.
 */
export async function fetchUsage(
  client: Client,
  login: Login,
  signal: AbortSignal | undefined,
): Promise<CodexRateLimits> {
  const url = client.route.urls.usage?.(client.resolved.baseURL)
  if (url === undefined) throw new UnsupportedFunctionalityError({ functionality: 'usage()' })
  let tokens = await login.getTokens(signal)
  let answer = await getFromBackend(client, tokens, { url, signal })
  if (answer.status === 401) {
    tokens = await renewTokens(client, login, tokens, answerError(client, answer, url, tokens), signal)
    answer = await getFromBackend(client, tokens, { url, signal })
  }
  const limits = answer.status === 200 ? planUsage(answer.json, Date.now()) : undefined
  if (limits === undefined) throw answerError(client, answer, url, tokens)
  return limits
}
