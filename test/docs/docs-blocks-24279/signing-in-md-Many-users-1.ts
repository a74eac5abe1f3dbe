import { generateText } from 'ai'
import { createCodex, type TokenStore } from 'ai-sdk-provider-codex'
import { type CodexTokens, fileTokenStore } from 'ai-sdk-provider-codex/auth'

// Use your database here.
const logins = new Map<string, CodexTokens | undefined>([['ada', await fileTokenStore().read()]])

const loginOf = (user: string): TokenStore => ({
  key: user,
  read: async () => logins.get(user),
  async write(tokens, previous) {
    if (logins.get(user)?.refreshToken === previous.refreshToken) logins.set(user, tokens)
  },
})

const codex = createCodex({ auth: loginOf('ada') })
const { text } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'Say hi' })
console.log(text)
