import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'

const codex = createCodex({
  fetch(input, init) {
    console.log(init?.method, new URL(String(input)).pathname)
    return fetch(input, init)
  },
})
const { text } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'Say hi' })
console.log(text)
