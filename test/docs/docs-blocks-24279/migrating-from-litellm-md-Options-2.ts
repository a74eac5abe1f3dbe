import { generateText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const { text, warnings } = await generateText({
  model: codex('codex/gpt-5.1-codex-low'),
  messages: [{ role: 'user', content: 'Analyze this data' }],
  providerOptions: { codex: { metadata: { source: 'analysis_tool' }, user: 'user123' } },
})
console.log(text)
for (const warning of warnings ?? []) if (warning.type === 'unsupported-setting') console.log(warning.details)
