// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import { generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const { text, usage } = await generateText({
  model: codex('gpt-6.1-sol', { reasoningEffort: 'low' }),
  prompt: 'Say hi in three languages.',
})

console.log(text)
console.log(`${usage.promptTokens} tokens in, ${usage.completionTokens} out`)
