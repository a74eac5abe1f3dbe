import type { FetchFunction } from '@ai-sdk/provider-utils'
import { type AccountFacts, accountFacts } from '../auth/claims.ts'
import type { CodexTokens } from '../auth/tokens.ts'
import { createDebug, type Debug } from '../lib/debug.ts'
import { describePlatform } from '../lib/runtime.ts'
import type { ClientIdentity, LoginHeaders } from '../request/headers.ts'
import { VERSION } from '../version.ts'
import { type CodexProviderSettings, type ResolvedSettings, resolveSettings } from './settings.ts'

/** Who sends, and how: the settings as they are at the time of a call. */
export interface Client {
  settings: CodexProviderSettings
  resolved: ResolvedSettings
  identity: ClientIdentity
  fetch: FetchFunction
  debug: Debug | undefined
}

/** Reads settings and environment. */
export function clientOf(settings: CodexProviderSettings): Client {
  const resolved = resolveSettings(settings)
  const debug = createDebug(resolved.debug)
  return {
    settings,
    resolved,
    identity: {
      originator: resolved.originator,
      clientVersion: resolved.clientVersion,
      platform: describePlatform(),
      packageVersion: VERSION,
    },
    // Looked up at each call, since frameworks replace the global one while they start.
    fetch: traced((input, init) => (settings.fetch ?? globalThis.fetch)(input, init), debug),
    debug,
  }
}

/** A `fetch` that tells of each request and its status, those of the login too. */
function traced(fetch: FetchFunction, debug: Debug | undefined): FetchFunction {
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

function factsOf(tokens: CodexTokens): AccountFacts {
  const known = knownFacts.get(tokens)
  if (known) return known
  const facts = accountFacts(tokens)
  knownFacts.set(tokens, facts)
  return facts
}

/** The account that a request is sent for; an empty text where nothing tells it. */
export const accountOf = (tokens: CodexTokens, { accountId }: CodexProviderSettings): string =>
  accountId ?? factsOf(tokens).accountId ?? ''

/** What a request says of its login. */
export function loginHeaders(tokens: CodexTokens, { accountId }: CodexProviderSettings): LoginHeaders {
  const facts = factsOf(tokens)
  return { ...facts, accessToken: tokens.accessToken, accountId: accountId ?? facts.accountId }
}

/** What an error must not tell, even where the backend says it. */
export const secretsOf = ({ accessToken, refreshToken, idToken }: CodexTokens): string[] =>
  [accessToken, refreshToken, idToken].flatMap((token) => token || [])
