import { describe, expect, test } from 'vitest'
import { clampEffort, REASONING_EFFORTS, type ReasoningEffort } from '../../src/models/efforts.ts'
import { modelFacts } from '../../src/models/table.ts'
import captured from '../fixtures/captures/models-0.171.0.json' with { type: 'json' }

type Clamps = Partial<Record<ReasoningEffort, ReasoningEffort>>

/** The efforts of the table that a family sends as another one. */
const FAMILIES: Record<string, Clamps> = {
  'gpt-5.1-codex-mini': { none: 'medium', minimal: 'medium', low: 'medium', xhigh: 'high' },
  'gpt-5.1-codex': { minimal: 'low', xhigh: 'high' },
  'gpt-5.1-codex-max': {},
  'gpt-5.1': { xhigh: 'high' },
}

describe.each(Object.entries(FAMILIES))('%s', (id, clamps) => {
  const levels = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const

  test.each(levels)('%s', (wanted) => {
    expect(clampEffort(wanted, modelFacts(id).efforts ?? [])).toBe(clamps[wanted] ?? wanted)
  })

  test.each(['max', 'ultra'] as const)('%s, which none of the four has, is its strongest', (wanted) => {
    expect(clampEffort(wanted, modelFacts(id).efforts ?? [])).toBe(clamps.xhigh ?? 'xhigh')
  })
})

describe.each(captured.models.map((model) => [model.slug, model.supported_reasoning_levels] as const))(
  '%s',
  (slug, listed) => {
    test.each(REASONING_EFFORTS)('%s: as it is where it is listed, else the nearest', (wanted) => {
      const weakest = wanted === 'none' || wanted === 'minimal'
      const expected = listed.includes(wanted) ? wanted : weakest ? 'low' : listed.at(-1)
      expect(clampEffort(wanted, modelFacts(slug).efforts ?? [])).toBe(expected)
    })
  },
)

test.each<[ReasoningEffort, ReasoningEffort[], ReasoningEffort]>([
  ['minimal', ['none', 'low'], 'low'],
  ['medium', ['low', 'high'], 'high'],
  ['medium', ['high', 'low'], 'high'],
  ['low', ['none', 'ultra'], 'none'],
  ['none', ['ultra'], 'ultra'],
  ['max', [], 'max'],
])('%s of %j is %s', (wanted, listed, expected) => {
  expect(clampEffort(wanted, listed)).toBe(expected)
})
