import { generateText, stepCountIs, tool } from 'ai7'
import { codex } from 'ai-sdk-provider-codex/v4'
import { z } from 'zod'

const { text, steps } = await generateText({
  model: codex('gpt-6.1-sol', { codexMode: false }),
  prompt: 'Use the weather tool: what is the weather in Oslo?',
  stopWhen: stepCountIs(5),
  tools: {
    weather: tool({
      description: 'The weather in a city, now',
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => `Snow in ${city}, -3 °C`,
    }),
  },
})
console.log(`${steps.length} steps: ${text}`)
