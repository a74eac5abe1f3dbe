import { type Message, streamText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { describeError } from '@/lib/describe-error.ts'

/** The edge has no files, so each request brings its user's access token. */
export const runtime = 'edge'

export async function POST(request: Request) {
  const accessToken = request.headers.get('authorization')?.replace(/^Bearer /, '')
  if (!accessToken)
    return new Response('The header `authorization: Bearer <access token>` is missing.', { status: 401 })

  const { messages } = (await request.json()) as { messages: Message[] }
  const codex = createCodex({ auth: { accessToken }, codexMode: false })
  const result = streamText({ model: codex('gpt-6.1-sol'), messages, abortSignal: request.signal })
  return result.toDataStreamResponse({ sendReasoning: true, getErrorMessage: describeError })
}
