import { streamText } from 'ai7'
import { createCodex } from 'ai-sdk-provider-codex/v4'

const codex = createCodex({ codexMode: false })
const { textStream } = streamText({
  model: codex('gpt-6.1-sol'),
  instructions: 'You are a librarian. Be brief.',
  prompt: 'What should I read next?',
})
for await (const piece of textStream) process.stdout.write(piece)
