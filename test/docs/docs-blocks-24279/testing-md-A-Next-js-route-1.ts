import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Message, streamText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'
import { startCodexServer } from 'ai-sdk-provider-codex/testing'

// app/api/chat/route.ts
export async function POST(request: Request): Promise<Response> {
  const { messages } = (await request.json()) as { messages: Message[] }
  const result = streamText({ model: codex('gpt-6.1-sol'), messages, maxRetries: 0 })
  return result.toDataStreamResponse({ getErrorMessage: () => 'Try again later.' })
}

// app/api/chat/route.test.ts
const server = await startCodexServer()
after(() => server.close())
process.env.CODEX_BASE_URL = server.baseURL
process.env.CODEX_ACCESS_TOKEN = server.login().tokens.access_token

const ask = async (content: string): Promise<string> => {
  const body = JSON.stringify({ messages: [{ role: 'user', content }] })
  const response = await POST(new Request('http://localhost/api/chat', { method: 'POST', body }))
  return response.text()
}

test('the route streams the answer', async () => {
  server.answer({ type: 'text', text: 'It is sunny.' })
  assert.match(await ask('How is the weather?'), /0:"It"\n0:" is"\n0:" sunny\."/)
  assert.match(server.responseRequests.at(-1)?.text ?? '', /How is the weather\?/)
})

test('a connection that breaks in the middle is told to the user', async () => {
  server.answer({ type: 'text', text: 'It is sunny.', stopAfter: 5, end: 'reset' })
  assert.match(await ask('How is the weather?'), /0:"It"\n3:"Try again later\."/)
})
