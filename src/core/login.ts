import type { CodexAuth, CodexTokens } from '../auth/tokens.ts'
import { warnUser } from '../lib/runtime.ts'
import type { Client } from './client.ts'

/** A login that the settings name. */
export interface Login {
  /**
   * Reads the tokens, renewed where they end soon.
   *
   * @throws CodexAuthError; the signal's reason.
   */
  getTokens(signal: AbortSignal | undefined): Promise<CodexTokens>
  /** Marks an access token as refused: the next `getTokens` gives another one. */
  invalidate(accessToken: string): void
  /** The tokens of the last `getTokens`. */
  latest(): CodexTokens | undefined
  /** Reads the tokens without renewing them; undefined where that is not possible. */
  readKept(): Promise<CodexTokens | undefined>
}

/** One login for each file or source that the settings name, made when it is first needed. */
export function createLogins(): (client: Client) => Promise<Login> {
  const logins = new Map<CodexAuth | string, Login>()
  return async (client) => {
    const { key, auth } = await client.route.login.source(client.settings)
    const known = logins.get(key)
    if (known) return known
    const login = createLogin(client, auth)
    logins.set(key, login)
    return login
  }
}

function createLogin({ route, settings, resolved, identity, fetch, log }: Client, auth: CodexAuth): Login {
  let latest: CodexTokens | undefined
  const { issuer, allowInsecure } = settings
  const manager = route.login.createManager({
    auth,
    issuer,
    allowInsecure,
    fetch,
    refreshTimeoutMs: resolved.timeouts.refresh,
    headers: route.headers.login(identity),
    onWarning(message) {
      warnUser(message)
      log?.('login.warning', { message })
    },
    onRenewal: (reason) => log?.('login.renewed', { reason }),
  })
  return {
    async getTokens(signal) {
      const tokens = await manager.getTokens(signal)
      latest = tokens
      return tokens
    },
    invalidate: (accessToken) => manager.invalidate(accessToken),
    latest: () => latest,
    readKept: async () => latest ?? readKept(auth).catch(() => undefined),
  }
}

async function readKept(auth: CodexAuth): Promise<CodexTokens | undefined> {
  // A function would renew the login.
  if (typeof auth === 'function') return undefined
  return 'read' in auth ? auth.read() : auth
}
