import { APICallError } from '@ai-sdk/provider'
import type { CodexTokens } from '../auth/tokens.ts'
import { CodexAuthRefreshError } from '../errors.ts'
import { createDiskCache } from '../lib/disk-cache.ts'
import { keepRecent } from '../lib/lru.ts'
import { type Catalogue, createCatalogue } from '../models/catalogue.ts'
import type { CatalogueModel } from '../models/catalogue-entry.ts'
import { accountOf, type Client, loginKey, userOf } from './client.ts'
import { answerError, getFromBackend } from './get-from-backend.ts'
import type { Login } from './login.ts'
import { renewTokens } from './renew-tokens.ts'

/** Logins whose catalogues stay in memory, those used last: a process may serve many users. */
const MAX_CATALOGUES = 100

/** One catalogue for each base URL, client version, account and user. A login that does not name them has one of its own. */
export interface Catalogues {
  /** That of the login, for a call: its fetch uses the tokens that the login has, and never condemns them. */
  of(client: Client, tokens: CodexTokens): Catalogue
  /** That of the login, where it was asked for before. */
  known(client: Client, tokens: CodexTokens): Catalogue | undefined
  /**
   * Lists the models that the login may use. A 401 renews the login once, as for a call; where its renewal can't reach
   * the login server, the copy is used.
   *
   * @throws APICallError, CodexAuthError; the signal's reason.
   */
  list(client: Client, login: Login, signal: AbortSignal | undefined): Promise<CatalogueModel[]>
}

/** A catalogue with the login that fetches it. */
interface LoginCatalogue {
  readonly catalogue: Catalogue
  /** Those that asked last. */
  client: Client
  tokens: CodexTokens
  /** The access token of the last fetch that got a 401. */
  refused?: string | undefined
}

export function createCatalogues(): Catalogues {
  const byAccount = new Map<string, LoginCatalogue>()
  // What no account names belongs to its tokens alone.
  const byTokens = new WeakMap<CodexTokens, Map<string, LoginCatalogue>>()

  function cataloguesOf(client: Client, tokens: CodexTokens): Map<string, LoginCatalogue> {
    if (accountOf(client, tokens) !== undefined) return byAccount
    const own = byTokens.get(tokens) ?? new Map<string, LoginCatalogue>()
    byTokens.set(tokens, own)
    return own
  }

  function forLogin(client: Client, tokens: CodexTokens): LoginCatalogue {
    const catalogues = cataloguesOf(client, tokens)
    const key = keyOf(client, tokens)
    const found = catalogues.get(key) ?? createLoginCatalogue(client, tokens)
    found.client = client
    found.tokens = tokens
    keepRecent(catalogues, key, found, MAX_CATALOGUES)
    // Other tokens may be let in.
    if (found.refused !== undefined && found.refused !== tokens.accessToken) {
      found.refused = undefined
      found.catalogue.forgetFailure()
    }
    return found
  }

  async function listWith(
    client: Client,
    tokens: CodexTokens,
    signal: AbortSignal | undefined,
  ): Promise<CatalogueModel[]> {
    const found = forLogin(client, tokens)
    try {
      return await found.catalogue.list(signal)
    } catch (error) {
      // The fetch that was under way may have been sent with older tokens.
      if (!isUnauthorized(error) || found.refused === tokens.accessToken) throw error
      return forLogin(client, tokens).catalogue.list(signal)
    }
  }

  async function listRenewing(
    client: Client,
    login: Login,
    signal: AbortSignal | undefined,
  ): Promise<CatalogueModel[]> {
    const tokens = await login.getTokens(signal)
    try {
      return await listWith(client, tokens, signal)
    } catch (error) {
      if (!isUnauthorized(error)) throw error
      return listWith(client, await renewTokens(client, login, tokens, error, signal), signal)
    }
  }

  return {
    of: (client, tokens) => forLogin(client, tokens).catalogue,
    known(client, tokens) {
      const catalogues = cataloguesOf(client, tokens)
      const key = keyOf(client, tokens)
      const found = catalogues.get(key)
      if (found) keepRecent(catalogues, key, found, MAX_CATALOGUES)
      return found?.catalogue
    },
    async list(client, login, signal) {
      try {
        return await listRenewing(client, login, signal)
      } catch (error) {
        if (!CodexAuthRefreshError.isInstance(error) || error.reason !== 'network') throw error
        const tokens = await login.readKept()
        const kept = tokens && (await forLogin(client, tokens).catalogue.kept())
        if (!kept) throw error
        return kept
      }
    },
  }
}

const keyOf = (client: Client, tokens: CodexTokens): string => {
  const { baseURL, clientVersion } = client.resolved
  return JSON.stringify([baseURL, clientVersion, loginKey(client, tokens)])
}

const isUnauthorized = (error: unknown): error is APICallError =>
  APICallError.isInstance(error) && error.statusCode === 401

function createLoginCatalogue(client: Client, tokens: CodexTokens): LoginCatalogue {
  const { baseURL, clientVersion, cacheDir } = client.resolved
  const created: LoginCatalogue = {
    client,
    tokens,
    catalogue: createCatalogue({
      fetchModels: (etag, signal) => fetchModels(created, etag, signal),
      cache: createDiskCache(cacheDir),
      key: { baseURL, clientVersion, accountId: accountOf(client, tokens), userId: userOf(client, tokens) },
      api: client.route.api,
    }),
  }
  return created
}

/** Sent once, with the tokens at hand: whatever comes of it, a call settles with the login by itself. */
async function fetchModels(login: LoginCatalogue, etag: string | undefined, signal: AbortSignal) {
  const { client, tokens } = login
  const { baseURL, clientVersion } = client.resolved
  const url = client.route.urls.models(baseURL, clientVersion)
  const headers: Record<string, string> = etag ? { 'if-none-match': etag } : {}
  const answer = await getFromBackend(client, tokens, { url, headers, signal })
  login.refused = answer.status === 401 ? tokens.accessToken : undefined
  if (answer.status !== 200 && answer.status !== 304) throw answerError(client, answer, url, tokens)
  return { status: answer.status, etag: answer.headers.etag, json: answer.json }
}
