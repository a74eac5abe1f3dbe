import { generateText, tool } from 'ai'
import { codex } from 'ai-sdk-provider-codex'
import { z } from 'zod'

const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const { text } = await generateText({
  model: codex('gpt-6.1-sol', { codexMode: false }),
  prompt: 'Use the screenshot tool and say what you see.',
  maxSteps: 3,
  tools: {
    screenshot: tool({
      description: 'The screen, now',
      parameters: z.object({}),
      execute: async () => pixel,
      experimental_toToolResultContent: (data) => [{ type: 'image', data, mimeType: 'image/png' }],
    }),
  },
})
console.log(text)
