/** Runs a bundle of `app/edge.mjs` in the edge runtime: the arguments are the bundle and the job, what was seen goes to stdout. */
import { readFile } from 'node:fs/promises'
import { EdgeRuntime } from 'edge-runtime'

const [, , bundle, body] = process.argv
const runtime = new EdgeRuntime({ initialCode: await readFile(bundle, 'utf8') })
const response = await runtime.dispatchFetch('http://localhost/', { method: 'POST', body })
process.stdout.write(await response.text())
