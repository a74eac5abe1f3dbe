/**
 * Loads the AI SDK's provider utilities when a call needs them: they load zod 3 and 4, which takes longer than all of
 * this package, and a call without options needs neither.
 */
export const loadProviderUtils = (): Promise<typeof import('@ai-sdk/provider-utils')> =>
  import('@ai-sdk/provider-utils')
