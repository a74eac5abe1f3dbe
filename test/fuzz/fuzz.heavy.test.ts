import { expect, test } from 'vitest'
import { SEED } from '../support/seed.ts'
import { fuzz } from './fuzz.ts'

test(`a million mutated events break no rule (seed ${SEED})`, { timeout: 1_800_000 }, async () => {
  const { answers } = await fuzz(1_000_000)
  expect(answers).toBeGreaterThan(10_000)
})
