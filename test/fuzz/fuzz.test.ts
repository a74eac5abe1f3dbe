import { expect, test } from 'vitest'
import { SEED } from '../support/seed.ts'
import { fuzz } from './fuzz.ts'

test(`20,000 mutated events break no rule (seed ${SEED})`, { timeout: 120_000 }, async () => {
  const { endings } = await fuzz(20_000)
  // Mutations that always spoil the whole answer would test little.
  expect(Object.keys(endings).sort()).toEqual(['cut', 'failure', 'finish'])
  for (const count of Object.values(endings)) expect(count).toBeGreaterThan(20)
})
