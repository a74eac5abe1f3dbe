import { generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const { text } = await generateText({
  model: codex('codex/gpt-5.1-codex-max'),
  messages: [{ role: 'user', content: 'Explain quantum computing' }],
  providerOptions: { codex: { metadata: { source: 'example' } } },
})
console.log(text)
