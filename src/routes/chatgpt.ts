import { createChatGPTTokenManager } from '../auth/chatgpt/manager.ts'
import { resolveChatGPTFilePath } from '../auth/chatgpt/path.ts'
import { chatGPTTokenStore } from '../auth/chatgpt/store.ts'
import { CHATGPT_ISSUER } from '../auth/chatgpt/words.ts'
import { planAccountFacts } from '../auth/claims.ts'
import { CLIENT_VERSION } from '../models/client-version.ts'
import type { ClientIdentity, LoginHeaders } from '../request/headers.ts'
import {
  CHATGPT_FAILURES,
  COMPACTION_ADVICE,
  REFUSED_PLAN_LOGIN_ADVICE,
  USAGE_ADVICE,
} from './chatgpt-failures.ts'
import { CHATGPT_KEYS } from './keys.ts'
import type { LoginSettings, Route } from './route.ts'

/**
 * OpenAI's API, paid by the plan of a user who signed in to an app.
 *
 * @see docs/wire.md, "Sign in with ChatGPT"
 */
export const chatgptRoute: Route = {
  api: 'ChatGPT',
  factory: 'createChatGPT',
  providerKeys: CHATGPT_KEYS,
  settings: [
    ...['appName', 'authFile', 'auth', 'baseURL', 'issuer', 'headers', 'fetch', 'instructions', 'cacheDir'],
    ...['modelAliases', 'recover', 'allowInsecure', 'timeouts', 'debug', 'logger'],
  ],
  baseURL: {
    env: 'CHATGPT_BASE_URL',
    default: 'https://api.openai.com/v1',
    complete: (address) => address.replace(/\/responses$/, ''),
  },
  urls: {
    responses: (baseURL) => `${baseURL}/responses`,
    // Without a version, newer models are left out of the list.
    models: (baseURL, version) => `${baseURL}/models?client_version=${encodeURIComponent(version)}`,
  },
  issuer: CHATGPT_ISSUER,
  login: { source: loginSource, createManager: createChatGPTTokenManager, account: planAccountFacts },
  client: { originator: '', version: CLIENT_VERSION },
  headers: {
    login: (identity) => ({ 'user-agent': userAgent(identity) }),
    base: baseHeaders,
    responses: (_shape, _sessionId, login, identity) => ({
      ...baseHeaders(login, identity),
      accept: 'text/event-stream',
      'content-type': 'application/json',
    }),
  },
  body: {
    shapeOf: () => 'lite',
    hasCodexMode: false,
    hasClientDefaults: false,
    takesControlItems: false,
    hostedToolsIn: 'tools',
  },
  hostedTools: ['web_search'],
  failures: CHATGPT_FAILURES,
  advice: {
    refusedLogin: REFUSED_PLAN_LOGIN_ADVICE,
    compaction: COMPACTION_ADVICE,
    usage: USAGE_ADVICE,
  },
}

function baseHeaders({ accessToken }: LoginHeaders, identity: ClientIdentity): Record<string, string> {
  return {
    authorization: `Bearer ${accessToken}`,
    'user-agent': userAgent(identity),
  }
}

/** The app's own name, which the terms ask for, in the characters of a product name. */
function userAgent({ appName = '', platform }: ClientIdentity): string {
  const product = appName.replace(/[^\w.~-]+/g, '-').replace(/^-|-$/g, '') || 'app'
  return `${product} (${platform})`
}

/** The settings come before the file. */
async function loginSource({ auth, authFile }: LoginSettings) {
  if (auth !== undefined) return { key: auth, auth }
  const file = await resolveChatGPTFilePath(authFile)
  return { key: file, auth: chatGPTTokenStore({ file }) }
}
