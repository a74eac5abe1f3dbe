import { generateObject } from 'ai'
import { codex } from 'ai-sdk-provider-codex'
import { z } from 'zod'

const { object } = await generateObject({
  model: codex('gpt-6.1-sol', { codexMode: false }),
  prompt: 'Three cities in Norway.',
  output: 'array',
  schema: z.object({ city: z.string(), people: z.number().optional() }),
})
console.log(object)
