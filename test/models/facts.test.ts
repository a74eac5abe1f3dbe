import { describe, expect, test } from 'vitest'
import { type CatalogueModel, readCatalogue } from '../../src/models/catalogue-entry.ts'
import { factsOf } from '../../src/models/facts.ts'
import { modelFacts } from '../../src/models/table.ts'
import captured from '../fixtures/captures/models-0.171.0.json' with { type: 'json' }

const ORIGINALS = ['gpt-5.1', 'gpt-5.1-codex', 'gpt-5.1-codex-max', 'gpt-5.1-codex-mini']

describe.each(readCatalogue(captured).map((entry) => [entry.id, entry] as const))('%s', (id, entry) => {
  test('the bundled facts are those of its entry', () => {
    expect(factsOf(id)).toBe(modelFacts(id))
    expect(factsOf(id, entry)).toEqual(factsOf(id))
    expect(factsOf(id, entry)).toEqual({
      shape: entry.shape,
      efforts: entry.efforts,
      defaultEffort: entry.defaultEffort,
      multiAgentEffort: entry.multiAgentEffort,
      takesEffortUpdates: entry.takesEffortUpdates,
      compHash: entry.compHash,
      defaultVerbosity: entry.verbosity,
      contextWindow: entry.contextWindow,
      serviceTiers: entry.serviceTiers,
    })
  })

  test('a model that the table does not know gets the same facts from such an entry', () => {
    expect(factsOf('brand-new-model', { ...entry, id: 'brand-new-model' })).toEqual(factsOf(id))
  })
})

const NEWS: CatalogueModel = {
  id: 'any',
  shape: 'classic',
  efforts: ['minimal', 'max'],
  defaultEffort: 'max',
  multiAgentEffort: 'high',
  takesEffortUpdates: true,
  compHash: '4000',
  verbosity: 'high',
  contextWindow: 1_000_000,
  serviceTiers: [],
}

test.each(captured.models.map(({ slug }) => slug))('what an entry says of %s wins over the table', (slug) => {
  expect(factsOf(slug, { ...NEWS, id: slug })).toEqual({
    shape: 'classic',
    efforts: ['minimal', 'max'],
    defaultEffort: 'max',
    multiAgentEffort: 'high',
    takesEffortUpdates: true,
    compHash: '4000',
    defaultVerbosity: 'high',
    contextWindow: 1_000_000,
    serviceTiers: [],
  })
})

test.each(ORIGINALS)('no entry changes the facts of %s, it only adds to them', (id) => {
  const bundled = factsOf(id)
  const facts = factsOf(id, { ...NEWS, id, shape: 'lite' })
  expect(facts).toEqual({ ...bundled, contextWindow: 1_000_000, serviceTiers: [] })
  expect(facts).toMatchObject({ shape: 'classic', defaultEffort: 'medium', defaultVerbosity: 'medium' })
})

test('where an entry says nothing, the table holds; but no verbosity is none', () => {
  const bundled = factsOf('gpt-6-luna')
  expect(factsOf('gpt-6-luna', { id: 'gpt-6-luna', shape: 'lite' })).toEqual({
    ...bundled,
    defaultVerbosity: undefined,
  })
  expect(factsOf('gpt-7', { id: 'gpt-7', shape: 'classic' })).toEqual({ shape: 'classic' })
})
