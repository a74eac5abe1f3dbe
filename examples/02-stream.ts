import { streamText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const { fullStream } = streamText({
  model: codex('gpt-6.1-sol'),
  prompt: 'Explain backpressure in two sentences.',
})

for await (const part of fullStream) {
  if (part.type === 'error') throw part.error
  if (part.type === 'reasoning') process.stderr.write(part.textDelta)
  if (part.type === 'text-delta') process.stdout.write(part.textDelta)
}
console.log()
