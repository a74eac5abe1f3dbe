import { generateText } from 'ai'
import { type CodexProviderMetadata, codex } from 'ai-sdk-provider-codex'

const { providerMetadata } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'Say hi' })
const { rateLimits }: CodexProviderMetadata = providerMetadata?.codex ?? {}
for (const window of [rateLimits?.primary, rateLimits?.secondary]) {
  if (!window) continue
  const { usedPercent, windowMinutes, resetsAt } = window
  console.log(`${100 - usedPercent} % of ${windowMinutes} minutes left, until ${resetsAt}`)
}
