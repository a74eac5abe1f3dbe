import { expect } from 'vitest'
import { DEFAULT_INSTRUCTIONS } from '../../src/instructions/base.ts'
import type { Driver } from '../contract/support/ask.ts'
import type { FaultCase, Run } from './scene.ts'
import { outcomeOf } from './settled.ts'
import { TOOL } from './wire.ts'

/** What one call comes to that meets the fault: the outcome in the words of the table, when all connections are closed. */
export async function meet(
  { arrange, told }: Run,
  ai: Driver,
  { run: ask }: Driver['ways'][number],
  timeouts: FaultCase['timeouts'],
): Promise<string> {
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
