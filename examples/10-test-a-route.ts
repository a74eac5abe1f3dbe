// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Message, streamText } from 'ai'
import { codex } from 'ai-sdk-provider-codex'
import { startCodexServer } from 'ai-sdk-provider-codex/testing'

// app/api/chat/route.ts of a Next.js app, unchanged for the test.
async function POST(request: Request): Promise<Response> {
  const { messages } = (await request.json()) as { messages: Message[] }
  const result = streamText({ model: codex('gpt-6.1-sol'), messages, maxRetries: 0 })
  return result.toDataStreamResponse({ getErrorMessage: () => 'Try again later.' })
}

// The default provider reads the environment at each call.
const server = await startCodexServer()
after(() => server.close())
process.env.CODEX_BASE_URL = server.baseURL
process.env.CODEX_ACCESS_TOKEN = server.login().tokens.access_token

/** The text that the user of the chat sees. */
async function chat(content: string): Promise<string> {
  const body = JSON.stringify({ messages: [{ id: '1', role: 'user', content }] })
  const response = await POST(new Request('http://localhost/api/chat', { method: 'POST', body }))
  return response.text()
}

test('the route streams the answer', async () => {
  server.answer({ type: 'text', text: 'It is sunny.' })
  assert.match(await chat('How is the weather?'), /0:"It"\n0:" is"\n0:" sunny\."/)
  assert.equal(server.responseRequests.at(-1)?.json?.model, 'gpt-6.1-sol')
})

test('an answer that breaks off keeps what is there, and says that it broke', async () => {
  server.answer({ type: 'text', text: 'It is sunny.', stopAfter: 5, end: 'reset' })
  assert.match(await chat('How is the weather?'), /0:"It"\n3:"Try again later\."/)
})

test('a used-up plan is told in your own words', async () => {
  const body = { error: { type: 'usage_limit_reached', message: 'Used up', plan_type: 'plus' } }
  server.answer({ type: 'error', status: 429, body })
  assert.match(await chat('How is the weather?'), /^3:"Try again later\."/m)
})
