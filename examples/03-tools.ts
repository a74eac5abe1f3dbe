// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
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
