/**
 * What a stream costs beside a bare reader: CPU time of this process as a ratio, medians of five rounds in one run. The
 * bare reader does what nobody can leave out (fetch, decode, split at blank lines, JSON.parse of each event); the server
 * is a process of its own. Each round runs each reader once, in turn, after one round to warm up.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createOpenAI } from '@ai-sdk/openai'
import type { LanguageModelV1 } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'

const ROUNDS = 5

interface Scenario {
  name: string
  deltas: number
  calls: number
}

const SCENARIOS: Scenario[] = [
  { name: 'one stream of 20,000 deltas', deltas: 20_000, calls: 1 },
  { name: '300 answers of 10 deltas, one after another', deltas: 10, calls: 300 },
]

/** Made once for a server, as an app does; then called for each answer. Gives the number of characters read. */
type Reader = (baseURL: string) => () => Promise<number>

async function bareReader(url: string): Promise<number> {
  const response = await fetch(`${url}/responses`, { method: 'POST', body: '{}' })
  if (!response.body) throw new Error('no body')
  const decoder = new TextDecoder()
  let rest = ''
  let characters = 0
  for await (const chunk of response.body) {
    const messages = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
    rest = messages.pop() ?? ''
    for (const message of messages) {
      const event = JSON.parse(message.slice(message.indexOf('data: ') + 6))
      if (event.type === 'response.output_text.delta') characters += event.delta.length
    }
  }
  return characters
}

async function readModel(model: LanguageModelV1): Promise<number> {
  const { stream } = await model.doStream({
    inputFormat: 'prompt',
    mode: { type: 'regular' },
    prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
  })
  let characters = 0
  const reader = stream.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (next.value.type === 'text-delta') characters += next.value.textDelta.length
  }
  return characters
}

const prepareModel = (model: LanguageModelV1) => () => readModel(model)

const READERS: Record<string, Reader> = {
  'bare reader': (baseURL) => () => bareReader(baseURL),
  'ai-sdk-provider-codex': (baseURL) =>
    prepareModel(createCodex({ baseURL, auth: { accessToken: 'bench' }, codexMode: false })('gpt-5.5')),
  '@ai-sdk/openai 1': (baseURL) =>
    prepareModel(createOpenAI({ baseURL, apiKey: 'bench' }).responses('gpt-5.5')),
}

async function measure(read: () => Promise<number>, { calls, deltas }: Scenario): Promise<number> {
  globalThis.gc?.()
  const before = process.cpuUsage()
  for (let call = 0; call < calls; call++) {
    const characters = await read()
    if (characters !== deltas * 'word '.length)
      throw new Error(`read ${characters} characters of ${deltas} deltas`)
  }
  const { user, system } = process.cpuUsage(before)
  return user + system
}

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

async function runScenario(origin: string, scenario: Scenario): Promise<void> {
  const readers = Object.entries(READERS).map(
    ([name, prepare]) => [name, prepare(`${origin}/${scenario.deltas}`)] as const,
  )
  const times = new Map(readers.map(([name]) => [name, [] as number[]]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, read] of readers) {
      const time = await measure(read, scenario)
      if (round > 0) times.get(name)?.push(time)
    }
  }
  const floor = median(times.get('bare reader') ?? [])
  console.log(`${scenario.name} (CPU, bare reader = 1.00)`)
  for (const [name, values] of times) {
    const ratios = values.map((value) => (value / floor).toFixed(2))
    console.log(`  ${name.padEnd(24)} ${(median(values) / floor).toFixed(2)}   [${ratios.join(' ')}]`)
  }
}

const server = fork(new URL('./server.ts', import.meta.url))
try {
  const [port] = await once(server, 'message')
  for (const scenario of SCENARIOS) await runScenario(`http://127.0.0.1:${port}`, scenario)
} finally {
  server.disconnect()
}
