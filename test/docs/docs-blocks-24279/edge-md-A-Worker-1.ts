import { streamText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'

interface Env {
  CODEX_ACCESS_TOKEN: string
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const codex = createCodex({ auth: { accessToken: env.CODEX_ACCESS_TOKEN }, codexMode: false })
    const result = streamText({
      model: codex('gpt-6.1-sol'),
      prompt: 'Say hi',
      abortSignal: request.signal,
    })
    return result.toTextStreamResponse()
  },
}
