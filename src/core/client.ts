import type { CodexTokens } from '../auth/tokens.ts'
import { createLog, type Log } from '../lib/log.ts'
import { describePlatform } from '../lib/runtime.ts'
import { findZstd } from '../lib/zstd.ts'
import type { ClientIdentity, LoginHeaders } from '../request/headers.ts'
import type { Route } from '../routes/route.ts'
import { createHttpTransport } from '../transport/http/transport.ts'
import type { Transport } from '../transport/transport.ts'
import { VERSION } from '../version.ts'
import { environmentOf, type ResolvedSettings, resolveSettings } from './resolve-settings.ts'
import type { ProviderSettings } from './settings.ts'
import { createSockets, type Sockets } from './sockets.ts'

/** The sender of requests: the settings as they are at the time of a call. */
export interface Client {
  route: Route
  /** The settings that the route has. */
  settings: ProviderSettings
  /** The settings as they were given. */
  given: ProviderSettings
  resolved: ResolvedSettings
  identity: ClientIdentity
  fetch: typeof globalThis.fetch
  transport: Transport
  log: Log | undefined
  /** What is known of the logins that it sends for. */
  logins: WeakMap<CodexTokens, ClientLogin>
}

/** Finds the client of the settings as they are now: most calls find settings and environment unchanged. */
export function createClientSource(given: ProviderSettings, route: Route, sockets: Sockets): () => Client {
  let latest: { inputs: readonly unknown[]; client: Client } | undefined
  return () => {
    const inputs = inputsOf(given, route)
    if (!latest || !isSame(latest.inputs, inputs)) {
      latest = { inputs, client: createClient(given, route, sockets) }
    }
    return latest.client
  }
}

/** Everything that a client is made from. */
function inputsOf(given: ProviderSettings, route: Route): unknown[] {
  const inputs = environmentOf(route)
  for (const fields of [given, given.timeouts, given.headers]) {
    if (typeof fields !== 'object' || fields === null) continue
    for (const [name, value] of Object.entries(fields)) inputs.push(name, value)
  }
  return inputs
}

const isSame = (before: readonly unknown[], now: readonly unknown[]): boolean =>
  before.length === now.length && now.every((value, index) => value === before[index])

/** Reads settings and environment. */
export function createClient(given: ProviderSettings, route: Route, sockets = createSockets()): Client {
  const settings = pickSettings(given, route)
  const resolved = resolveSettings(settings, route)
  const log = createLog(resolved.debug, settings.logger)
  // Looked up at each call, since frameworks replace the global one while they start.
  const fetch = traced((input, init) => (settings.fetch ?? globalThis.fetch)(input, init), log)
  const http = createHttpTransport(fetch, resolved.compress ? { findCompress: findZstd, log } : undefined)
  return {
    route,
    settings,
    given,
    resolved,
    identity: {
      originator: resolved.originator,
      clientVersion: resolved.clientVersion,
      platform: describePlatform(),
      packageVersion: VERSION,
      appName: settings.appName,
    },
    fetch,
    transport: resolved.transport === 'http' ? http : sockets.over(http, settings, resolved.transport, log),
    log,
    logins: new WeakMap(),
  }
}

/** The settings of the route; one of another route means nothing here. */
const pickSettings = (given: ProviderSettings, { settings }: Route): ProviderSettings =>
  Object.fromEntries(settings.map((name) => [name, given[name as keyof ProviderSettings]]))

/** A `fetch` that tells of each request and its response, those of the login too. */
function traced(fetch: typeof globalThis.fetch, log: Log | undefined): typeof globalThis.fetch {
  if (!log) return fetch
  return async (input, init) => {
    const sent = { method: init?.method ?? 'GET', url: String(input) }
    const startedAt = performance.now()
    const durationMs = () => Math.round(performance.now() - startedAt)
    log('http.request', sent)
    try {
      const response = await fetch(input, init)
      log('http.response', { ...sent, status: response.status, durationMs: durationMs() })
      return response
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error
      log('http.error', { ...sent, error: name, durationMs: durationMs() })
      throw error
    }
  }
}

/** A login as a client sends for it. */
interface ClientLogin {
  /** The account that requests are sent for; undefined where neither settings nor login name one. */
  readonly accountId: string | undefined
  /** Undefined where the login does not name its user. */
  readonly userId: string | undefined
  /** Tells logins apart. One that does not name its user is known by its token. */
  readonly key: string
  /** The facts about the login that a request carries. */
  readonly headers: LoginHeaders
}

/** Reads a login: the claims of a token once, not at each call. */
function loginOf(client: Client, tokens: CodexTokens): ClientLogin {
  const known = client.logins.get(tokens)
  if (known) return known
  const facts = client.route.login.account(tokens)
  const { userId } = facts
  const { accessToken } = tokens
  const accountId = client.settings.accountId ?? facts.accountId
  const login: ClientLogin = {
    accountId,
    userId,
    key: JSON.stringify([accountId, userId === undefined ? { token: accessToken } : userId]),
    headers: { ...facts, accessToken, accountId },
  }
  client.logins.set(tokens, login)
  return login
}

/** The account that a request is sent for; undefined where neither settings nor login name one. */
export const accountOf = (client: Client, tokens: CodexTokens): string | undefined =>
  loginOf(client, tokens).accountId

/** The user whose login it is; undefined where the login does not name one. */
export const userOf = (client: Client, tokens: CodexTokens): string | undefined =>
  loginOf(client, tokens).userId

/** Tells logins apart. One that does not name its user is known by its token. */
export const loginKey = (client: Client, tokens: CodexTokens): string => loginOf(client, tokens).key

/** The facts about a login that a request carries. */
export const loginHeaders = (client: Client, tokens: CodexTokens): LoginHeaders =>
  loginOf(client, tokens).headers

/** The tokens, which no error may show. */
export const secretsOf = ({ accessToken, refreshToken, idToken }: CodexTokens): string[] =>
  [accessToken, refreshToken, idToken].flatMap((token) => token || [])
