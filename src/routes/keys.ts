/** Keys of `providerOptions` to read, in their order. The first is also that of `providerMetadata`. */
export type ProviderKeys = readonly [own: string, ...others: string[]]

/** Keys of the Codex route; an app may come from `@ai-sdk/openai`. */
export const CODEX_KEYS: ProviderKeys = ['codex', 'openai']

/** Keys of the ChatGPT route; an app may come from the Codex route. */
export const CHATGPT_KEYS: ProviderKeys = ['chatgpt', ...CODEX_KEYS]
