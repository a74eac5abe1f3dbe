import { readFile, writeFile } from 'node:fs/promises'
import { row } from './measure.ts'
import {
  CASES,
  type Case,
  type CaseName,
  chartOf,
  format,
  leadOf,
  type Results,
  withTable,
} from './report.ts'

const RESULTS = new URL('./results.json', import.meta.url)
const CHART = new URL('../docs/performance.svg', import.meta.url)
const PAGE = new URL('../docs/performance.md', import.meta.url)

const roundAll = (figures: Case['figures']): Record<string, number> =>
  Object.fromEntries(
    Object.entries(figures).map(([reader, figure]) => [reader, Math.round(figure * 100) / 100]),
  )

/** Prints what a case has measured and who is ahead; keeps it for table and chart, if all packages were there. */
export async function saveCase(name: CaseName, { figures, rounds, absent }: Case): Promise<void> {
  const info = CASES.find((other) => other.name === name)
  if (!info) throw new Error(`No such case: ${name}`)
  console.log(`\n${info.title} (${info.unit === 'ms' ? 'CPU in milliseconds' : 'CPU, bare reader = 1.00'})`)
  for (const [reader, figure] of Object.entries(figures)) {
    const all = (rounds[reader] ?? []).map((value) => format(value, info))
    row(reader, `${format(figure, info).padEnd(8)} [${all.join(' ')}]`)
  }
  console.log(`  ${leadOf(figures, info)}`)
  if (absent.length > 0) {
    console.log(
      `  Not installed, so not measured and nothing kept: ${absent.join(', ')} (npm ci in bench/peers).`,
    )
    return
  }
  const kept: Results = JSON.parse(await readFile(RESULTS, 'utf8'))
  const measured = new Date().toISOString().slice(0, 10)
  kept[name] = { measured, node: process.versions.node, figures: roundAll(figures) }
  await writeFile(RESULTS, `${JSON.stringify(kept, undefined, 2)}\n`)
  await writeFile(CHART, chartOf(kept))
  await writeFile(PAGE, withTable(await readFile(PAGE, 'utf8'), kept))
}
