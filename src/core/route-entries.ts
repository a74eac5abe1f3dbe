import type { ImageOperation } from '../images/body.ts'
import { CHATGPT_KEYS, CODEX_KEYS, type ProviderKeys } from '../routes/keys.ts'
import type { Route } from '../routes/route.ts'

/** What a provider knows of its route before the first call, which loads the rest. */
export interface RouteEntry {
  readonly keys: ProviderKeys
  /** The way to images, or why there is none. */
  readonly images: ImageRoute | { readonly refusal: string }
  load(): Promise<Route>
  /** Why a provider is for one login alone. Absent where it may change. */
  readonly oneLogin?: string
}

/** The way to images. */
export interface ImageRoute {
  url(baseURL: string, operation: ImageOperation): string
  /** Advice where the backend has no such address for a login. */
  readonly missing: string
}

export const CODEX: RouteEntry = {
  keys: CODEX_KEYS,
  images: {
    url: (baseURL, operation) => `${baseURL}/images/${operation}`,
    missing:
      'This login may have no image models: they depend on the plan and the workspace. Check both, the `accountId` and ' +
      '`baseURL` settings and the model id, or use `codex.tools.imageGeneration()`.',
  },
  load: async () => (await import('../routes/codex.ts')).codexRoute,
}

export const CHATGPT: RouteEntry = {
  keys: CHATGPT_KEYS,
  images: {
    refusal:
      'Sign in with ChatGPT covers no image models. Use `createCodex`, or an API key with `@ai-sdk/openai`.',
  },
  load: async () => (await import('../routes/chatgpt.ts')).chatgptRoute,
  // Section 4 of the terms: no several accounts, rotation or pooling.
  oneLogin:
    "An app uses one ChatGPT account at a time, by OpenAI's terms. Sign in the user of this machine, or pass their " +
    'login to createChatGPT({ appName, auth }).',
}
