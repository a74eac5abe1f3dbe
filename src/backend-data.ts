import type { TokenManager } from './auth/manager.ts'
import { type Client, loginHeaders, secretsOf } from './client.ts'
import { createDiskCache } from './disk-cache.ts'
import { type CodexRateLimits, planUsage, usageURL } from './events/rate-limits.ts'
import { type Catalogue, createCatalogue } from './models/catalogue.ts'
import { baseHeaders, mergeHeaders } from './request/headers.ts'
import { sendAuthorized } from './transport/authorized.ts'
import { responseError } from './transport/failure.ts'
import { getJson, type JsonAnswer } from './transport/get-json.ts'

/** A login of a client: who asks the backend for something. */
export interface Asker {
  client: Client
  login: TokenManager
}

/** Accounts whose catalogues are kept in memory: a provider may serve many users. */
const MAX_CATALOGUES = 100

/** One catalogue for each base URL, client version and account; a login without an account id has one of its own. */
export interface Catalogues {
  /** That of the login, which is read for it. */
  of(asker: Asker, signal: AbortSignal | undefined): Promise<Catalogue>
  /** That of an account, where it was asked for before. */
  known(client: Client, accountId: string | undefined): Catalogue | undefined
}

export function createCatalogues(): Catalogues {
  const catalogues = new Map<string, Catalogue>()
  return {
    async of({ client, login }, signal) {
      const tokens = await login.getTokens(signal)
      const { accountId } = loginHeaders(tokens, client.settings)
      const key = keyOf(client, accountId ?? tokens.accessToken)
      const known = catalogues.get(key)
      if (known) return known
      const catalogue = createCatalogue({
        fetchModels: (etag, end) => fetchModels({ client, login }, etag, end),
        cache: createDiskCache(client.settings.cacheDir),
        key: { baseURL: client.resolved.baseURL, clientVersion: client.resolved.clientVersion, accountId },
      })
      catalogues.set(key, catalogue)
      const [oldest] = catalogues.keys()
      if (catalogues.size > MAX_CATALOGUES && oldest !== undefined) catalogues.delete(oldest)
      return catalogue
    },
    known: (client, accountId) => catalogues.get(keyOf(client, accountId)),
  }
}

const keyOf = ({ resolved }: Client, accountId: string | undefined): string =>
  JSON.stringify([resolved.baseURL, resolved.clientVersion, accountId])

async function fetchModels(asker: Asker, etag: string | undefined, signal: AbortSignal) {
  const { baseURL, clientVersion } = asker.client.resolved
  const url = `${baseURL}/models?client_version=${encodeURIComponent(clientVersion)}`
  const answer = await get(asker, { url, headers: etag ? { 'if-none-match': etag } : {}, signal })
  return { status: answer.status, etag: answer.headers.etag, json: answer.json }
}

/**
 * What is left of the plan's windows (codex-wire.md 6.3).
 *
 * @throws APICallError, CodexAuthError
 */
export async function fetchUsage(asker: Asker, signal: AbortSignal | undefined): Promise<CodexRateLimits> {
  const url = usageURL(asker.client.resolved.baseURL)
  const answer = await get(asker, { url, headers: {}, signal })
  return planUsage(answer.json, Date.now()) ?? {}
}

/** A `GET` with the login; any status but 200 and 304 is an error. */
async function get(
  { client, login }: Asker,
  request: { url: string; headers: Record<string, string>; signal: AbortSignal | undefined },
): Promise<JsonAnswer> {
  const { settings, resolved, identity, fetch } = client
  const { url, signal } = request
  const toError = ({ status, headers, text }: JsonAnswer, secrets: string[]) =>
    responseError(status, text, { url, requestBodyValues: {}, responseHeaders: headers, secrets })
  const { response, tokens } = await sendAuthorized(
    login,
    signal,
    (tokens) => {
      const ours = { ...baseHeaders(loginHeaders(tokens, settings), identity), ...request.headers }
      const headers = mergeHeaders(ours, settings.headers)
      return getJson({ url, headers, signal, responseTimeoutMs: resolved.timeouts.response }, fetch)
    },
    async (refused) => toError(refused.response, secretsOf(refused.tokens)),
  )
  if (response.status === 200 || response.status === 304) return response
  throw toError(response, secretsOf(tokens))
}
