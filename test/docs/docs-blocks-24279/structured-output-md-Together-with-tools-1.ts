import { generateText, Output, stepCountIs, tool } from 'ai7'
import { codex } from 'ai-sdk-provider-codex/v4'
import { z } from 'zod'

const { output } = await generateText({
  model: codex('gpt-6.1-sol', { codexMode: false }),
  prompt: 'Use the weather tool: which city is colder, Oslo or Rome?',
  stopWhen: stepCountIs(5),
  output: Output.object({ schema: z.object({ city: z.string(), celsius: z.number() }) }),
  tools: {
    weather: tool({
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => (city === 'Rome' ? 14 : -3),
    }),
  },
})
console.log(output)
