// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import { type CoreMessage, generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const model = codex('gpt-6.1-sol')
let messages: CoreMessage[] = []

async function ask(content: string): Promise<void> {
  messages.push({ role: 'user', content })
  const { text, response } = await generateText({ model, messages })
  messages.push(...response.messages)
  console.log(text)
}

await ask('My boat is called Vega.')
await ask('It is blue.')

const before = messages.length
messages = await codex.compact(messages, { model })
console.log(`${before} messages became ${messages.length}`)

await ask('What is it called?')
