import { UnsupportedFunctionalityError } from '@ai-sdk/provider'
import type { CodexTokens } from '../auth/tokens.ts'
import {
  type CodexRateLimits,
  type CodexResetCredits,
  planUsage,
  resetCredits,
} from '../events/rate-limits.ts'
import type { Client } from './client.ts'
import { answerError, getFromBackend } from './get-from-backend.ts'
import type { Login } from './login.ts'
import { renewTokens } from './renew-tokens.ts'

/** How long to wait for the reset credits, in milliseconds: without them, the rest is still of use. */
const RESET_CREDITS_TIMEOUT_MS = 5_000

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
  if (url === undefined) {
    throw new UnsupportedFunctionalityError({ functionality: 'usage()', message: client.route.advice.usage })
  }
  let tokens = await login.getTokens(signal)
  let answer = await getFromBackend(client, tokens, { url, signal })
  if (answer.status === 401) {
    tokens = await renewTokens(client, login, tokens, answerError(client, answer, url, tokens), signal)
    answer = await getFromBackend(client, tokens, { url, signal })
  }
  const limits = answer.status === 200 ? planUsage(answer.json, Date.now()) : undefined
  if (limits === undefined) throw answerError(client, answer, url, tokens)
  const credits = await fetchResetCredits(client, tokens, signal)
  return credits ? { ...limits, resetCredits: credits } : limits
}

/** Undefined where the backend does not list them. */
async function fetchResetCredits(
  client: Client,
  tokens: CodexTokens,
  signal: AbortSignal | undefined,
): Promise<CodexResetCredits | undefined> {
  const { route, resolved } = client
  const url = route.urls.resetCredits?.(resolved.baseURL)
  if (url === undefined) return undefined
  const limit = resolved.timeouts.response || RESET_CREDITS_TIMEOUT_MS
  const responseTimeoutMs = Math.min(limit, RESET_CREDITS_TIMEOUT_MS)
  try {
    const { status, json } = await getFromBackend(client, tokens, { url, signal, responseTimeoutMs })
    return status === 200 ? resetCredits(json) : undefined
  } catch {
    signal?.throwIfAborted()
    return undefined
  }
}
