// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
import { generateText } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { ProxyAgent } from 'undici'

const proxy = process.env.HTTPS_PROXY
const dispatcher = proxy ? new ProxyAgent(proxy) : undefined

/** Uses the proxy and logs each request, but never its headers, which contain the login. */
const loggingFetch: typeof fetch = async (input, init) => {
  const { method, url } = new Request(input, init)
  const response = await fetch(input, { ...init, dispatcher })
  console.log(`${method} ${new URL(url).pathname}: ${response.status}`)
  return response
}

// Used for all requests, including those that renew the login.
const codex = createCodex({ fetch: loggingFetch })
const { text } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'Say hi.' })
console.log(text)
