import { customProvider, generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const models = customProvider({
  languageModels: {
    quick: codex('gpt-5.5', { reasoningEffort: 'low', codexMode: false }),
    careful: codex('gpt-6.1-sol', { reasoningEffort: 'high', codexMode: false }),
  },
  fallbackProvider: codex,
})

const { text } = await generateText({ model: models.languageModel('quick'), prompt: 'Say hi' })
console.log(text)
