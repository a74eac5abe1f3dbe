// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { fileTokenStore, memoryTokenStore } from 'ai-sdk-provider-codex/auth'

// Use your database here instead of the login file: { accessToken, refreshToken?, … }
const tokens = await fileTokenStore().read()
if (!tokens) throw new Error('No login')

const providers = {
  // Renewed in memory.
  object: createCodex({ auth: tokens }),
  // Called again when the tokens expire or are refused; renews them itself.
  function: createCodex({ auth: async () => tokens }),
  // Renewed tokens are written back: `read`, `write` and, across processes, `lock`.
  store: createCodex({ auth: memoryTokenStore(tokens) }),
}

for (const [name, codex] of Object.entries(providers)) {
  const { text } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'Say hi.' })
  console.log(`${name}: ${text}`)
}
