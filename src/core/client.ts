import type { AccountFacts } from '../auth/claims.ts'
import type { CodexTokens } from '../auth/tokens.ts'
import { createDebug, type Debug } from '../lib/debug.ts'
import { describePlatform } from '../lib/runtime.ts'
import { findZstd } from '../lib/zstd.ts'
import type { ClientIdentity, LoginHeaders } from '../request/headers.ts'
import type { Route } from '../routes/route.ts'
import { createHttpTransport } from '../transport/http/transport.ts'
import type { Transport } from '../transport/transport.ts'
import { VERSION } from '../version.ts'
import { type ResolvedSettings, resolveSettings } from './resolve-settings.ts'
import type { ProviderSettings } from './settings.ts'
import { createSockets } from './sockets.ts'

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
  debug: Debug | undefined
}

/** Reads settings and environment. */
export function createClient(given: ProviderSettings, route: Route, sockets = createSockets()): Client {
  const settings = pickSettings(given, route)
  const resolved = resolveSettings(settings, route)
  const debug = createDebug(resolved.debug)
  // Looked up at each call, since frameworks replace the global one while they start.
  const fetch = traced((input, init) => (settings.fetch ?? globalThis.fetch)(input, init), debug)
  const http = createHttpTransport(fetch, resolved.compress ? { findCompress: findZstd, debug } : undefined)
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
    transport: resolved.transport === 'http' ? http : sockets.over(http, settings, resolved.transport, debug),
    debug,
  }
}

/** The settings of the route; one of another route means nothing here. */
const pickSettings = (given: ProviderSettings, { settings }: Route): ProviderSettings =>
  Object.fromEntries(settings.map((name) => [name, given[name as keyof ProviderSettings]]))

/** A `fetch` that prints each request and its status, those of the login too. */
function traced(fetch: typeof globalThis.fetch, debug: Debug | undefined): typeof globalThis.fetch {
  if (!debug) return fetch
  return async (input, init) => {
    debug(`${init?.method ?? 'GET'} ${input}`)
    const response = await fetch(input, init)
    debug(`${response.status} ${input}`)
    return response
  }
}

// The claims of a token are read once, not at each call.
const knownFacts = new WeakMap<CodexTokens, AccountFacts>()

function factsOf({ route }: Client, tokens: CodexTokens): AccountFacts {
  const known = knownFacts.get(tokens)
  if (known) return known
  const facts = route.login.account(tokens)
  knownFacts.set(tokens, facts)
  return facts
}

/** The account that a request is sent for; undefined where neither settings nor login name one. */
export const accountOf = (client: Client, tokens: CodexTokens): string | undefined =>
  client.settings.accountId ?? factsOf(client, tokens).accountId

/** The user whose login it is; undefined where the login does not name one. */
export const userOf = (client: Client, tokens: CodexTokens): string | undefined =>
  factsOf(client, tokens).userId

/** Tells logins apart. One that does not name its user is known by its token. */
export function loginKey(client: Client, tokens: CodexTokens): string {
  const user = userOf(client, tokens)
  return JSON.stringify([
    accountOf(client, tokens),
    user === undefined ? { token: tokens.accessToken } : user,
  ])
}

/** The facts about a login that a request carries. */
export const loginHeaders = (client: Client, tokens: CodexTokens): LoginHeaders => ({
  ...factsOf(client, tokens),
  accessToken: tokens.accessToken,
  accountId: accountOf(client, tokens),
})

/** The tokens, which no error may show. */
export const secretsOf = ({ accessToken, refreshToken, idToken }: CodexTokens): string[] =>
  [accessToken, refreshToken, idToken].flatMap((token) => token || [])
