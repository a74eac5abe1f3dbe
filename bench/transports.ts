import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createCodex } from 'ai-sdk-provider-codex'
import { cpuTime, median, row } from './measure.ts'

const STEPS = 50
const HISTORY = 100_000
const INSTRUCTIONS = 'Follow the rules of the house. '.repeat(500)
const ROUND_TRIP_MS = 40

type Model = ReturnType<ReturnType<typeof createCodex>>
type Options = Parameters<Model['doStream']>[0]
type Prompt = Options['prompt']

const TOOLS = Array.from({ length: 12 }, (_, n) => ({
  type: 'function' as const,
  name: `tool_${n}`,
  description: 'Reads a file of the project and returns its text.'.repeat(4),
  parameters: {
    type: 'object' as const,
    properties: { path: { type: 'string' as const }, lines: { type: 'integer' as const } },
    required: ['path', 'lines'],
    additionalProperties: false,
  },
}))

/** A loop of tool calls, and what it cost. */
async function loop(settings: object): Promise<{ first: number[] }> {
  const model = createCodex({ ...settings, instructions: INSTRUCTIONS })('gpt-5.5')
  const prompt: Prompt = [
    { role: 'user', content: [{ type: 'text', text: 'Read all. '.repeat(HISTORY / 10) }] },
  ]
  const first: number[] = []
  for (let step = 0; step < STEPS; step++) {
    const started = performance.now()
    const { stream } = await model.doStream({
      inputFormat: 'messages',
      mode: { type: 'regular', tools: TOOLS },
      prompt,
    })
    first.push(performance.now() - started)
    const reader = stream.getReader()
    const calls: Array<{ type: 'tool-call'; toolCallId: string; toolName: string; args: unknown }> = []
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (next.value.type === 'error') throw next.value.error
      if (next.value.type !== 'tool-call') continue
      const { toolCallId, toolName, args } = next.value
      calls.push({ type: 'tool-call', toolCallId, toolName, args: JSON.parse(args) })
    }
    prompt.push({ role: 'assistant', content: calls })
    prompt.push({
      role: 'tool',
      content: calls.map(({ toolCallId, toolName }) => ({
        type: 'tool-result',
        toolCallId,
        toolName,
        result: 'line of a file\n'.repeat(20),
      })),
    })
  }
  return { first }
}

/** One loop of many tool calls over each transport, with a simulated round trip. */
export async function transports(): Promise<void> {
  console.log(
    `\n${STEPS} steps of a tool loop on a history of ${HISTORY / 1000} kB, ${ROUND_TRIP_MS} ms round trip (sent, CPU, median to the first part)`,
  )
  for (const [name, transport] of [
    ['HTTP', 'http'],
    ['WebSocket', 'websocket'],
  ] as const) {
    const server = fork(new URL('./transports-server.ts', import.meta.url), {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, STEPS: String(STEPS), ROUND_TRIP_MS: String(ROUND_TRIP_MS) },
    })
    const [settings] = (await once(server, 'message')) as [object]
    let first: number[] = []
    const cpu = await cpuTime(async () => {
      ;({ first } = await loop({ ...settings, transport }))
    })
    server.send('bytes')
    const [bytes] = (await once(server, 'message')) as [number]
    server.disconnect()
    row(
      name,
      `${(bytes / 1e6).toFixed(2).padStart(6)} MB   ${Math.round(cpu / 1000)} ms   ${Math.round(median(first))} ms`,
    )
  }
}
