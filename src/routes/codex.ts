import { accountFacts } from '../auth/claims.ts'
import { createTokenManager } from '../auth/create-token-manager.ts'
import { envTokens } from '../auth/env-tokens.ts'
import { resolveAuthFilePath } from '../auth/file/path.ts'
import { fileTokenStore } from '../auth/file/store.ts'
import { CODEX_ISSUER } from '../auth/issuer.ts'
import { resetCreditsURL, usageURL } from '../events/rate-limits.ts'
import { CLIENT_VERSION } from '../models/client-version.ts'
import { baseHeaders, responsesHeaders, userAgent } from '../request/headers.ts'
import { HOSTED_TOOLS } from '../request/hosted-tools.ts'
import { FAILURES, REFUSED_LOGIN_ADVICE } from '../transport/failures/table.ts'
import { CODEX_KEYS } from './keys.ts'
import type { LoginSettings, Route } from './route.ts'

/** The Codex backend of ChatGPT, with the login of the Codex CLI. */
export const codexRoute: Route = {
  api: 'Codex',
  factory: 'createCodex',
  providerKeys: CODEX_KEYS,
  settings: [
    ...['baseURL', 'authFile', 'auth', 'issuer', 'accountId', 'headers', 'originator', 'clientVersion'],
    ...['fetch', 'codexMode', 'instructions', 'cacheDir', 'modelAliases', 'recover', 'allowInsecure'],
    ...['timeouts', 'debug', 'logger', 'transport', 'webSocket', 'compress'],
  ],
  baseURL: {
    env: 'CODEX_BASE_URL',
    default: 'https://chatgpt.com/backend-api/codex',
    complete: completeBaseURL,
  },
  urls: {
    responses: (baseURL) => `${baseURL}/responses`,
    models: (baseURL, version) => `${baseURL}/models?client_version=${encodeURIComponent(version)}`,
    usage: usageURL,
    resetCredits: resetCreditsURL,
  },
  issuer: CODEX_ISSUER,
  login: { source: loginSource, createManager: createTokenManager, account: accountFacts },
  client: { originator: 'ai_sdk_provider_codex', version: CLIENT_VERSION },
  headers: {
    login: (identity) => ({ originator: identity.originator, 'user-agent': userAgent(identity) }),
    base: baseHeaders,
    responses: responsesHeaders,
    turnState: 'x-codex-turn-state',
  },
  body: {
    shapeOf: ({ shape }) => shape,
    hasCodexMode: true,
    hasClientDefaults: true,
    takesControlItems: true,
    hostedToolsIn: 'input',
    takesZstd: true,
  },
  hostedTools: HOSTED_TOOLS,
  failures: FAILURES,
  advice: { refusedLogin: REFUSED_LOGIN_ADVICE },
}

/** Takes the address of `/responses` too, and on chatgpt.com one without `/codex`. */
function completeBaseURL(address: string): string {
  const path = address.replace(/\/responses$/, '').replace(/(?<!\/)\/+$/, '')
  return new URL(address).hostname === 'chatgpt.com' && !path.endsWith('/codex') ? `${path}/codex` : path
}

/** The settings come before the environment, and the environment before the file. */
async function loginSource({ auth, authFile }: LoginSettings) {
  const given = auth === undefined && !authFile ? envTokens() : auth
  if (given !== undefined) return { key: given, auth: given }
  const file = await resolveAuthFilePath({ authFile })
  return { key: file, auth: fileTokenStore(file) }
}
