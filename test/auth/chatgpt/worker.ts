import { createChatGPTTokenManager } from '../../../src/auth/chatgpt/manager.ts'
import { chatGPTTokenStore } from '../../../src/auth/chatgpt/store.ts'

// A process of its own for tests: node worker.mjs <file> <issuer>. It prints the access token that it would use.

const [, , file = '', issuer = ''] = process.argv
const manager = createChatGPTTokenManager({ auth: chatGPTTokenStore({ file }), issuer })
const { accessToken } = await manager.getTokens()
process.stdout.write(accessToken)
