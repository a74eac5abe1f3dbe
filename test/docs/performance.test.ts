import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CASES, chartOf, leadOf, type Results, tableOf, withTable } from '../../bench/report.ts'
import results from '../../bench/results.json' with { type: 'json' }
import { ROOT } from './support.ts'

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

test('the chart of docs/performance.md shows the last measurement', () => {
  expect(read('docs/performance.svg')).toBe(chartOf(results))
})

test('the table of docs/performance.md shows the last measurement', () => {
  const page = read('docs/performance.md')
  expect(withTable(page, results)).toBe(page)
})

test('the page names each day and Node version of a measurement', () => {
  const page = read('docs/performance.md')
  for (const { measured, node } of Object.values(results)) {
    expect(page).toContain(measured)
    expect(page).toContain(`Node ${node}`)
  }
})

describe('a report of other figures', () => {
  const figures = { 'bare reader': 1, 'ai-sdk-provider-codex (ai 4)': 1.5, '@ai-sdk/openai 2': 3 }
  const measured = { measured: '2026-01-02', node: '20.0.0', figures }
  const other: Results = {
    stream: measured,
    'small, cold': measured,
    'small, warm': measured,
    'parallel, cold': measured,
    'parallel, warm': measured,
    'first call': measured,
  }

  test('has a bar for each figure, in line with the largest', () => {
    const bars = [...chartOf(other).matchAll(/<rect class="(floor|ours|peer)"[^>]* width="([\d.]+)"/g)]
    const [floor, ours, peer] = bars.map(([, kind, width]) => ({ kind, width: Number(width) }))
    expect(bars).toHaveLength(3 * CASES.length)
    expect([floor?.kind, ours?.kind, peer?.kind]).toEqual(['floor', 'ours', 'peer'])
    expect((peer?.width ?? 0) / (ours?.width ?? 1)).toBeCloseTo(2, 1)
    expect((peer?.width ?? 0) / (floor?.width ?? 1)).toBeCloseTo(3, 1)
  })

  test('has a row for each package', () => {
    expect(tableOf(other)).toMatch(/\| `ai-sdk-provider-codex` \(ai 4\) +\|(?: +1\.50 \|){5} +2 ms \|/)
  })

  test('a page without a place for the table is refused', () => {
    expect(() => withTable('# Performance', other)).toThrow('no place for the table')
  })
})

test.each([
  {
    ours: { a: 1.2, b: 1.3 },
    peer: 1.4,
    lead: 'all our entries are ahead of every peer; next is peer 1 (1.40)',
  },
  { ours: { a: 1.5, b: 1.4 }, peer: 1.4, lead: 'peer 1 (1.40) is ahead of all our entries' },
  {
    ours: { a: 1.5, b: 1.3 },
    peer: 1.4,
    lead: 'peer 1 (1.40) is ahead of ai-sdk-provider-codex/a, and behind ai-sdk-provider-codex/b',
  },
  { ours: { a: 1.5 }, peer: undefined, lead: 'no peer to compare with' },
])('$lead', ({ ours, peer, lead }) => {
  const figures: Record<string, number> = { 'bare reader': 1 }
  for (const [name, figure] of Object.entries(ours)) figures[`ai-sdk-provider-codex/${name}`] = figure
  if (peer !== undefined) Object.assign(figures, { 'peer 1': peer, 'peer 2': 2 })
  expect(leadOf(figures, { unit: 'ratio' })).toBe(lead)
})
