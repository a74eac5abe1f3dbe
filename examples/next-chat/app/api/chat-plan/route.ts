import { createChatGPT } from 'ai-sdk-provider-codex/v4'
import {
  convertToModelMessages,
  createUIMessageStreamResponse,
  streamText,
  toUIMessageStream,
  type UIMessage,
} from 'ai7'
import { describePlanError } from '@/lib/describe-error.ts'
import { isOwnPage } from '@/lib/is-own-page.ts'
import { appName, authFile } from '@/lib/plan-app.ts'

/** The chat of app/api/chat-v7/route.ts, on the plan of the user who signed in with ChatGPT. */
export async function POST(request: Request) {
  if (!isOwnPage(request)) return new Response('Only for the pages of this app.', { status: 403 })
  // A provider keeps its token for up to an hour. One for each request knows if the user has signed out since.
  const chatgpt = createChatGPT({ appName, authFile })
  const { messages } = (await request.json()) as { messages: UIMessage[] }
  const { stream } = streamText({
    model: chatgpt('gpt-6.1-sol'),
    instructions: 'You are a friendly assistant. Be brief.',
    messages: await convertToModelMessages(messages, { ignoreIncompleteToolCalls: true }),
    tools: { web_search: chatgpt.tools.webSearch() },
    abortSignal: request.signal,
    onError() {},
  })
  return createUIMessageStreamResponse({
    stream: toUIMessageStream({ stream, sendSources: true, onError: describePlanError }),
  })
}
