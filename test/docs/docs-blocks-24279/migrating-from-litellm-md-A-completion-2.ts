import { generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const answers = await Promise.all(
  ['Hello', 'Explain machine learning'].map((content) =>
    generateText({ model: codex('codex/gpt-5.1-codex-max'), messages: [{ role: 'user', content }] }),
  ),
)
for (const { text } of answers) console.log(text)
