import { APICallError } from '@ai-sdk/provider'
import type { TokenManager } from '../auth/token-manager.ts'
import type { CodexTokens } from '../auth/tokens.ts'
import { CodexAuthRefreshError } from '../errors.ts'
import { type CodexRateLimits, planUsage, usageURL } from '../events/rate-limits.ts'
import { createDiskCache } from '../lib/disk-cache.ts'
import { keepRecent } from '../lib/lru.ts'
import { type Catalogue, createCatalogue } from '../models/catalogue.ts'
import type { CatalogueModel } from '../models/catalogue-entry.ts'
import { baseHeaders, mergeHeaders } from '../request/headers.ts'
import { responseError } from '../transport/failures/errors.ts'
import { getJson, type JsonAnswer } from '../transport/http/get-json.ts'
import { type Client, loginHeaders, secretsOf } from './client.ts'
import { sendAuthorized } from './send-authorized.ts'

/** A login of a client: who asks the backend for something. */
export interface Asker {
  client: Client
  login: TokenManager
  /** The account of the login as it is kept, read without a renewal. */
  keptAccountId(): Promise<string | undefined>
}

/** Accounts whose catalogues are kept in memory, those used last: a process may serve many users. */
const MAX_CATALOGUES = 100

/** One catalogue for each base URL, client version and account; a login without an account id has one of its own. */
export interface Catalogues {
  /** That of the login, for a call: its fetch uses the tokens that the login has, and never condemns them. */
  of(client: Client, tokens: CodexTokens): Catalogue
  /**
   * What the login may use. A 401 renews the login once, as for a call; where its renewal can't reach the login server,
   * the copy is given.
   *
   * @throws APICallError, CodexAuthError
   */
  list(asker: Asker, signal: AbortSignal | undefined): Promise<CatalogueModel[]>
  /** That of the login, where it was asked for before. */
  known(client: Client, tokens: CodexTokens): Catalogue | undefined
  /** That of the account, where it was asked for before. */
  ofAccount(client: Client, accountId: string | undefined): Catalogue | undefined
}

/** A catalogue, and who asked for it last. */
interface Shelf {
  readonly catalogue: Catalogue
  asker: { client: Client; tokens: CodexTokens | undefined }
  /** The access token of the last fetch that got a 401. */
  refused?: string | undefined
}

export function createCatalogues(): Catalogues {
  const byAccount = new Map<string, Shelf>()
  // What no account names belongs to its tokens alone.
  const byTokens = new WeakMap<CodexTokens, Map<string, Shelf>>()

  function shelvesOf(tokens: CodexTokens | undefined, accountId: string | undefined): Map<string, Shelf> {
    if (accountId !== undefined || tokens === undefined) return byAccount
    const shelves = byTokens.get(tokens) ?? new Map<string, Shelf>()
    byTokens.set(tokens, shelves)
    return shelves
  }

  function shelfOf(client: Client, tokens: CodexTokens | undefined, accountId: string | undefined): Shelf {
    const shelves = shelvesOf(tokens, accountId)
    const key = keyOf(client, accountId)
    const shelf = shelves.get(key) ?? createShelf(client, accountId)
    if (tokens) shelf.asker = { client, tokens }
    keepRecent(shelves, key, shelf, MAX_CATALOGUES)
    return shelf
  }

  function forLogin(client: Client, tokens: CodexTokens): Shelf {
    const shelf = shelfOf(client, tokens, accountOf(client, tokens))
    // Other tokens may be let in.
    if (shelf.refused !== undefined && shelf.refused !== tokens.accessToken) {
      shelf.refused = undefined
      shelf.catalogue.forgetFailure()
    }
    return shelf
  }

  async function listWith(
    client: Client,
    tokens: CodexTokens,
    signal: AbortSignal | undefined,
  ): Promise<Listed> {
    const shelf = forLogin(client, tokens)
    for (let tries = 0; ; tries++) {
      try {
        return { status: 200, models: await shelf.catalogue.list(signal) }
      } catch (error) {
        if (!isUnauthorized(error)) throw error
        // The fetch that was under way may have been another login's.
        if (tries > 0 || shelf.refused === tokens.accessToken) return { status: 401, error }
        shelf.asker = { client, tokens }
      }
    }
  }

  async function list({ client, login }: Asker, signal: AbortSignal | undefined): Promise<CatalogueModel[]> {
    const { response } = await sendAuthorized<Listed>(
      login,
      signal,
      (tokens) => listWith(client, tokens, signal),
      async ({ response }) => {
        if (response.status === 401) return response.error
        throw new TypeError('A list that came is no refusal.')
      },
    )
    if (response.status === 401) throw response.error
    return response.models
  }

  return {
    of: (client, tokens) => forLogin(client, tokens).catalogue,
    async list(asker, signal) {
      try {
        return await list(asker, signal)
      } catch (error) {
        if (!CodexAuthRefreshError.isInstance(error) || error.reason !== 'network') throw error
        const { client } = asker
        const accountId = client.settings.accountId ?? (await asker.keptAccountId())
        if (accountId === undefined) throw error
        const { catalogue } = shelfOf(client, undefined, accountId)
        const kept = await catalogue.kept()
        if (!kept) throw error
        return kept
      }
    },
    known(client, tokens) {
      const accountId = accountOf(client, tokens)
      return knownOn(shelvesOf(tokens, accountId), keyOf(client, accountId))
    },
    ofAccount: (client, accountId) =>
      accountId === undefined ? undefined : knownOn(byAccount, keyOf(client, accountId)),
  }
}

