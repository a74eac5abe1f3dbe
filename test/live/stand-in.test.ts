import { describe, test } from 'vitest'
import { startProvider } from '../support/provider.ts'
import { SCENARIOS } from './scenarios.ts'

describe('the scenarios of test:live, on the stand-in', () => {
  test.each(SCENARIOS)('$name', async ({ run }) => {
    const { codex } = await startProvider()
    await run(codex, 'gpt-6.1-sol')
  })
})
