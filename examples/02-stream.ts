// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import { streamText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const { fullStream } = streamText({
  model: codex('gpt-6.1-sol'),
  prompt: 'Explain backpressure in two sentences.',
})

for await (const part of fullStream) {
  if (part.type === 'error') throw part.error
  if (part.type === 'text-delta') process.stdout.write(part.textDelta)
}
console.log()
