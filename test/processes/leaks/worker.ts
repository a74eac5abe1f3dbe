/** Goes every way on which a login can fail, and prints all that there is to see of it, a section each. */
import { writeSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { SCENARIOS } from './scenarios.ts'
import { dump, play, summarize } from './stage.ts'

const print = (text: string) => {
  for (let rest = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(writeSync(1, rest))
}

process.on('warning', (warning) => print(`${dump(warning)}\n`))

for (const scenario of SCENARIOS) {
  for (const stream of [1, 2]) writeSync(stream, `\n=== ${scenario.name}\n`)
  const { outcome, shown } = await play(scenario)
  print(`--- ${summarize(outcome)}\n${[outcome, ...shown].map(dump).join('\n')}\n`)
  // Warnings come in a later turn of the event loop.
  await setImmediate()
}
