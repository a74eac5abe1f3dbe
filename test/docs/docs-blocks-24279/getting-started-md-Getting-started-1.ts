import { generateText } from 'ai7'
import { codex } from 'ai-sdk-provider-codex/v4'

const { text } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'Say hi' })
console.log(text)
