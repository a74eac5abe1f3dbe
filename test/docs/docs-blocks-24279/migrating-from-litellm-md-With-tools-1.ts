import { generateText, jsonSchema, tool } from 'ai'
import { codex } from 'ai-sdk-provider-codex'

const { toolCalls } = await generateText({
  model: codex('codex/gpt-5.1-codex-max'),
  messages: [{ role: 'user', content: "What's the weather in Tokyo?" }],
  tools: {
    get_weather: tool({
      description: 'Get weather information',
      parameters: jsonSchema<{ location?: string }>({
        type: 'object',
        properties: { location: { type: 'string' } },
      }),
    }),
  },
  toolChoice: 'auto',
})
for (const { toolName, args } of toolCalls) console.log(toolName, args)
