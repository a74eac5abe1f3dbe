import { generateText, wrapLanguageModel } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const model = wrapLanguageModel({
  model: codex('codex/gpt-5.1-codex'),
  middleware: {
    async wrapGenerate({ doGenerate }) {
      const result = await doGenerate()
      return { ...result, text: result.text?.toUpperCase() }
    },
  },
})
const { text } = await generateText({ model, prompt: 'Hello' })
console.log(text)
