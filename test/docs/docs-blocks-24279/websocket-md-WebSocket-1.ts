import { streamText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'

const codex = createCodex({ transport: 'auto' })
const { textStream } = streamText({ model: codex('gpt-6.1-sol'), prompt: 'Say hi' })
for await (const delta of textStream) process.stdout.write(delta)
