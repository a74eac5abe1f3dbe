/** Reads one long answer and prints what it held meanwhile; `memory.ts` starts it. */
import { BARE, OURS } from './readers.ts'

const COLLECT_EVERY = 100_000

const [name = '', baseURL = ''] = process.argv.slice(2)
const read = { ...BARE, ...OURS }[name]?.(baseURL)
if (!read) throw new Error(`No reader ${name}`)

const MB = 1024 * 1024
const live: number[] = []
let characters = 0
await read((text) => {
  characters += text.length
  if (Math.floor(characters / COLLECT_EVERY) > live.length) {
    globalThis.gc?.()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    live.push((heapUsed + arrayBuffers) / MB)
  }
})
const growth = (live.at(-1) ?? Number.NaN) - (live[0] ?? Number.NaN)
console.log(
  `${Math.max(...live).toFixed(1)}   ${growth.toFixed(1)}   ${(process.resourceUsage().maxRSS / 1024).toFixed(0)}`,
)
