import { type Message, streamText, tool } from 'ai'
import { codex } from 'ai-sdk-provider-codex'
import { z } from 'zod'
import { describeError } from '@/lib/describe-error.ts'
import { lookUpWeather } from '@/lib/weather.ts'

export async function POST(request: Request) {
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
    },
    toolCallStreaming: true,
    maxSteps: 5,
    // Ends the work at the backend too when the user stops or leaves.
    abortSignal: request.signal,
  })
  return result.toDataStreamResponse({ sendReasoning: true, getErrorMessage: describeError })
}

/** `ai` refuses a history with a call that has no result, as the stop button leaves it. */
function withoutStoppedCalls(message: Message): Message {
  const parts = message.parts?.filter(
    (part) => part.type !== 'tool-invocation' || part.toolInvocation.state === 'result',
  )
  return { ...message, parts }
}
