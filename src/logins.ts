import { resolveAuthFilePath } from './auth/auth-path.ts'
import { envTokens } from './auth/env-tokens.ts'
import { fileTokenStore } from './auth/file-store.ts'
import type { TokenManager } from './auth/manager.ts'
import { createTokenManager } from './auth/token-manager.ts'
import type { CodexAuth } from './auth/tokens.ts'
import type { Client } from './client.ts'
import { warnUser } from './platform.ts'
import { userAgent } from './request/headers.ts'
import type { CodexProviderSettings } from './settings.ts'

/** One token manager for each file or source that the settings name, made when it is first needed. */
export function createLogins(settings: CodexProviderSettings): (client: Client) => Promise<TokenManager> {
  const logins = new Map<CodexAuth | string, TokenManager>()
  return async ({ resolved, identity, fetch }) => {
    const { issuer, allowInsecure } = settings
    const source = settings.auth ?? (await defaultSource(settings))
    const known = logins.get(source)
    if (known) return known
    const login = createTokenManager({
      auth: typeof source === 'string' ? fileTokenStore(source) : source,
      issuer,
      allowInsecure,
      fetch,
      refreshTimeoutMs: resolved.timeouts.refresh,
      headers: { originator: identity.originator, 'user-agent': userAgent(identity) },
      onWarning: warnUser,
    })
    logins.set(source, login)
    return login
  }
}

/** What the code names stands above the environment. */
async function defaultSource({ authFile }: CodexProviderSettings): Promise<CodexAuth | string> {
  return (authFile ? undefined : envTokens()) ?? resolveAuthFilePath({ authFile })
}
