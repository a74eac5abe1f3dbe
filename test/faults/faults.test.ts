import { afterAll, expect, test } from 'vitest'
import { DEFAULT_INSTRUCTIONS } from '../../src/instructions/codex-mode.ts'
import type { Driver } from '../contract/support/ask.ts'
import { DRIVERS } from '../contract/support/drivers.ts'
import { ADDRESS_CASES } from './address-cases.ts'
import { ANSWER_CASES } from './answer-cases.ts'
import type { FaultCase, Run } from './scene.ts'
import { noTimers, outcomeOf, tableOf } from './settled.ts'
import { TOKEN_CASES } from './token-cases.ts'
import { TOOL } from './wire.ts'

const CASES = [...ADDRESS_CASES, ...TOKEN_CASES, ...ANSWER_CASES]

type Way = Driver['ways'][number]

const rows: Array<Pick<FaultCase, 'place' | 'fault' | 'outcome'>> = []

/** What one call comes to that meets the fault. */
async function meet({ arrange, told }: Run, ai: Driver, { run: ask }: Way, timeouts: FaultCase['timeouts']) {
  const scene = await arrange()
  const settings = { ...scene.settings, instructions: DEFAULT_INSTRUCTIONS, timeouts }
  const ran: unknown[] = []
  const tool = { schema: { type: 'object' }, execute: (input: unknown) => ran.push(input) }
  const seen = await ask({
    model: ai.createCodex(settings)('gpt-5.5'),
    prompt: 'hi',
    tools: { [TOOL]: tool },
  })
  await scene.allClosed()
  expect(scene.strayRequests?.() ?? 0).toBe(0)
  const outcome = outcomeOf(seen, scene.requests())
  if (outcome === 'answer') {
    expect(seen.said).toBe(told.text)
    expect(ran).toEqual(told.input === undefined ? [] : [told.input])
  } else {
    expect(told.text.startsWith(seen.said)).toBe(true)
    // A call that was told whole before the fault may have run; half a call never.
    expect([[], [told.input]]).toContainEqual(ran)
  }
  return outcome
}

for (const ai of DRIVERS) {
  const isFirst = ai === DRIVERS[0]
  const cases = isFirst ? CASES : CASES.filter(({ isCore }) => isCore)
  test.each(cases)(`${ai.name} · $place · $fault`, async ({ place, fault, outcome, runs, timeouts }) => {
    const outcomes = await Promise.all(
      runs.flatMap((run) => ai.ways.map((way) => meet(run, ai, way, timeouts))),
    )
    const seen = [...new Set(outcomes)].join(' | ')
    if (isFirst) rows.push({ place, fault, outcome: seen })
    expect(seen).toBe(outcome)
    await noTimers()
  })
}

afterAll(() => {
  process.stdout.write(`\n${tableOf(rows)}\n\n`)
  expect(rows).toEqual(CASES.map(({ place, fault, outcome }) => ({ place, fault, outcome })))
})
