/**
 * Prints the table of docs/performance.md; README.md says how it is measured. `npm run bench -- streams` runs one
 * part of it alone: streams, compiles, latency, growth, memory, load, transports, refresh, import or size.
 */
import { compiles } from './compiles.ts'
import { growth } from './growth.ts'
import { imports } from './imports.ts'
import { latency } from './latency.ts'
import { load } from './load.ts'
import { memory } from './memory.ts'
import { refresh } from './refresh.ts'
import { startServer } from './server-process.ts'
import { sizes } from './sizes.ts'
import { streams } from './streams.ts'
import { transports } from './transports.ts'

const PARTS: Record<string, (origin: string) => Promise<void>> = {
  streams,
  compiles,
  latency,
  growth,
  memory,
  load,
  transports,
  refresh,
  import: imports,
  size: sizes,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in PARTS))
if (unknown.length > 0)
  throw new Error(`No such part: ${unknown}. There are ${Object.keys(PARTS).join(', ')}.`)

const server = await startServer()
try {
  for (const [name, run] of Object.entries(PARTS)) {
    if (wanted.length === 0 || wanted.includes(name)) await run(server.origin)
  }
} finally {
  server.stop()
}
