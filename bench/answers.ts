import { median, outputOf } from './measure.ts'
import { BARE, findPeers, OURS } from './readers.ts'
import type { Case } from './report.ts'
import { saveCase } from './results.ts'

const ROUNDS = 3

/** Answers that a process reads. */
export interface Load {
  deltas: number
  /** How many answers count. */
  calls: number
  /** How many of them are under way at once. */
  atOnce: number
  /** How many are read between the cold ones and the warm ones. */
  warmUp: number
}

/** CPU times of the first answers of a process and of later ones, in microseconds. */
export interface Times {
  cold: number[]
  warm: number[]
}

/** Each reader in a process of its own, new for each round: the ratios to the bare reader. */
async function measure(origin: string, load: Load, rounds = ROUNDS): Promise<Record<keyof Times, Case>> {
  const { installed, absent } = await findPeers()
  const times = new Map<string, Times>(
    Object.keys({ ...BARE, ...OURS, ...installed }).map((reader) => [reader, { cold: [], warm: [] }]),
  )
  for (let round = 0; round < rounds; round++) {
    for (const [reader, measured] of times) {
      const flags = ['--import', 'tsx', '--expose-gc', '--no-flush-bytecode']
      // One process is enough to get warm in.
      const until = round === 0 ? 'warm' : 'cold'
      const args = [reader, `${origin}/${load.deltas}`, JSON.stringify(load), until]
      const { cold, warm }: Times = JSON.parse(await outputOf([...flags, 'answers-child.ts', ...args]))
      measured.cold.push(...cold)
      measured.warm.push(...warm)
    }
  }
  const caseOf = (moment: keyof Times): Case => {
    const rows = [...times].map(([reader, all]) => ({ reader, values: all[moment] }))
    const floor = median(rows[0]?.values ?? [])
    return {
      absent,
      figures: Object.fromEntries(rows.map(({ reader, values }) => [reader, median(values) / floor])),
      rounds: Object.fromEntries(
        rows.map(({ reader, values }) => [reader, values.map((value) => value / floor)]),
      ),
    }
  }
  return { cold: caseOf('cold'), warm: caseOf('warm') }
}

/** One long answer, when the code is warm. */
export async function stream(origin: string): Promise<void> {
  const { warm } = await measure(origin, { deltas: 20_000, calls: 1, atOnce: 1, warmUp: 2 }, 1)
  await saveCase('stream', warm)
}

/** Small answers one after another: the first ones of a process, and those after 5,000. */
export async function small(origin: string): Promise<void> {
  const { cold, warm } = await measure(origin, { deltas: 10, calls: 300, atOnce: 1, warmUp: 5_000 })
  await saveCase('small, cold', cold)
  await saveCase('small, warm', warm)
}

/** Answers of which 50 are under way at once: the first ones of a process, and those after 2,000. */
export async function parallel(origin: string): Promise<void> {
  const { cold, warm } = await measure(origin, { deltas: 100, calls: 200, atOnce: 50, warmUp: 2_000 })
  await saveCase('parallel, cold', cold)
  await saveCase('parallel, warm', warm)
}
