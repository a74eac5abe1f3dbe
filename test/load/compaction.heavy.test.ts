import { generateText, stepCountIs, tool } from 'ai7'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { startCodexServer } from '../../src/testing/server.ts'
import { createCodex } from '../../src/v4.ts'
import { CREATED, completed, events } from '../adapters/v1/support.ts'

const STEPS = 300
const WINDOW = 100_000
const AT_TOKENS = 80_000

test('an agent of 300 steps stays inside a window of 100,000 tokens', async () => {
  const server = await startCodexServer({ contextWindow: WINDOW })
  onTestFinished(() => server.close())
  const { access_token: accessToken } = server.login().tokens
  const codex = createCodex({ baseURL: server.baseURL, auth: { accessToken }, instructions: 'Work.' })
  const compaction = (id: number) => ({
    type: 'response.output_item.done',
    output_index: 0,
    item: { id: `cmp_${id}`, type: 'compaction', encrypted_content: `gAAA_${id}` },
  })
  const { steps } = await generateText({
    model: codex('gpt-6.2-sol', { autoCompact: { atTokens: AT_TOKENS } }),
    prompt: 'Work through the list.',
    tools: {
      look: tool({
        description: 'Looks at a page.',
        inputSchema: z.object({ page: z.number() }),
        // About 2,000 tokens.
        execute: ({ page }) => `${page} ${'word '.repeat(1_600)}`,
      }),
    },
    stopWhen: stepCountIs(STEPS),
    maxRetries: 0,
    prepareStep({ steps: done, stepNumber }) {
      if ((done.at(-1)?.usage.totalTokens ?? 0) >= AT_TOKENS)
        server.answer(events(CREATED, compaction(stepNumber), completed()))
      server.answer({ type: 'tool-calls', calls: [{ name: 'look', arguments: { page: stepNumber } }] })
      return {}
    },
  })
  expect(steps).toHaveLength(STEPS)
  const told = steps.filter(({ warnings }) => JSON.stringify(warnings).includes('was compacted'))
  expect(told.length).toBeGreaterThan(5)
  expect(server.responseRequests).toHaveLength(STEPS + told.length)
  expect(server.requests.filter(({ refusedBy }) => refusedBy !== undefined)).toEqual([])
  for (const { text } of server.responseRequests) expect(text.length / 4).toBeLessThanOrEqual(WINDOW)
}, 120_000)
