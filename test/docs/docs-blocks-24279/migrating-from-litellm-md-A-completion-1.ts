import { generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const { text } = await generateText({
  model: codex('codex/gpt-5.1-codex'),
  messages: [{ role: 'user', content: 'Write a Python function to calculate fibonacci numbers' }],
})
console.log(text)
