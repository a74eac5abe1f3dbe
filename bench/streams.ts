import { collect, cpuTime, median, row } from './measure.ts'
import { BARE, findPeers, type Hear, OURS, type Reader } from './readers.ts'

const ROUNDS = 5

interface Scenario {
  name: string
  deltas: number
  calls: number
  /** How many calls are under way at once. */
  atOnce: number
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'one stream of 20,000 deltas', deltas: 20_000, calls: 1, atOnce: 1 },
  { name: '300 answers of 10 deltas, one after another', deltas: 10, calls: 300, atOnce: 1 },
  { name: '200 answers of 100 deltas, 50 at once', deltas: 100, calls: 200, atOnce: 50 },
]

async function readAll(
  read: (hear: Hear) => Promise<void>,
  { calls, deltas, atOnce }: Scenario,
): Promise<void> {
  const worker = async () => {
    for (let call = 0; call < calls / atOnce; call++) {
      let characters = 0
      await read((text) => {
        characters += text.length
      })
      if (characters !== deltas * 'word '.length)
        throw new Error(`read ${characters} characters of ${deltas} deltas`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

async function runScenario(readers: Record<string, Reader>, origin: string, scenario: Scenario) {
  const all = Object.entries(readers).map(([name, prepare]) => ({
    name,
    read: prepare(`${origin}/${scenario.deltas}`),
    times: [] as number[],
  }))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { read, times } of all) {
      collect()
      // A collection makes the engine forget what it has learnt of the code, and more of much code than of little.
      await readAll(read, scenario)
      const time = await cpuTime(() => readAll(read, scenario))
      if (round > 0) times.push(time)
    }
  }
  const floor = median(all[0]?.times ?? [])
  console.log(`\n${scenario.name} (CPU, bare reader = 1.00)`)
  for (const { name, times } of all) {
    const ratios = times.map((time) => (time / floor).toFixed(2))
    row(name, `${(median(times) / floor).toFixed(2)}   [${ratios.join(' ')}]`)
  }
}

/** CPU time of an answer as a ratio to the bare reader's, beside the packages that do the same job. */
export async function streams(origin: string): Promise<void> {
  const { installed, absent } = await findPeers()
  const readers = { ...BARE, ...OURS, ...installed }
  for (const scenario of SCENARIOS) await runScenario(readers, origin, scenario)
  if (absent.length > 0) {
    console.log(`\nNot installed, so not measured: ${absent.join(', ')} (npm ci in bench/peers).`)
  }
}
