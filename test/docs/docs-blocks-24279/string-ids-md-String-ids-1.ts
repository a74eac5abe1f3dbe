import { generateText } from 'ai7'
import { codex } from 'ai-sdk-provider-codex/v4'

globalThis.AI_SDK_DEFAULT_PROVIDER = codex

const { text } = await generateText({ model: 'gpt-6.1-sol', prompt: 'Say hi' })
console.log(text)
