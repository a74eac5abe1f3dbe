// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { startCodexServer } from 'ai-sdk-provider-codex/testing'

test('the app asks Codex', async () => {
  const server = await startCodexServer()
  try {
    const { access_token: accessToken } = server.login().tokens
    const codex = createCodex({ baseURL: server.baseURL, issuer: server.issuer, auth: { accessToken } })
    server.answer({ type: 'text', text: 'forty-two' })

    const { text } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'How many?' })

    assert.equal(text, 'forty-two')
    assert.equal(server.responseRequests[0]?.json?.model, 'gpt-6.1-sol')
  } finally {
    await server.close()
  }
})
