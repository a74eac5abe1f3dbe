/** Reads small answers one after another; `compiles.ts` starts it, and counts what the engine reports meanwhile. */
import { BARE, OURS } from './readers.ts'

const CALLS = 1_500

const [name = '', baseURL = ''] = process.argv.slice(2)
const read = { ...BARE, ...OURS }[name]?.(baseURL)
if (!read) throw new Error(`No reader ${name}`)

console.log('--- calls ---')
for (let call = 0; call < CALLS; call++) await read(() => {})
