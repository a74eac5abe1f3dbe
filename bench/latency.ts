import { median, row } from './measure.ts'
import { BARE, OURS } from './readers.ts'

/** How long an event that comes alone is under way, from the server's write to the reader's hands. */
export async function latency(origin: string): Promise<void> {
  console.log(
    '\nfrom the write of an event to its part, both ends of loopback (milliseconds, median and 99 %)',
  )
  for (const [name, prepare] of Object.entries({ ...BARE, ...OURS })) {
    const read = prepare(`${origin}/timed`)
    const times: number[] = []
    for (let call = 0; call < 3; call++) {
      // The text of each delta is the time of its write.
      await read((text) => times.push(performance.timeOrigin + performance.now() - Number(text)))
    }
    const sorted = times.sort((a, b) => a - b)
    const slow = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
    row(name, `${median(sorted).toFixed(3)}   ${slow.toFixed(3)}`)
  }
}
