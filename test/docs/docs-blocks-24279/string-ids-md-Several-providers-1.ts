import { createProviderRegistry, generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const registry = createProviderRegistry({ codex })

const model = registry.languageModel('codex:gpt-6.1-sol-high')
const { text } = await generateText({ model, prompt: 'Say hi' })
console.log(text)
