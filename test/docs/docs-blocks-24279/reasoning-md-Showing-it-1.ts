import { streamText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const { fullStream } = streamText({
  model: codex('gpt-6.1-sol', { reasoningEffort: 'high', reasoningSummary: 'detailed' }),
  prompt: 'Is 2027 a prime number?',
})
for await (const part of fullStream) {
  if (part.type === 'error') throw part.error
  if (part.type === 'reasoning') process.stdout.write(`(${part.textDelta}) `)
  if (part.type === 'text-delta') process.stdout.write(part.textDelta)
}
