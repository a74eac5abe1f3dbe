import { accountFacts } from '../auth/claims.ts'
import { createTokenManager } from '../auth/create-token-manager.ts'
import { envTokens } from '../auth/env-tokens.ts'
import { resolveAuthFilePath } from '../auth/file/path.ts'
import { fileTokenStore } from '../auth/file/store.ts'
import type { TokenManager } from '../auth/token-manager.ts'
import type { CodexAuth, CodexTokens } from '../auth/tokens.ts'
import { warnUser } from '../lib/runtime.ts'
import { userAgent } from '../request/headers.ts'
import type { Client } from './client.ts'
import type { CodexProviderSettings } from './settings.ts'

/** A login that the settings name. */
export interface Login {
  manager: TokenManager
  /** The account of the login as it is kept, read without a renewal; undefined where that can't be known. */
  keptAccountId(): Promise<string | undefined>
}

/** One login for each file or source that the settings name, made when it is first needed. */
export function createLogins(settings: CodexProviderSettings): (client: Client) => Promise<Login> {
  const logins = new Map<CodexAuth | string, Login>()
  return async ({ resolved, identity, fetch }) => {
    const { issuer, allowInsecure } = settings
    const { key, auth } = await sourceOf(settings)
    const known = logins.get(key)
    if (known) return known
    const manager = createTokenManager({
      auth,
      issuer,
      allowInsecure,
      fetch,
      refreshTimeoutMs: resolved.timeouts.refresh,
      headers: { originator: identity.originator, 'user-agent': userAgent(identity) },
      onWarning: warnUser,
    })
    const login: Login = {
      manager,
      keptAccountId: async () => manager.peek()?.accountId ?? keptAccountId(auth).catch(() => undefined),
    }
    logins.set(key, login)
    return login
  }
}

async function keptAccountId(auth: CodexAuth): Promise<string | undefined> {
  // A function would renew the login.
  if (typeof auth === 'function') return undefined
  const tokens: CodexTokens | undefined = 'read' in auth ? await auth.read() : auth
  return tokens && accountFacts(tokens).accountId
}

/** Where the login comes from, and what it is known by: what the code names stands above the environment. */
async function sourceOf({
  auth,
  authFile,
}: CodexProviderSettings): Promise<{ key: CodexAuth | string; auth: CodexAuth }> {
  const given = auth === undefined && !authFile ? envTokens() : auth
  if (given !== undefined) return { key: given, auth: given }
  const file = await resolveAuthFilePath({ authFile })
  return { key: file, auth: fileTokenStore(file) }
}
