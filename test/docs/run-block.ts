/** Runs a block of the README: imports it, and where it is a route, posts a chat to it and prints the answer. */
import { pathToFileURL } from 'node:url'

const [, , file = ''] = process.argv
const block = (await import(pathToFileURL(file).href)) as { POST?: (request: Request) => Promise<Response> }

if (block.POST) {
  const body = JSON.stringify({ messages: [{ id: '1', role: 'user', content: 'Hello from the chat' }] })
  const response = await block.POST(new Request('http://localhost/api/chat', { method: 'POST', body }))
  process.stdout.write(`${response.status} ${response.headers.get('content-type')}\n${await response.text()}`)
}
