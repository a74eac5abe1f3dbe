/**
 * A loop of tool calls by the client that the first argument names, in a process of its own. Says `warm` after a short
 * loop, then waits for a word of the parent, and reports the CPU time and the median time to the first part of the long one.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createCodex } from 'ai-sdk-provider-codex/v4'
import { cpuTime, median } from './measure.ts'
import { load } from './peers/load.ts'
import type { Client, Cost, Line } from './transports.ts'

const STEPS = Number(process.env.STEPS)
const WARM_UP_STEPS = Number(process.env.WARM_UP_STEPS)
const MODEL_ID = 'gpt-5.5'

// Text of real files, as the same sentence over and over would compress to nothing.
const SOURCES = readdirSync(new URL('../src', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort()
  .map((name) => readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8'))
  .join('')

let read = 0
/** The next characters of the sources. */
function take(length: number): string {
  const text = SOURCES.slice(read, read + length)
  if (text.length < length) throw new Error('The sources are too short.')
  read += length
  return text
}

const INSTRUCTIONS = take(15_000)
const QUESTION = take(Number(process.env.HISTORY))
const RESULTS = Array.from({ length: STEPS }, () => take(800))

const TOOLS = Array.from({ length: 12 }, (_, n) => ({
  name: `tool_${n}`,
  description: 'Reads a file of the project and returns its text.'.repeat(4),
  parameters: {
    type: 'object' as const,
    properties: { path: { type: 'string' as const }, lines: { type: 'integer' as const } },
    required: ['path', 'lines'],
    additionalProperties: false,
  },
}))

/** Takes one step of the loop, calling `hear` with each part of its answer; the result goes back with the next step. */
type Step = (hear: () => void, result: string) => Promise<void>

type Settings = NonNullable<Parameters<typeof createCodex>[0]>
type Prompt = Parameters<ReturnType<ReturnType<typeof createCodex>>['doStream']>[0]['prompt']
type Content = Extract<Prompt[number], { role: 'assistant' }>['content']

/** Starts a conversation. */
type Start = (question: string) => Step

function ours({ baseURL, accessToken }: Line, settings: Settings): Start {
  const model = createCodex({ baseURL, auth: { accessToken }, instructions: INSTRUCTIONS, ...settings })(
    MODEL_ID,
  )
  const tools = TOOLS.map(({ parameters, ...tool }) => ({
    type: 'function' as const,
    inputSchema: parameters,
    ...tool,
  }))
  return (question) => {
    const prompt: Prompt = [{ role: 'user', content: [{ type: 'text', text: question }] }]
    return async (hear, result) => {
      const { stream } = await model.doStream({ prompt, tools })
      const content: Content = []
      let reasoning = ''
      const reader = stream.getReader()
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        const part = next.value
        // It comes before the answer does.
        if (part.type === 'stream-start') continue
        hear()
        if (part.type === 'error') throw part.error
        if (part.type === 'reasoning-delta') reasoning += part.delta
        else if (part.type === 'reasoning-end') {
          content.push({ type: 'reasoning', text: reasoning, providerOptions: part.providerMetadata })
          reasoning = ''
        } else if (part.type === 'tool-call') {
          const { toolCallId, toolName, input, providerMetadata } = part
          content.push({
            type: 'tool-call',
            toolCallId,
            toolName,
            input: JSON.parse(input),
            providerOptions: providerMetadata,
          })
        }
      }
      prompt.push({ role: 'assistant', content })
      prompt.push({
        role: 'tool',
        content: content.flatMap((part) =>
          part.type === 'tool-call'
            ? [
                {
                  type: 'tool-result' as const,
                  toolCallId: part.toolCallId,
                  toolName: part.toolName,
                  output: { type: 'text' as const, value: result },
                },
              ]
            : [],
        ),
      })
    }
  }
}

/** The parts of `@earendil-works/pi-ai` that are used. */
interface PiEvent {
  type: string
  error?: { errorMessage?: string }
  message?: { content: Array<{ type: string; id: string; name: string }> }
}
interface Pi {
  stream(model: object, context: object, options: object): AsyncIterable<PiEvent>
  getOpenAICodexWebSocketDebugStats(sessionId: string): { sseFallbacks: number } | undefined
}

async function pi({ baseURL, accessToken }: Line): Promise<Start> {
  const { stream, getOpenAICodexWebSocketDebugStats } = (await load(
    '@earendil-works/pi-ai/api/openai-codex-responses',
  )) as unknown as Pi
  const { normalizeContext } = (await load('@earendil-works/pi-ai/utils/transcript')) as {
    normalizeContext(context: object): object
  }
  const model = {
    id: MODEL_ID,
    api: 'openai-codex-responses',
    provider: 'openai-codex',
    baseUrl: baseURL,
    reasoning: true,
    input: ['text'],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 272_000,
    maxTokens: 128_000,
  }
  // It sends no version, without which the backend takes it for an old client.
  const headers = { version: '0.171.0' }
  return (question) => {
    const sessionId = randomUUID()
    const messages: object[] = [{ role: 'user', content: question, timestamp: 0 }]
    return async (hear, result) => {
      const context = normalizeContext({ systemPrompt: INSTRUCTIONS, tools: TOOLS, messages: [...messages] })
      const options = {
        apiKey: accessToken,
        sessionId,
        transport: 'auto',
        reasoningEffort: 'medium',
        headers,
      }
      for await (const event of stream(model, context, options)) {
        hear()
        if (event.type === 'error') throw new Error(event.error?.errorMessage)
        if (event.type !== 'done' || !event.message) continue
        messages.push(event.message)
        for (const { type, id, name } of event.message.content) {
          if (type !== 'toolCall') continue
          const content = [{ type: 'text', text: result }]
          messages.push({
            role: 'toolResult',
            toolCallId: id,
            toolName: name,
            content,
            isError: false,
            timestamp: 0,
          })
        }
      }
      if (getOpenAICodexWebSocketDebugStats(sessionId)?.sseFallbacks) throw new Error('It fell back to HTTP.')
    }
  }
}

const CLIENTS: Record<Client, (line: Line) => Start | Promise<Start>> = {
  http: (line) => ours(line, { transport: 'http', compress: false }),
  zstd: (line) => ours(line, { transport: 'http', compress: true }),
  ws: (line) => ours(line, { transport: 'websocket' }),
  runtime: (line) => ours(line, { transport: 'websocket', webSocket: globalThis.WebSocket }),
  pi,
}

/** Runs a loop, and returns the time from each request to the first part of its answer. */
async function loop(step: Step, results: readonly string[]): Promise<number[]> {
  const waits: number[] = []
  for (const [n, result] of results.entries()) {
    const started = performance.now()
    await step(() => {
      if (waits.length === n) waits.push(performance.now() - started)
    }, result)
  }
  return waits
}

process.on('disconnect', () => process.exit())
const [line] = (await once(process, 'message')) as [Line]
const start = await CLIENTS[process.argv[2] as Client](line)
await loop(start('Read the first files.'), RESULTS.slice(0, WARM_UP_STEPS))
process.send?.('warm')
await once(process, 'message')
let waits: number[] = []
const cpu = await cpuTime(async () => {
  waits = await loop(start(QUESTION), RESULTS)
})
process.send?.({ cpuMs: cpu / 1000, firstMs: median(waits) } satisfies Cost)
