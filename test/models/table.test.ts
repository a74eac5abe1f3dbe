import { expect, test } from 'vitest'
import { MODEL_TABLE, modelFacts } from '../../src/models/table.ts'
import captured from '../fixtures/captures/models-0.171.0.json' with { type: 'json' }

test.each(captured.models.map((model) => [model.slug, model] as const))(
  'the facts of %s are those of the captured catalogue',
  (slug, model) => {
    expect(MODEL_TABLE[slug]).toEqual({
      shape: model.use_responses_lite ? 'lite' : 'classic',
      efforts: model.supported_reasoning_levels,
      defaultEffort: model.default_reasoning_level,
      ...(model.multi_agent_reasoning_effort && { multiAgentEffort: model.multi_agent_reasoning_effort }),
      takesEffortUpdates: model.supports_reasoning_effort_updates,
      compHash: model.comp_hash,
      defaultVerbosity: model.default_verbosity,
      contextWindow: model.context_window,
      serviceTiers: model.service_tiers,
    })
  },
)

test.each([
  ['gpt-5.6-new', 'lite'],
  ['gpt-5.10', 'lite'],
  ['gpt-6', 'lite'],
  ['gpt-7-codex', 'lite'],
  ['gpt-5.5-new', 'classic'],
  ['gpt-5.2-codex', 'classic'],
  ['gpt-5', 'classic'],
  ['codex-mini-latest', 'classic'],
  ['brand-new-model', 'classic'],
  ['constructor', 'classic'],
])('an unknown model takes its shape from its name: %s is %s', (id, shape) => {
  expect(modelFacts(id)).toEqual({ shape, isUnknown: true })
})
