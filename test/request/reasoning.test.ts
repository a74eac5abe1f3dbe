import { describe, expect, test } from 'vitest'
import { REASONING_EFFORTS, type ReasoningEffort } from '../../src/models/efforts.ts'
import { modelFacts } from '../../src/models/table.ts'
import { applyReasoningConfig } from '../../src/request/reasoning.ts'

const apply = (modelId: string, effort?: ReasoningEffort, suffixEffort?: ReasoningEffort) =>
  applyReasoningConfig({ modelId, facts: modelFacts(modelId), effort, suffixEffort })

/** Wanted, and what each model sends for it. */
const CLAMPS: Record<string, Partial<Record<ReasoningEffort, ReasoningEffort>>> = {
  'gpt-5.1-codex-max': { max: 'xhigh', ultra: 'xhigh' },
  'gpt-5.1-codex': { minimal: 'low', xhigh: 'high', max: 'high', ultra: 'high' },
  'gpt-5.1-codex-mini': {
    none: 'medium',
    minimal: 'medium',
    low: 'medium',
    xhigh: 'high',
    max: 'high',
    ultra: 'high',
  },
  'gpt-5.1': { xhigh: 'high', max: 'high', ultra: 'high' },
  'gpt-5.5': { none: 'low', minimal: 'low', max: 'xhigh', ultra: 'xhigh' },
  'gpt-6-luna': { none: 'low', minimal: 'low', ultra: 'max' },
  'gpt-6.1-sol': { none: 'low', minimal: 'low' },
  // BR-27: what nobody knows is passed as given.
  'brand-new-model': {},
  'codex-mini-latest': {},
}

describe.each(Object.entries(CLAMPS))('%s', (modelId, clamps) => {
  test.each(REASONING_EFFORTS)('effort %s', (wanted) => {
    const { reasoning, warnings } = apply(modelId, wanted)
    const expected = clamps[wanted] ?? wanted
    expect(reasoning.effort).toBe(expected)
    expect(warnings).toEqual(
      expected === wanted
        ? []
        : [
            {
              type: 'setting',
              setting: 'reasoningEffort',
              details: `${modelId} has no effort "${wanted}"; "${expected}" is sent.`,
            },
          ],
    )
  })
})

test('option before suffix before the default of the model before medium', () => {
  expect(apply('gpt-6.1-sol', 'high', 'max').reasoning.effort).toBe('high')
  expect(apply('gpt-6.1-sol', undefined, 'max').reasoning.effort).toBe('max')
  expect(apply('gpt-6.1-sol').reasoning.effort).toBe('low')
  expect(apply('brand-new-model').reasoning.effort).toBe('medium')
})

test('summary: auto by default, left out for none and null; lite sends the reasoning of all turns', () => {
  const config = { modelId: 'gpt-5.5', facts: modelFacts('gpt-5.5') }
  expect(applyReasoningConfig(config).reasoning).toEqual({ effort: 'medium', summary: 'auto' })
  for (const summary of ['none', null] as const) {
    expect(applyReasoningConfig({ ...config, summary }).reasoning).toEqual({ effort: 'medium' })
  }
  expect(apply('gpt-6-sol').reasoning).toEqual({ effort: 'medium', summary: 'auto', context: 'all_turns' })
})
