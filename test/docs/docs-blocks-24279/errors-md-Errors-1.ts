import { APICallError, generateText, RetryError } from 'ai'
import { CodexUsageLimitError, codex } from 'ai-sdk-provider-codex'

try {
  const { text } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'Say hi' })
  console.log(text)
} catch (thrown) {
  // After its last attempt, `ai` throws a RetryError that wraps the error of that attempt.
  const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown
  if (CodexUsageLimitError.isInstance(error)) {
    console.log(`The ${error.window} window of ${error.planType} opens at ${error.resetsAt?.toISOString()}`)
  } else if (APICallError.isInstance(error)) {
    console.log(error.message)
  } else {
    throw thrown
  }
}
