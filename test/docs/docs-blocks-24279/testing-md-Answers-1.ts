import { generateText, tool } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { startCodexServer } from 'ai-sdk-provider-codex/testing'
import { z } from 'zod'

const server = await startCodexServer()
const { access_token: accessToken } = server.login().tokens
const codex = createCodex({ baseURL: server.baseURL, auth: { accessToken } })
server.answer(
  { type: 'tool-calls', calls: [{ name: 'weather', arguments: { city: 'Oslo' } }] },
  { type: 'text', text: 'Take a coat.' },
)

const { text, steps } = await generateText({
  model: codex('gpt-6.1-sol'),
  prompt: 'What do I wear in Oslo?',
  tools: {
    weather: tool({
      parameters: z.object({ city: z.string() }),
      execute: async ({ city }) => `${city}: snow`,
    }),
  },
  maxSteps: 2,
})
console.log(text, steps[0]?.toolResults[0]?.result)

const [, second] = server.responseRequests
console.log(second?.text.includes('Oslo: snow'))
await server.close()
