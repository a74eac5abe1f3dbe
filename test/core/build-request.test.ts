import { describe, expect, test } from 'vitest'
import { toRequest } from '../../src/core/build-request.ts'
import { createClient } from '../../src/core/client.ts'
import type { CodexProviderSettings } from '../../src/core/settings.ts'
import { createPromptFiles } from '../../src/instructions/prompt-files.ts'
import { createDiskCache } from '../../src/lib/disk-cache.ts'
import type { CatalogueModel } from '../../src/models/catalogue-entry.ts'
import type { CodexProviderOptions } from '../../src/request/options.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'
import { codexRoute } from '../../src/routes/codex.ts'

const promptFiles = createPromptFiles({
  fetch: () => Promise.reject(new Error('no network')),
  cache: createDiskCache(undefined),
})

const ENTRY: CatalogueModel = {
  id: 'any',
  shape: 'lite',
  efforts: ['low', 'medium'],
  defaultEffort: 'low',
  instructions: 'Base.',
}

/** Builds a request, and counts what was asked of the catalogue. */
async function build(
  modelId: string,
  given: {
    options?: CodexProviderOptions
    settings?: CodexProviderSettings
    atHand?: CatalogueModel
    fetched?: CatalogueModel | undefined
  },
) {
  let asked = 0
  const client = createClient(
    { baseURL: 'http://127.0.0.1:9/backend-api/codex', ...given.settings },
    codexRoute,
  )
  const warnings = createWarningCollector()
  const request = await toRequest(
    {
      warnings,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
      tools: [],
      toolChoice: { type: 'auto' },
      output: { type: 'text' },
      unsupportedSettings: [],
      headers: undefined,
      signal: undefined,
      providerOptions: { codex: { reasoningEffort: 'max', ...given.options } },
    },
    { modelId, suffixEffort: undefined, defaults: {} },
    client,
    promptFiles,
    {
      findEntry: async () => {
        asked += 1
        return 'fetched' in given ? given.fetched : ENTRY
      },
      entryAtHand: () => given.atHand,
    },
  )
  const { input, reasoning } = request.body
  return {
    asked,
    effort: reasoning?.effort,
    first: JSON.stringify(input[0]),
    request,
    warnings: warnings.list(),
  }
}

describe('a model of the table', () => {
  test.each<[string, CodexProviderOptions]>([
    ['Codex mode off', { codexMode: false }],
    ['own instructions', { instructions: 'Mine.' }],
  ])('%s: nothing is asked for, an entry at hand counts', async (_, options) => {
    expect(await build('gpt-6.1-sol', { options })).toMatchObject({ asked: 0, effort: 'max' })
    expect(await build('gpt-6.1-sol', { options, atHand: ENTRY })).toMatchObject({
      asked: 0,
      effort: 'medium',
      warnings: [{ setting: 'reasoningEffort' }],
    })
  })

  test.each<[string, CodexProviderOptions, CodexProviderSettings]>([
    ['none', {}, {}],
    ['a blank option', { instructions: ' ' }, {}],
    ['a blank setting', {}, { instructions: '' }],
    ['a setting that gives a blank text', {}, { instructions: () => '' }],
  ])('instructions that are %s: the catalogue is asked for them, once, and for the facts', async (...row) => {
    const [, options, settings] = row
    const built = await build('gpt-6.1-sol', { options, settings })
    expect(built).toMatchObject({ asked: 1, effort: 'medium' })
    expect(built.first).toContain('Base.')
    expect(await build('gpt-6.1-sol', { options, settings, fetched: undefined })).toMatchObject({ asked: 1 })
  })
})

describe('a model that the table does not know', () => {
  test.each<[string, CodexProviderOptions]>([
    ['Codex mode off', { codexMode: false }],
    ['own instructions', { instructions: 'Mine.' }],
    ['Codex mode on', {}],
  ])('%s: its entry is asked for, once', async (_, options) => {
    expect(await build('brand-new', { options })).toMatchObject({ asked: 1, effort: 'medium' })
    expect(await build('brand-new', { options, fetched: undefined })).toMatchObject({ asked: 1 })
  })
})

test('the original ids never ask', async () => {
  for (const codexMode of [true, false]) {
    expect(await build('gpt-5.1', { options: { codexMode, reasoningEffort: 'low' } })).toMatchObject({
      asked: 0,
    })
  }
})

test('a blank option leaves the setting in its place, for the key of the conversation too', async () => {
  const sessionOf = async (instructions: string, setting: string) =>
    (await build('gpt-6.1-sol', { options: { instructions }, settings: { instructions: setting } })).request
      .sessionId
  expect(await sessionOf('', 'Mine.')).toBe(await sessionOf('Mine.', 'Other.'))
})
