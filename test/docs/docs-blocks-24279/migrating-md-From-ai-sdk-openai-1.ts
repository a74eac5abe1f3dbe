import { generateText } from 'ai'
import { codex as openai } from 'ai-sdk-provider-codex'

const { text, warnings } = await generateText({
  model: openai('gpt-5.5'),
  system: 'Be brief.',
  prompt: 'Why is the sky blue?',
  temperature: 0.2,
  providerOptions: { openai: { reasoningEffort: 'low', textVerbosity: 'low', store: true } },
})
console.log(text)
for (const warning of warnings ?? []) if (warning.type === 'unsupported-setting') console.log(warning.setting)
