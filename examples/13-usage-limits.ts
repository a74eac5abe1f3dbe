// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import { generateText } from 'ai'
import { CodexUsageLimitError, codex } from 'ai-sdk-provider-codex'

// Asking what is left uses nothing of the plan.
const { planType, primary, secondary } = await codex.usage()
console.log(`Plan: ${planType}`)
for (const window of [primary, secondary]) {
  if (!window) continue
  console.log(`${100 - window.usedPercent} % of ${window.windowMinutes} minutes left`)
}

try {
  const { text } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'Say hi.' })
  console.log(text)
} catch (error) {
  // `ai` does not retry such a call: it fails until the window resets.
  if (!CodexUsageLimitError.isInstance(error)) throw error
  const { planType = 'this', window = 'current', resetsAt } = error
  console.log(`The ${window} window of the ${planType} plan is used up.`)
  console.log(resetsAt ? `It opens at ${resetsAt.toISOString()}.` : 'The backend does not say until when.')
}
