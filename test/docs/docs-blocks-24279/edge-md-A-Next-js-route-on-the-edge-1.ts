// app/api/chat/route.ts
import { type Message, streamText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

export const runtime = 'edge'

// The environment of the deployment has CODEX_ACCESS_TOKEN.
export async function POST(request: Request) {
  const { messages } = (await request.json()) as { messages: Message[] }
  const model = codex('gpt-6.1-sol', { codexMode: false })
  return streamText({ model, messages, abortSignal: request.signal }).toDataStreamResponse()
}
