import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'

const codex = createCodex({ modelAliases: { 'custom-model': 'gpt-5.1-codex-max' } })
for (const id of [
  'codex/gpt-5.1-codex-low',
  'codex-oauth/gpt-5-codex-high',
  'gpt-5.1-codex-mini',
  'custom-model',
]) {
  console.log(codex(id).modelId)
}

const { request } = await generateText({ model: codex('codex/gpt-5.1-codex-low'), prompt: 'Hello' })
console.log(JSON.parse(request.body ?? '').reasoning.effort)
