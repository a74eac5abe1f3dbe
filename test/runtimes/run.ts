/** Prints which runtime passes which check: `npm run test:runtimes`. */
import { faultsOf, runMatrix, toTable } from './matrix.ts'

const rows = await runMatrix()
process.stdout.write(`${toTable(rows)}\n`)
if (faultsOf(rows).length > 0) process.exitCode = 1
