import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { fileTokenStore } from 'ai-sdk-provider-codex/auth'

// Use your own source here: { accessToken, refreshToken?, idToken?, accountId? }
const tokens = await fileTokenStore().read()
if (!tokens) throw new Error('No login')

// Renewed in memory if there is a refresh token; lost with the process.
const withTokens = createCodex({ auth: tokens })

// Called for the first call, when the tokens are about to expire, and after a 401. It renews them on its own.
const withFunction = createCodex({
  auth: async ({ reason, signal }) => {
    signal?.throwIfAborted()
    console.log(`asked: ${reason}`)
    return tokens
  },
})

for (const codex of [withTokens, withFunction]) {
  const { text } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'Say hi' })
  console.log(text)
}
