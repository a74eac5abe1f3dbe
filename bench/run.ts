/**
 * Prints the figures of docs/performance.md, and writes its table and chart; README.md says how it is measured.
 * `npm run bench -- small` runs one part of it alone.
 */
import { parallel, small, stream } from './answers.ts'
import { compiles } from './compiles.ts'
import { firstCall } from './first-call.ts'
import { growth } from './growth.ts'
import { imports } from './imports.ts'
import { latency } from './latency.ts'
import { load } from './load.ts'
import { memory } from './memory.ts'
import { refresh } from './refresh.ts'
import { startServer } from './server-process.ts'
import { sizes } from './sizes.ts'
import { transports } from './transports.ts'

const PARTS: Record<string, (origin: string) => Promise<void>> = {
  stream,
  small,
  parallel,
  'first-call': firstCall,
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
  throw new Error(`No such part: ${unknown.join(', ')}. There are ${Object.keys(PARTS).join(', ')}.`)

const server = await startServer()
try {
  for (const [name, run] of Object.entries(PARTS)) {
    if (wanted.length === 0 || wanted.includes(name)) await run(server.origin)
  }
} finally {
  server.stop()
}
