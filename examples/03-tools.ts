import { generateText, tool } from 'ai'
import { codex } from 'ai-sdk-provider-codex'
import { z } from 'zod'

const { text, steps } = await generateText({
  model: codex('gpt-6.1-sol'),
  prompt: 'Use the weather tool: what is the weather in Oslo?',
  maxSteps: 3,
  tools: {
    weather: tool({
      description: 'The weather in a city, now',
      parameters: z.object({ city: z.string() }),
      execute: async ({ city }) => `Snow in ${city}, -3 °C`,
    }),
  },
})

console.log(`${steps.length} steps: ${text}`)
