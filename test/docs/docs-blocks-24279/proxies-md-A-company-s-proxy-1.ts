import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { ProxyAgent } from 'undici'

const dispatcher = new ProxyAgent(process.env.HTTPS_PROXY ?? 'http://proxy.example.com:8080')
const codex = createCodex({ fetch: (input, init) => fetch(input, { ...init, dispatcher }) })
const { text } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'Say hi' })
console.log(text)
