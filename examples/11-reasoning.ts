// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import { streamText } from 'ai'
import { type CodexProviderOptions, codex } from 'ai-sdk-provider-codex'

const options: CodexProviderOptions = { reasoningEffort: 'high', reasoningSummary: 'detailed' }

const { fullStream, providerMetadata } = streamText({
  model: codex('gpt-6.1-sol'),
  prompt: 'Is 2027 a prime number?',
  providerOptions: { codex: { ...options } },
})

let shown: string | undefined
for await (const part of fullStream) {
  if (part.type === 'error') throw part.error
  if (part.type !== 'reasoning' && part.type !== 'text-delta') continue
  if (part.type !== shown) console.log(part.type === 'reasoning' ? 'It thinks:' : '\n\nIt says:')
  shown = part.type
  process.stdout.write(part.textDelta)
}

console.log(`\n\n${(await providerMetadata)?.codex?.reasoningTokens ?? 0} tokens for reasoning`)
