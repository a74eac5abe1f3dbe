import { streamText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { startCodexServer } from 'ai-sdk-provider-codex/testing'

const server = await startCodexServer()
const { access_token: accessToken } = server.login().tokens
const codex = createCodex({ baseURL: server.baseURL, auth: { accessToken } })
server.answer({ type: 'text', text: 'A long story.', stopAfter: 5, end: 'hang' })

const leaving = new AbortController()
const asked = server.nextRequest('/responses')
const { textStream } = streamText({
  model: codex('gpt-6.1-sol'),
  prompt: 'Tell me a story',
  abortSignal: leaving.signal,
  onError: () => {},
})
const reader = textStream.getReader()
console.log((await reader.read()).value)
leaving.abort()
const { headers, closed } = await asked
console.log(headers.originator, await closed)
await server.close()
