import { generateText, tool } from 'ai'
import { codex } from 'ai-sdk-provider-codex'
import { z } from 'zod'

const { text } = await generateText({
  model: codex('gpt-6.1-sol', { codexMode: false }),
  prompt: 'Use the look_up tool for order 17.',
  maxSteps: 3,
  tools: {
    look_up: tool({
      description: 'An order, by its number',
      parameters: z.object({ order: z.string() }),
      async execute({ order }) {
        try {
          throw new Error(`the database does not answer for ${order}`)
        } catch (error) {
          return `Error: ${(error as Error).message}`
        }
      },
    }),
  },
})
console.log(text)
