import { generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const { text, usage } = await generateText({
  model: codex('gpt-6.1-sol', { reasoningEffort: 'low' }),
  prompt: 'Say hi in three languages.',
})

console.log(text)
console.log(`${usage.promptTokens} tokens in, ${usage.completionTokens} out`)
