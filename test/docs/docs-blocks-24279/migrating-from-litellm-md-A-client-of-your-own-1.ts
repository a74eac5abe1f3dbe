import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'

const codex = createCodex({ headers: { 'Custom-Header': 'custom-value' } })
const { request } = await generateText({ model: codex('codex/gpt-5.1-codex'), prompt: 'Hello' })
console.log(typeof request.body)
