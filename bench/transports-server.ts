/**
 * The stand-in behind a line that takes time: bytes wait for half of a round trip each way, and those of the client are
 * counted. Answers each request with one tool call.
 */
import { connect, createServer, type Socket } from 'node:net'
import { startCodexServer } from 'ai-sdk-provider-codex/testing'

const STEPS = Number(process.env.STEPS) + Number(process.env.WARM_UP_STEPS)
const DELAY_MS = Number(process.env.ROUND_TRIP_MS) / 2

const backend = await startCodexServer()
backend.answer(
  ...Array.from({ length: STEPS }, (_, n) => ({
    type: 'tool-calls' as const,
    reasoning: 'Look it up.',
    calls: [{ name: `tool_${n % 12}`, arguments: { path: `src/file-${n}.ts`, lines: 20 } }],
  })),
)

let bytes = 0

function delayed(from: Socket, to: Socket, count: (length: number) => void): void {
  from.on('data', (chunk) => {
    count(chunk.length)
    setTimeout(() => to.write(chunk), DELAY_MS)
  })
  from.on('close', () => setTimeout(() => to.destroy(), DELAY_MS))
  from.on('error', () => to.destroy())
}

const line = createServer((client) => {
  const server = connect(Number(new URL(backend.url).port), '127.0.0.1')
  client.setNoDelay(true)
  server.setNoDelay(true)
  delayed(client, server, (length) => {
    bytes += length
  })
  delayed(server, client, () => {})
})
line.listen(0, '127.0.0.1', () => {
  const address = line.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const { access_token: accessToken } = backend.login().tokens
  process.send?.({ baseURL: `http://127.0.0.1:${port}/backend-api/codex`, accessToken })
})
process.on('message', () => process.send?.(bytes))
process.on('disconnect', () => process.exit())
