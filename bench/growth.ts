import { createCodex } from 'ai-sdk-provider-codex'
import { collect, cpuTime, median, row } from './measure.ts'

const ROUNDS = 5
const MAX_CALLS = 100

type Prompt = Parameters<ReturnType<ReturnType<typeof createCodex>>['doStream']>[0]['prompt']
type Mode = Parameters<ReturnType<ReturnType<typeof createCodex>>['doStream']>[0]['mode']

interface Call {
  deltas: number
  prompt: Prompt
  mode: Mode
}

const user = (text: string): Prompt[number] => ({ role: 'user', content: [{ type: 'text', text }] })

const history = (length: number): Prompt =>
  Array.from({ length }, (_, n) =>
    n % 2 === 0
      ? user(`question ${n}`)
      : { role: 'assistant', content: [{ type: 'text', text: `answer ${n}` }] },
  )

const tools = (length: number): Mode => ({
  type: 'regular',
  tools: Array.from({ length }, (_, n) => ({
    type: 'function' as const,
    name: `tool_${n}`,
    description: `Tool number ${n}`,
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' } },
      required: ['city', 'days'],
      additionalProperties: false,
    },
  })),
})

const PLAIN: Call = { deltas: 1, prompt: [user('hi')], mode: { type: 'regular' } }

const GROWTHS: ReadonlyArray<{ name: string; sizes: readonly number[]; callOf: (size: number) => Call }> = [
  {
    name: 'deltas of an answer',
    sizes: [2_000, 20_000, 200_000],
    callOf: (deltas) => ({ ...PLAIN, deltas }),
  },
  {
    name: 'messages of a history',
    sizes: [500, 1_500, 5_000],
    callOf: (size) => ({ ...PLAIN, prompt: history(size) }),
  },
  { name: 'tools of a call', sizes: [10, 50, 200], callOf: (size) => ({ ...PLAIN, mode: tools(size) }) },
]

/** Whether cost grows with the size and not faster: CPU time a unit, the smallest size = 1.00. */
export async function growth(origin: string): Promise<void> {
  const time = async ({ deltas, prompt, mode }: Call, calls: number): Promise<number> => {
    const codex = createCodex({
      baseURL: `${origin}/${deltas}`,
      auth: { accessToken: 'bench' },
      codexMode: false,
    })
    const times: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      collect()
      const taken = await cpuTime(async () => {
        for (let call = 0; call < calls; call++) {
          // New objects for each call: nothing is remembered of the last one.
          const { stream } = await codex('gpt-5.5').doStream({
            inputFormat: 'prompt',
            prompt: structuredClone(prompt),
            mode,
          })
          for await (const _ of stream as unknown as AsyncIterable<unknown>);
        }
      })
      if (round > 0) times.push(taken / calls)
    }
    return median(times)
  }

  console.log('\nCPU time a unit, less that of a call of one unit (smallest size = 1.00)')
  for (const { name, sizes, callOf } of GROWTHS) {
    const largest = sizes.at(-1) ?? 1
    const idle = await time(PLAIN, MAX_CALLS)
    const units: number[] = []
    for (const size of sizes) {
      units.push(
        ((await time(callOf(size), Math.min(MAX_CALLS, Math.ceil((4 * largest) / size)))) - idle) / size,
      )
    }
    const [first = Number.NaN] = units
    const figures = units.map((unit, n) => `${sizes[n]?.toLocaleString('en')}: ${(unit / first).toFixed(2)}`)
    row(name, figures.join('   '))
  }
}
