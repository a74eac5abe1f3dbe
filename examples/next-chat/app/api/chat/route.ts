import { type Message, streamText, tool } from 'ai'
import { codex } from 'ai-sdk-provider-codex'
import { z } from 'zod'
import { describeError } from '@/lib/describe-error.ts'
import { isOwnPage } from '@/lib/is-own-page.ts'
import { lookUpWeather } from '@/lib/weather.ts'

export async function POST(request: Request) {
  if (!isOwnPage(request)) return new Response('Only for the pages of this app.', { status: 403 })
  const { messages } = (await request.json()) as { messages: Message[] }
  const result = streamText({
    model: codex('gpt-6.1-sol', { codexMode: false }),
    system: 'You are a friendly assistant. Be brief.',
    messages: messages.map(withoutStoppedCalls),
    tools: {
      weather: tool({
        description: 'The weather in a city, now',
        parameters: z.object({ city: z.string() }),
        execute: ({ city }) => lookUpWeather(city),
      }),
      web_search: codex.tools.webSearch(),
    },
    toolCallStreaming: true,
    maxSteps: 5,
    // Also ends the call at the backend when the user stops it or leaves.
    abortSignal: request.signal,
  })
  return result.toDataStreamResponse({
    sendReasoning: true,
    sendSources: true,
    getErrorMessage: describeError,
  })
}

/** Removes calls without results, as the stop button leaves them: `ai` refuses them. */
function withoutStoppedCalls(message: Message): Message {
  const parts = message.parts?.filter(
    (part) => part.type !== 'tool-invocation' || part.toolInvocation.state === 'result',
  )
  return { ...message, parts }
}
