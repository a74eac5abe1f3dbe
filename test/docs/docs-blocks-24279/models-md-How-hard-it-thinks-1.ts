import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'

const codex = createCodex({ modelAliases: { quick: 'gpt-5.5-low' } })

const bySuffix = codex('gpt-6.1-sol-high')
const byDefault = codex('gpt-6.1-sol', { reasoningEffort: 'high', textVerbosity: 'low' })
console.log(bySuffix.modelId, byDefault.modelId, codex('quick').modelId)

const { text, warnings } = await generateText({
  model: byDefault,
  prompt: 'Why is the sky blue?',
  providerOptions: { codex: { reasoningEffort: 'minimal' } },
})
console.log(text, warnings)
