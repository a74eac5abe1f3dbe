import { APICallError, generateText, InvalidArgumentError, RetryError } from 'ai'
import { CodexAuthError, codex } from 'ai-sdk-provider-codex'

try {
  const { text } = await generateText({
    model: codex('codex/gpt-5.1-codex'),
    messages: [{ role: 'user', content: 'Hello' }],
  })
  console.log(text)
} catch (thrown) {
  const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown
  const status = APICallError.isInstance(error) ? error.statusCode : undefined
  if (CodexAuthError.isInstance(error) || status === 401)
    console.log('Authentication failed - check Codex login')
  else if (status === 429) console.log('Rate limited - retry later')
  else if (status === 500) console.log('Server error - try again later')
  else if (APICallError.isInstance(error)) console.log(`API error: ${error.message}`)
  else if (InvalidArgumentError.isInstance(error)) console.log(`Invalid input: ${error.message}`)
  else console.log(`Unexpected error: ${error}`)
}
