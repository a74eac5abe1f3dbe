import { streamText, tool } from 'ai'
import { codex } from 'ai-sdk-provider-codex'
import { z } from 'zod'

const { fullStream } = streamText({
  model: codex('gpt-6.1-sol', { codexMode: false }),
  prompt: 'Use the weather tool: what is the weather in Oslo?',
  maxSteps: 5,
  tools: {
    weather: tool({
      description: 'The weather in a city, now',
      parameters: z.object({ city: z.string() }),
      execute: async ({ city }) => `Snow in ${city}, -3 °C`,
    }),
  },
})
for await (const part of fullStream) {
  if (part.type === 'error') throw part.error
  if (part.type === 'tool-call') console.log(`${part.toolName}(${JSON.stringify(part.args)})`)
  if (part.type === 'tool-result') console.log(`→ ${part.result}`)
  if (part.type === 'text-delta') process.stdout.write(part.textDelta)
}
