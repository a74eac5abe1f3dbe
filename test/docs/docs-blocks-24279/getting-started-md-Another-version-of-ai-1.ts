import { generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const { text } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'Say hi' })
console.log(text)
