// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import { generateObject } from 'ai'
import { codex } from 'ai-sdk-provider-codex'
import { z } from 'zod'

const { object } = await generateObject({
  model: codex('gpt-6.1-sol'),
  prompt: 'A recipe with four ingredients at most.',
  schema: z.object({
    name: z.string(),
    minutes: z.number().int(),
    ingredients: z.array(z.object({ name: z.string(), grams: z.number() })),
  }),
})

console.log(object.name, object.ingredients)
