import { CodexAuthError, CodexAuthTokenError } from '../../errors.ts'
import { isPlanToken, PLAN_USAGE_SCOPE, readClaims } from '../claims.ts'
import { createLoginManager, type TokenManagerSettings } from '../create-token-manager.ts'
import type { LoginKind } from '../login-kind.ts'
import { isPersonalToken } from '../personal-account.ts'
import type { TokenManager } from '../token-manager.ts'
import type { CodexTokens } from '../tokens.ts'
import { refreshChatGPTTokens } from './refresh.ts'
import { chatGPTTokenStore } from './store.ts'
import { CHATGPT_ISSUER, CHATGPT_WORDS } from './words.ts'

/** Login of "Sign in with ChatGPT". */
const CHATGPT_LOGIN: LoginKind = {
  words: CHATGPT_WORDS,
  issuer: CHATGPT_ISSUER,
  refresh: refreshChatGPTTokens,
  assertOwn({ accessToken }, source) {
    const isCodex = isPersonalToken(accessToken) || readClaims(accessToken).accountId !== undefined
    if (isPlanToken(accessToken) || !isCodex) return
    throw new CodexAuthTokenError({
      message: `${source} provided a Codex login, which api.openai.com must not get. ${CHATGPT_WORDS.logIn} Or use \`createCodex\`.`,
    })
  },
  assertUsable(tokens) {
    if (allowsPlanUsage(tokens)) return
    throw new CodexAuthError({
      message:
        'This ChatGPT login does not allow the app to use the plan. Sign in again and allow it: ' +
        '`npx ai-sdk-provider-codex login --plan --app-name "<name>" --consent`, or `loginWithChatGPT` with `consent: true`.',
    })
  },
}

/** True if the user allowed the app to use the plan, or if that is unknown. */
export const allowsPlanUsage = ({ scopes }: CodexTokens): boolean =>
  scopes === undefined || scopes.includes(PLAN_USAGE_SCOPE)

/**
 * Creates a token manager on a login of "Sign in with ChatGPT", by default the one in its file. It reads nothing before
 * the first `getTokens`, and never the Codex CLI's login or `CODEX_ACCESS_TOKEN`.
 *
 * Tokens are renewed 5 minutes before they end, and never before the time that the server gave for that. One renewal
 * runs at a time, across processes. A 401 first rereads the store.
 *
 * @throws InvalidArgumentError if `auth` has none of its forms.
 * @see docs/wire.md, "Sign in with ChatGPT"
 */
export function createChatGPTTokenManager(settings: TokenManagerSettings = {}): TokenManager {
  return createLoginManager(settings.auth ?? chatGPTTokenStore(), settings, CHATGPT_LOGIN)
}
