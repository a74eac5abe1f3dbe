import { expect, test } from 'vitest'
import { readCatalogue, toModelInfo } from '../../src/models/catalogue-entry.ts'
import { factsOf } from '../../src/models/facts.ts'
import { DEFAULT_CATALOGUE } from '../../src/testing/catalogue.ts'
import captured from '../fixtures/captures/models-0.171.0.json' with { type: 'json' }

const read = (fields: Record<string, unknown>) => readCatalogue({ models: [{ slug: 'gpt-7', ...fields }] })[0]

test('what an entry does not say has no field, so that it hides no fact of the table', () => {
  expect(Object.keys(read({}) ?? {}).sort()).toEqual(['id', 'shape'])
})

test.each(captured.models.map((model, index) => [model.slug, model, index] as const))(
  'the captured entry of %s',
  (slug, model, index) => {
    expect(readCatalogue(captured)[index]).toEqual({
      id: slug,
      displayName: model.display_name,
      contextWindow: model.context_window,
      efforts: model.supported_reasoning_levels,
      defaultEffort: model.default_reasoning_level,
      verbosity: model.default_verbosity,
      inputModalities: model.input_modalities,
      shape: model.use_responses_lite ? 'lite' : 'classic',
      serviceTiers: model.service_tiers,
      visibility: model.visibility,
      ...(model.multi_agent_reasoning_effort && { multiAgentEffort: model.multi_agent_reasoning_effort }),
      takesEffortUpdates: model.supports_reasoning_effort_updates,
      compHash: model.comp_hash,
    })
  },
)

test('the entries of the stand-in, whose lists are lists of objects', () => {
  expect(readCatalogue({ models: DEFAULT_CATALOGUE }).find(({ id }) => id === 'gpt-6.1-sol')).toEqual({
    id: 'gpt-6.1-sol',
    displayName: 'gpt-6.1-sol',
    contextWindow: 500_000,
    efforts: ['low', 'medium', 'high', 'xhigh', 'max', 'ultra'],
    defaultEffort: 'low',
    verbosity: 'low',
    inputModalities: ['text', 'image'],
    shape: 'lite',
    serviceTiers: ['priority'],
    visibility: 'list',
    multiAgentEffort: 'xhigh',
    takesEffortUpdates: true,
    compHash: '3000',
    instructions: 'You are gpt-6.1-sol, a coding agent.',
  })
})

test.each([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'models'],
  ['a list', [{ slug: 'gpt-7' }]],
  ['an object without models', { data: [] }],
  ['models that are no list', { models: { slug: 'gpt-7' } }],
  ['no models', { models: [] }],
  [
    'entries without a slug',
    { models: [null, 7, 'gpt-7', [], {}, { slug: '' }, { slug: ' ' }, { slug: 7 }] },
  ],
])('%s is no catalogue', (_, json) => {
  expect(readCatalogue(json)).toEqual([])
})

test('entries that can be read stay, in their order, beside those that cannot', () => {
  const models = [
    { slug: 'b', priority: 9 },
    { id: 'x' },
    { slug: 'a', priority: 1 },
    { slug: 'constructor', priority: 2 },
  ]
  expect(readCatalogue({ models }).map(({ id }) => id)).toEqual(['b', 'a', 'constructor'])
})

test.each([
  ['display_name', [7, '', null, {}]],
  ['context_window', ['272000', 0, -1, 1.5, Number.NaN, null]],
  ['supported_reasoning_levels', ['low', {}, null, [], ['turbo', 7, null, { level: 'low' }]]],
  ['default_reasoning_level', ['turbo', 'toString', 7, null, ['low']]],
  ['default_verbosity', ['loud', 7, null, ['low']]],
  ['input_modalities', ['text', null, {}]],
  ['service_tiers', ['priority', null, {}]],
  ['additional_speed_tiers', ['fast', null]],
  ['visibility', [true, '', null]],
  [
    'model_messages',
    ['text', null, { instructions_template: 7 }, { instructions_template: '{{ personality }}' }],
  ],
  ['base_instructions', [7, '', null]],
])('a field %s that cannot be read is left out', (field, values) => {
  for (const value of values) expect(read({ [field]: value })).toEqual({ id: 'gpt-7', shape: 'lite' })
})

