import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { startCodexServer } from 'ai-sdk-provider-codex/testing'
import { afterAll, afterEach, expect, test } from 'vitest'

const server = await startCodexServer()
afterEach(() => server.reset())
afterAll(() => server.close())

test('the app asks Codex', async () => {
  const { access_token: accessToken } = server.login().tokens
  const codex = createCodex({ baseURL: server.baseURL, issuer: server.issuer, auth: { accessToken } })
  server.answer({ type: 'text', text: 'forty-two' })

  const { text } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'How many?' })

  expect(text).toBe('forty-two')
  expect(server.responseRequests).toHaveLength(1)
})
