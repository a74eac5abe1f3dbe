import { streamObject } from 'ai'
import { codex } from 'ai-sdk-provider-codex'
import { z } from 'zod'

const { partialObjectStream, object } = streamObject({
  model: codex('gpt-6.1-sol', { codexMode: false }),
  prompt: 'A recipe for bread.',
  schema: z.object({ name: z.string(), steps: z.array(z.string()) }),
  onError: ({ error }) => console.error(error),
})
for await (const partial of partialObjectStream) console.log(partial.name, partial.steps?.length ?? 0)
console.log(await object)
