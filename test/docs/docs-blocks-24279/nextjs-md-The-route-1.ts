// app/api/chat/route.ts
import { type Message, RetryError, streamText } from 'ai'
import { CodexAuthError, CodexUsageLimitError, codex } from 'ai-sdk-provider-codex'

export const maxDuration = 300

export async function POST(request: Request) {
  const { messages } = (await request.json()) as { messages: Message[] }
  const result = streamText({
    model: codex('gpt-6.1-sol', { codexMode: false }),
    messages,
    abortSignal: request.signal,
  })
  return result.toDataStreamResponse({ sendReasoning: true, getErrorMessage: describe })
}

function describe(thrown: unknown): string {
  // After its last try, `ai` throws a RetryError around the error of that try.
  const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown
  if (CodexUsageLimitError.isInstance(error)) {
    const { resetsAt } = error
    return resetsAt ? `The plan is used up until ${resetsAt.toISOString()}.` : 'The plan is used up.'
  }
  if (CodexAuthError.isInstance(error)) return 'The server is not logged in, or its login has ended.'
  return 'Something went wrong: try again later.'
}
