import { afterAll, expect, test } from 'vitest'
import { DRIVERS } from '../contract/support/drivers.ts'
import { CASES } from './cases.ts'
import { meet } from './meet.ts'
import type { FaultCase } from './scene.ts'
import { noTimers, tableOf } from './settled.ts'

const rows: Array<Pick<FaultCase, 'place' | 'fault' | 'outcome'>> = []

for (const ai of DRIVERS) {
  const isFirst = ai === DRIVERS[0]
  for (const { place, fault, outcome, runs, timeouts, isCore = false } of CASES) {
    if (!isFirst && !isCore) continue
    test(`${ai.name} · ${place} · ${fault}`, async () => {
      const met = await Promise.all(runs.flatMap((run) => ai.ways.map((way) => meet(run, ai, way, timeouts))))
      const seen = [...new Set(met)].join(' | ')
      if (isFirst) rows.push({ place, fault, outcome: seen })
      expect(seen).toBe(outcome)
      await noTimers()
    })
  }
}

afterAll(() => {
  process.stdout.write(`\n${tableOf(rows)}\n\n`)
})
