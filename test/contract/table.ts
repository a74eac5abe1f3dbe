/**
 * Prints the contract as a table, a column for each major of `ai`:
 * `npx vitest run test/contract --reporter=json --outputFile=report.json`, then `npx tsx test/contract/table.ts report.json`.
 */
import { readFileSync } from 'node:fs'

interface Report {
  testResults: ReadonlyArray<{
    name: string
    assertionResults: ReadonlyArray<{ title: string; status: string }>
  }>
}

const COLUMNS = ['ai 4', 'ai 5', 'ai 6', 'ai 7', 'ai 6 with v2', 'ai 7 with v2', 'ai 7 with v3']

const [, , file = 'report.json'] = process.argv
const report = JSON.parse(readFileSync(file, 'utf8')) as Report
const rows = new Map<string, Map<string, string[]>>()
for (const { assertionResults } of report.testResults) {
  for (const { title, status } of assertionResults) {
    const [column = '', name] = title.split(' · ')
    if (name === undefined) continue
    const row = rows.get(name) ?? new Map<string, string[]>()
    rows.set(name, row.set(column, [...(row.get(column) ?? []), status]))
  }
}

const cellOf = (statuses: readonly string[] = []): string => {
  if (statuses.length === 0) return '—'
  const passed = statuses.filter((status) => status === 'passed').length
  return passed === statuses.length ? `✓ ${passed}` : `✗ ${statuses.length - passed} of ${statuses.length}`
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const total = (column: string) => cellOf([...rows.values()].flatMap((row) => row.get(column) ?? []))
const table = [
  ['contract', ...COLUMNS],
  Array(COLUMNS.length + 1).fill('---'),
  ...[...rows].map(([name, row]) => [name, ...COLUMNS.map((column) => cellOf(row.get(column)))]),
  ['**all**', ...COLUMNS.map(total)],
]
process.stdout.write(`${table.map(line).join('\n')}\n`)
