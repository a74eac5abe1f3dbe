import { describe, expect, test } from 'vitest'
import { REASONING_EFFORTS, type ReasoningEffort } from '../../src/models/efforts.ts'
import { extractReasoningEffortFromModel, normalizeModel } from '../../src/models/ids.ts'
import { type ModelFacts, modelFacts } from '../../src/models/table.ts'
import { readOptions } from '../../src/request/options.ts'
import { applyReasoningConfig } from '../../src/request/reasoning.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'
import captured from '../fixtures/captures/models-0.171.0.json' with { type: 'json' }

function applyConfig(config: Parameters<typeof applyReasoningConfig>[0]) {
  const warnings = createWarningCollector()
  return { reasoning: applyReasoningConfig(config, warnings), warnings: warnings.list() }
}

const apply = (modelId: string, effort?: ReasoningEffort, suffixEffort?: ReasoningEffort) =>
  applyConfig({ modelId, facts: modelFacts(modelId), effort, suffixEffort })

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
  'gpt-6.2-sol': { none: 'low', minimal: 'low', ultra: 'xhigh' },
  'gpt-6.2-astra': { none: 'low', minimal: 'low', ultra: 'xhigh' },
  'gpt-6.1-sol': { none: 'low', minimal: 'low', ultra: 'xhigh' },
  'gpt-6.1-terra': { none: 'low', minimal: 'low', ultra: 'xhigh' },
  'gpt-6-astra': { none: 'low', minimal: 'low', ultra: 'xhigh' },
  'gpt-6-sol': { none: 'low', minimal: 'low', ultra: 'max' },
  'gpt-5.6-terra': { none: 'low', minimal: 'low', ultra: 'max' },
  // BR-27: what nobody knows is passed as given.
  'brand-new-model': { ultra: 'xhigh' },
  'codex-mini-latest': { ultra: 'xhigh' },
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

test.each(captured.models.map((model) => [model.slug, model] as const))(
  'each model of the captured catalogue takes what it lists, and its own default: %s',
  (slug, model) => {
    expect(apply(slug)).toMatchObject({ reasoning: { effort: model.default_reasoning_level }, warnings: [] })
    const listed: ReasoningEffort[] = (model.supported_reasoning_levels as ReasoningEffort[]).filter(
      (level) => level !== 'ultra',
    )
    for (const wanted of REASONING_EFFORTS) {
      const ultra = wanted === 'ultra' ? model.multi_agent_reasoning_effort : undefined
      const nearest = ['none', 'minimal'].includes(wanted) ? listed[0] : (ultra ?? listed.at(-1))
      const { reasoning, warnings } = apply(slug, wanted)
      expect(reasoning.effort).toBe(listed.includes(wanted) ? wanted : nearest)
      expect(warnings).toHaveLength(listed.includes(wanted) ? 0 : 1)
    }
  },
)

describe('the effort comes from the first of', () => {
  /** `codex(id, { reasoningEffort })` called with `providerOptions`, as far as the effort goes. */
  const effortOf = async (id: string, called?: ReasoningEffort, made?: ReasoningEffort) => {
    const options = await readOptions(
      { codex: { reasoningEffort: called } },
      { reasoningEffort: made },
      createWarningCollector(),
    )
    return apply(normalizeModel(id), options.reasoningEffort, extractReasoningEffortFromModel(id)).reasoning
      .effort
  }
  test.each<[string, ReasoningEffort, string, ReasoningEffort?, ReasoningEffort?]>([
    ["the call's option", 'xhigh', 'gpt-6.1-sol-medium', 'xhigh', 'high'],
    ["the model's second argument", 'high', 'gpt-6.1-sol-medium', undefined, 'high'],
    ["the id's suffix", 'medium', 'gpt-6.1-sol-medium'],
    ["the model's own default", 'low', 'gpt-6.1-sol'],
    ['medium', 'medium', 'gpt-7-new'],
    // Each of them is clamped.
    ["the call's option, clamped", 'high', 'gpt-5.1-codex-low', 'xhigh'],
    ["the model's second argument, clamped", 'low', 'gpt-5.1-codex', undefined, 'minimal'],
    ["the id's suffix, clamped", 'medium', 'gpt-5-codex-mini-none'],
  ])('%s: %s', async (_, expected, id, called, made) => {
    expect(await effortOf(id, called, made)).toBe(expected)
  })
})

test('a default that the model does not list is clamped without a warning: nobody asked for it', () => {
  const facts: ModelFacts = { shape: 'classic', efforts: ['high', 'xhigh'] }
  const config = { modelId: 'x', facts }
  expect(applyConfig(config)).toMatchObject({ reasoning: { effort: 'high' }, warnings: [] })
  expect(applyConfig({ ...config, effort: 'medium' }).warnings).toHaveLength(1)
})

test('summary: auto by default, left out for none and null; lite sends the reasoning of all turns', () => {
  const config = { modelId: 'gpt-5.5', facts: modelFacts('gpt-5.5') }
  expect(applyConfig(config).reasoning).toEqual({ effort: 'medium', summary: 'auto' })
  for (const summary of ['none', null] as const) {
    expect(applyConfig({ ...config, summary }).reasoning).toEqual({ effort: 'medium' })
  }
  expect(apply('gpt-6-sol').reasoning).toEqual({ effort: 'medium', summary: 'auto', context: 'all_turns' })
})

test('an unknown model of the classic shape gets no effort, unless someone asks for one', () => {
  expect(apply('brand-new-model').reasoning).toEqual({ summary: 'auto' })
  expect(apply('brand-new-model', 'high').reasoning).toEqual({ effort: 'high', summary: 'auto' })
  expect(apply('gpt-7-new').reasoning).toMatchObject({ effort: 'medium', context: 'all_turns' })
})

test.each<[string, ReasoningEffort, Partial<ModelFacts>]>([
  ['the catalogue names', 'high', { efforts: ['low', 'high', 'max', 'ultra'], multiAgentEffort: 'high' }],
  ['the model lists as its strongest', 'max', { efforts: ['low', 'max', 'ultra'] }],
  ['every model has', 'xhigh', { efforts: ['ultra'] }],
  ['every model has, where the catalogue says ultra', 'xhigh', { multiAgentEffort: 'ultra' }],
])('ultra is never sent, but the level that %s: %s', (_, effort, facts) => {
  const config = { modelId: 'x', facts: { shape: 'lite', ...facts }, effort: 'ultra' } as const
  const { reasoning, warnings } = applyConfig(config)
  expect(reasoning.effort).toBe(effort)
  expect(warnings).toMatchObject([{ setting: 'reasoningEffort' }])
})
