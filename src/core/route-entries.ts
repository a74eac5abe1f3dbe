import { CHATGPT_KEYS, CODEX_KEYS, type ProviderKeys } from '../routes/keys.ts'
import type { Route } from '../routes/route.ts'

/** What a provider knows of its route before the first call, which loads the rest. */
export interface RouteEntry {
  readonly keys: ProviderKeys
  load(): Promise<Route>
}

export const CODEX: RouteEntry = {
  keys: CODEX_KEYS,
  load: async () => (await import('../routes/codex.ts')).codexRoute,
}

export const CHATGPT: RouteEntry = {
  keys: CHATGPT_KEYS,
  load: async () => (await import('../routes/chatgpt.ts')).chatgptRoute,
}
