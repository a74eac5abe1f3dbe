import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createCodex } from 'ai-sdk-provider-codex'

const server = fork(new URL('./server.ts', import.meta.url))
const [port] = await once(server, 'message')
const [deltas, calls] = [Number(process.argv[2]), Number(process.argv[3])]
const model = createCodex({
  baseURL: `http://127.0.0.1:${port}/${deltas}`,
  auth: { accessToken: 'bench' },
  codexMode: false,
})('gpt-5.5')
for (let i = 0; i < calls; i++) {
  const { stream } = await model.doStream({
    inputFormat: 'prompt',
    mode: { type: 'regular' },
    prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
  })
  const reader = stream.getReader()
  for (let n = await reader.read(); !n.done; n = await reader.read());
}
server.disconnect()