function knownOn(shelves: Map<string, Shelf>, key: string): Catalogue | undefined {
  const shelf = shelves.get(key)
  if (shelf) keepRecent(shelves, key, shelf, MAX_CATALOGUES)
  return shelf?.catalogue
}

type Listed = { status: 200; models: CatalogueModel[] } | { status: 401; error: APICallError }

const keyOf = ({ resolved }: Client, accountId: string | undefined): string =>
  JSON.stringify([resolved.baseURL, resolved.clientVersion, accountId])

const accountOf = (client: Client, tokens: CodexTokens): string | undefined =>
  loginHeaders(tokens, client.settings).accountId

const isUnauthorized = (error: unknown): error is APICallError =>
  APICallError.isInstance(error) && error.statusCode === 401

function createShelf(client: Client, accountId: string | undefined): Shelf {
  const { baseURL, clientVersion, cacheDir } = client.resolved
  const shelf: Shelf = {
    asker: { client, tokens: undefined },
    catalogue: createCatalogue({
      fetchModels: (etag, signal) => fetchModels(shelf, etag, signal),
      cache: createDiskCache(cacheDir),
      key: { baseURL, clientVersion, accountId },
    }),
  }
  return shelf
}

/** Sent once, with the tokens that are at hand: whatever comes of it, a call has its own word with the login. */
async function fetchModels(shelf: Shelf, etag: string | undefined, signal: AbortSignal) {
  const { client, tokens } = shelf.asker
  if (!tokens) throw new TypeError('A list is fetched for a login only.')
  const { baseURL, clientVersion } = client.resolved
  const url = `${baseURL}/models?client_version=${encodeURIComponent(clientVersion)}`
  const headers: Record<string, string> = etag ? { 'if-none-match': etag } : {}
  const answer = await getOnce(client, tokens, { url, headers, signal })
  shelf.refused = answer.status === 401 ? tokens.accessToken : undefined
  if (answer.status !== 200 && answer.status !== 304) throw toError(answer, url, tokens)
  return { status: answer.status, etag: answer.headers.etag, json: answer.json }
}

/**
 * What is left of the plan's windows (codex-wire.md 6.3).
 *
 * @throws APICallError, CodexAuthError
 */
export async function fetchUsage(
  { client, login }: Asker,
  signal: AbortSignal | undefined,
): Promise<CodexRateLimits> {
  const url = usageURL(client.resolved.baseURL)
  const { response, tokens } = await sendAuthorized(
    login,
    signal,
    (tokens) => getOnce(client, tokens, { url, headers: {}, signal }),
    async (refused) => toError(refused.response, url, refused.tokens),
  )
  const limits = response.status === 200 ? planUsage(response.json, Date.now()) : undefined
  if (limits === undefined) throw toError(response, url, tokens)
  return limits
}

/** One `GET` with these tokens, whatever its status. */
function getOnce(
  { settings, resolved, identity, fetch }: Client,
  tokens: CodexTokens,
  request: { url: string; headers: Record<string, string>; signal: AbortSignal | undefined },
): Promise<JsonAnswer> {
  const { url, signal } = request
  const ours = { ...baseHeaders(loginHeaders(tokens, settings), identity), ...request.headers }
  const headers = mergeHeaders(ours, settings.headers)
  const secrets = secretsOf(tokens)
  return getJson({ url, headers, secrets, signal, responseTimeoutMs: resolved.timeouts.response }, fetch)
}

const toError = ({ status, headers, text }: JsonAnswer, url: string, tokens: CodexTokens): APICallError =>
  responseError(status, text, {
    url,
    requestBodyValues: {},
    responseHeaders: headers,
    secrets: secretsOf(tokens),
  })
