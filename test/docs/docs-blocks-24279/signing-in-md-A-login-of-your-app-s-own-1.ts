import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { loginWithDeviceCode } from 'ai-sdk-provider-codex/auth'

const authFile = join(homedir(), '.my-app', 'auth.json')
if (!existsSync(authFile)) {
  await loginWithDeviceCode({
    authFile,
    onCode({ userCode, verificationUrl }) {
      console.log(`Open ${verificationUrl} and enter ${userCode}`)
    },
  })
}

const codex = createCodex({ authFile })
const { text } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'Say hi' })
console.log(text)
