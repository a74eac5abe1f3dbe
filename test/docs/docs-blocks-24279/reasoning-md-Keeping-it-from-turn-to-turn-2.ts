import { generateText, type ModelMessage } from 'ai7'
import { codex } from 'ai-sdk-provider-codex/v4'

const messages: ModelMessage[] = []
for (const content of ['Think of a number.', 'Double it.']) {
  messages.push({ role: 'user', content })
  const { text, response } = await generateText({ model: codex('gpt-6.1-sol'), messages })
  messages.push(...response.messages)
  console.log(text)
}
