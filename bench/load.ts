import { setTimeout } from 'node:timers/promises'
import { createCodex } from 'ai-sdk-provider-codex'
import { memoryTokenStore } from 'ai-sdk-provider-codex/auth'
import { row } from './measure.ts'

const MB = 1024 * 1024
const PROMPT = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hi' }] }]

/** Reads answers of one provider, whose access token is over at first. */
export interface Caller {
  /** Reads one answer; gives the length of its text. */
  call(): Promise<number>
  /** How often the login was renewed so far. */
  refreshes(): number
}

/** Calls whose answers have so many deltas. */
export function createCaller(origin: string, deltas: number): Caller {
  let refreshes = 0
  const counting: typeof fetch = (input, init) => {
    if (String(input).endsWith('/oauth/token')) refreshes += 1
    return fetch(input, init)
  }
  const codex = createCodex({
    baseURL: `${origin}/${deltas}`,
    issuer: origin,
    auth: memoryTokenStore({ accessToken: 'old', refreshToken: 'once', expiresAt: 1 }),
    fetch: counting,
    codexMode: false,
  })
  return {
    async call() {
      const { stream } = await codex('gpt-5.5').doStream({
        inputFormat: 'prompt',
        mode: { type: 'regular' },
        prompt: PROMPT,
      })
      const reader = stream.getReader()
      let length = 0
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        if (next.value.type === 'text-delta') length += next.value.textDelta.length
      }
      return length
    },
    refreshes: () => refreshes,
  }
}

/** How long connections take to settle once all answers are read. */
const SETTLE_MS = 500

/** What is alive after a collection, in MB, once nothing is under way any more. */
export async function settledMB(): Promise<number> {
  await setTimeout(SETTLE_MS)
  globalThis.gc?.()
  return liveMB()
}

/** What is alive after a collection, in MB. */
export function liveMB(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / MB
}

const AT_ONCE = 1_000
const IN_A_ROW = 10_000
const ROUNDS = 5

const inMB = (values: readonly number[]): string => values.map((value) => value.toFixed(1)).join(' ')

async function atOnce(origin: string): Promise<void> {
  const { call, refreshes } = createCaller(origin, 100)
  const live: number[] = []
  const spreads: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    const times = await Promise.all(
      Array.from({ length: AT_ONCE }, () => call().then(() => performance.now() - start)),
    )
    live.push(await settledMB())
    spreads.push((Math.max(...times) / Math.min(...times)).toFixed(2))
  }
  console.log(`\n${AT_ONCE.toLocaleString('en')} streams of 100 deltas at once, ${ROUNDS} rounds`)
  row('live MB after each round', inMB(live))
  row('slowest stream, fastest = 1.00', spreads.join(' '))
  row('refreshes of the expired login', `${refreshes()}`)
}

async function inARow(origin: string): Promise<void> {
  const { call } = createCaller(origin, 10)
  const live: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (let calls = 0; calls < IN_A_ROW / ROUNDS; calls++) await call()
    live.push(await settledMB())
  }
  console.log(`\n${IN_A_ROW.toLocaleString('en')} calls one after another`)
  row('live MB after each fifth', inMB(live))
}

/** Many streams at once and many calls in a row: nothing is left behind, none waits for the others. */
export async function load(origin: string): Promise<void> {
  await atOnce(origin)
  await inARow(origin)
}
