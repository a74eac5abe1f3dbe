// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import { generateText, jsonSchema, tool } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const status = (city: string) =>
  tool({
    description: `The state of the trams in ${city}.`,
    parameters: jsonSchema<object>({ type: 'object', properties: {} }),
    execute: async () => `The trams of ${city} run.`,
  })

const cities = ['bergen', 'oslo', 'stavanger', 'trondheim']
const tools = Object.fromEntries(cities.map((city) => [`trams_${city}`, status(city)]))

const { text, request } = await generateText({
  model: codex('gpt-6.1-sol'),
  prompt: 'Use trams_oslo: do they run?',
  maxSteps: 3,
  // The model searches for what it needs, and the request has only that.
  tools: { ...tools, search: codex.tools.toolSearch({ defer: true, maxResults: 1 }) },
})

console.log(text)
console.log(`trams_bergen was sent: ${request.body?.includes('trams in bergen')}`)