test.each([
  ['names', ['low', 'turbo', 'high', 'low'], ['low', 'high']],
  [
    'objects',
    [{ effort: 'none' }, { effort: 'turbo' }, { description: 'x' }, { effort: 'max' }],
    ['none', 'max'],
  ],
  ['both', ['minimal', { effort: 'ultra', description: 'x' }], ['minimal', 'ultra']],
])('effort levels as %s', (_, levels, efforts) => {
  expect(read({ supported_reasoning_levels: levels })?.efforts).toEqual(efforts)
})

test.each([
  ['says lite', 'gpt-5.5', true, 'lite'],
  ['says classic', 'gpt-7', false, 'classic'],
  ['says nothing', 'gpt-7', undefined, 'lite'],
  ['says nothing of a model of the table', 'codex-auto-review', undefined, 'lite'],
  ['says nothing of an unknown name', 'brand-new-model', undefined, 'classic'],
  ['says what cannot be read', 'gpt-5.4', 'yes', 'classic'],
])('shape: the entry %s', (_, slug, value, shape) => {
  expect(readCatalogue({ models: [{ slug, use_responses_lite: value }] })[0]?.shape).toBe(shape)
})

test.each([
  [{ service_tiers: ['priority', 'flex'] }, ['priority', 'flex']],
  [{ service_tiers: [{ id: 'priority', name: 'Fast' }, { name: 'x' }] }, ['priority']],
  [{ service_tiers: [], additional_speed_tiers: ['fast'] }, []],
  [{ additional_speed_tiers: ['fast'] }, ['priority']],
  [{ additional_speed_tiers: [] }, []],
  [{}, undefined],
])('service tiers of %j', (fields, tiers) => {
  expect(read(fields)?.serviceTiers).toEqual(tiers)
})

test('a model that takes no verbosity has none', () => {
  expect(read({ support_verbosity: false, default_verbosity: 'low' })?.verbosity).toBeUndefined()
  expect(read({ support_verbosity: true, default_verbosity: 'high' })?.verbosity).toBe('high')
  expect(read({ default_verbosity: 'high' })?.verbosity).toBe('high')
})

test.each([
  ['the template', { instructions_template: 'You are X.{{ personality }} Go.' }, 'base', 'You are X. Go.'],
  ['all placeholders', { instructions_template: '{{personality}}A{{  personality }}B' }, 'base', 'AB'],
  ['other placeholders stay', { instructions_template: '{{ name }} $& $1' }, 'base', '{{ name }} $& $1'],
  ['the base where the template is blank', { instructions_template: ' {{ personality }}\n' }, 'base', 'base'],
  ['the base where there is no template', null, 'base', 'base'],
])('instructions: %s', (_, messages, base, instructions) => {
  expect(read({ model_messages: messages, base_instructions: base })?.instructions).toBe(instructions)
})

test('what the user gets is a copy without the instructions', () => {
  const entry = { id: 'gpt-7', shape: 'lite', efforts: ['low'], instructions: 'You are X.' } as const
  const model = { ...entry, efforts: [...entry.efforts] }
  const info = toModelInfo(model)
  expect(info).toEqual({ id: 'gpt-7', shape: 'lite', efforts: ['low'] })
  info.efforts?.push('low')
  expect(model.efforts).toEqual(['low'])
})

test('of two entries with the same slug the first counts, once', () => {
  const models = [{ slug: 'a', context_window: 1 }, { slug: 'b' }, { slug: ' a ', context_window: 2 }]
  expect(readCatalogue({ models }).map(({ id, contextWindow }) => [id, contextWindow])).toEqual([
    ['a', 1],
    ['b', undefined],
  ])
})

test.each([
  [false, false],
  [true, undefined],
  [undefined, undefined],
  ['no', undefined],
])('support_verbosity %j: takesVerbosity %j, which is no news for people', (support_verbosity, expected) => {
  const [model] = readCatalogue({ models: [{ slug: 'a', support_verbosity }] })
  expect(model?.takesVerbosity).toBe(expected)
  expect(model && toModelInfo(model)).not.toHaveProperty('takesVerbosity')
  expect(model && factsOf('a', model).takesVerbosity).toBe(expected)
})
