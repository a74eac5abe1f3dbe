import { describe, expect, test } from 'vitest'
import { toNestedUsage } from '../../src/adapters/modern/nested.ts'
import { toUsage } from '../../src/parts/usage.ts'

const RAW = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 40, cache_write_tokens: 30 },
  output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 105,
}

describe('usage by what it was spent on', () => {
  test.each([
    { name: 'all told', raw: RAW, noCache: 30, cacheRead: 40, cacheWrite: 30 },
    {
      name: 'nothing written to the cache',
      raw: { ...RAW, input_tokens_details: { cached_tokens: 40 } },
      noCache: 60,
      cacheRead: 40,
      cacheWrite: undefined,
    },
    {
      name: 'no details',
      raw: { ...RAW, input_tokens_details: null },
      noCache: undefined,
      cacheRead: undefined,
      cacheWrite: undefined,
    },
  ])('$name', ({ name: _, raw, ...input }) => {
    expect(toNestedUsage(toUsage(raw))).toEqual({
      inputTokens: { total: 100, ...input },
      outputTokens: { total: 5, text: 3, reasoning: 2 },
      raw,
    })
  })

  test('nothing told', () => {
    expect(toNestedUsage(toUsage(undefined))).not.toHaveProperty('raw')
  })
})
