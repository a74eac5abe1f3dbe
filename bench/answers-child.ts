/** Reads answers and prints the CPU time of the first ones and of later ones; `answers.ts` starts it. */
import type { Load, Times } from './answers.ts'
import { collect, cpuTime } from './measure.ts'
import { BARE, findPeers, OURS } from './readers.ts'

const SAMPLES = 3

const [name = '', baseURL = '', json = '{}', until] = process.argv.slice(2)
const isWarm = until === 'warm'
const { deltas, calls, atOnce, warmUp } = JSON.parse(json) as Load
const prepare = { ...BARE, ...OURS }[name] ?? (await findPeers(name)).installed[name]
if (!prepare) throw new Error(`No reader ${name}`)
const read = prepare(baseURL)

async function readAll(count: number): Promise<void> {
  const worker = async () => {
    for (let call = 0; call < count / atOnce; call++) {
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

collect()
const cold = [await cpuTime(() => readAll(calls))]
if (isWarm) await readAll(warmUp)
const warm: number[] = []
for (let sample = 0; isWarm && sample < SAMPLES; sample++) {
  collect()
  // A collection makes the engine forget what it has learnt of the code, and more of much code than of little.
  await readAll(calls)
  warm.push(await cpuTime(() => readAll(calls)))
}
console.log(JSON.stringify({ cold, warm } satisfies Times))
