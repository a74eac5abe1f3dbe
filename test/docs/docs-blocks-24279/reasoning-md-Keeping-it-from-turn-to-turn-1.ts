import { type CoreMessage, generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const messages: CoreMessage[] = []
for (const content of ['Think of a number.', 'Double it.']) {
  messages.push({ role: 'user', content })
  const { text, response } = await generateText({ model: codex('gpt-6.1-sol'), messages })
  messages.push(...response.messages)
  console.log(text)
}
