/**
 * Runs a block of the README or of a page: imports it, and where it answers requests (a route of Next.js, a Worker),
 * posts a chat to it and prints the answer.
 */
import { pathToFileURL } from 'node:url'

type Answer = (request: Request, env: unknown) => Promise<Response>

const [, , file = ''] = process.argv
const block = (await import(pathToFileURL(file).href)) as { POST?: Answer; default?: { fetch?: Answer } }
const answer = block.POST ?? block.default?.fetch

if (answer) {
  const content = 'Hello from the chat'
  const body = JSON.stringify({
    messages: [{ id: '1', role: 'user', content, parts: [{ type: 'text', text: content }] }],
  })
  const response = await answer(
    new Request('http://localhost/api/chat', { method: 'POST', body }),
    process.env,
  )
  process.stdout.write(`${response.status} ${response.headers.get('content-type')}\n${await response.text()}`)
}
