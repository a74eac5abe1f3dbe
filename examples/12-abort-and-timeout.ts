// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import { generateText, streamText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'

// The provider's own limits, in milliseconds: until the answer begins, and between two events.
const codex = createCodex({ timeouts: { response: 30_000, idle: 60_000 } })
const model = codex('gpt-6.1-sol')

// A stop button: closes the connection and keeps the text so far.
const stop = new AbortController()
const stream = streamText({ model, prompt: 'Count to a thousand, in words.', abortSignal: stop.signal })
let said = ''
try {
  for await (const piece of stream.textStream) {
    said += piece
    stop.abort()
  }
} catch (error) {
  if (!stop.signal.aborted) throw error
}
console.log(`Stopped after: ${said}`)

// A limit for the call as a whole.
const abortSignal = AbortSignal.timeout(1_000)
const ended = await generateText({ model, prompt: 'Write a long novel.', abortSignal }).then(
  ({ text }) => text,
  (error: unknown) => {
    if (!abortSignal.aborted) throw error
    return 'Not done within a second'
  },
)
console.log(ended)
