import { codex } from 'ai-sdk-provider-codex/v4'
import {
  convertToModelMessages,
  createUIMessageStreamResponse,
  stepCountIs,
  streamText,
  tool,
  toUIMessageStream,
  type UIMessage,
} from 'ai7'
import { z } from 'zod'
import { describeError } from '@/lib/describe-error.ts'
import { isOwnPage } from '@/lib/is-own-page.ts'
import { lookUpWeather } from '@/lib/weather.ts'

export async function POST(request: Request) {
  if (!isOwnPage(request)) return new Response('Only for the pages of this app.', { status: 403 })
  const { messages } = (await request.json()) as { messages: UIMessage[] }
  const { stream } = streamText({
    model: codex('gpt-6.1-sol', { codexMode: false }),
    instructions: 'You are a friendly assistant. Be brief.',
    // The stop button leaves calls without results, which `ai` refuses.
    messages: await convertToModelMessages(messages, { ignoreIncompleteToolCalls: true }),
    tools: {
      weather: tool({
        description: 'The weather in a city, now',
        inputSchema: z.object({ city: z.string() }),
        execute: ({ city }) => lookUpWeather(city),
      }),
      web_search: codex.tools.webSearch(),
      image_generation: codex.tools.imageGeneration({ partialImages: 2, outputFormat: 'png' }),
    },
    stopWhen: stepCountIs(5),
    // Also ends the call at the backend when the user stops it or leaves.
    abortSignal: request.signal,
    // `describeError` logs it already.
    onError() {},
  })
  return createUIMessageStreamResponse({
    stream: toUIMessageStream({ stream, sendSources: true, onError: describeError }),
  })
}
