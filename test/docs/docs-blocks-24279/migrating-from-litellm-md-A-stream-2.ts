import { streamText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const { textStream } = streamText({
  model: codex('codex/gpt-5.1-codex-mini'),
  messages: [{ role: 'user', content: 'Tell me a story about a robot' }],
  onError: ({ error }) => console.error(error),
})
for await (const piece of textStream) process.stdout.write(piece)
