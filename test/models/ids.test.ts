import { describe, expect, test } from 'vitest'
import {
  extractReasoningEffortFromModel,
  getModelFamily,
  normalizeModel,
  stripProviderPrefix,
} from '../../src/models/ids.ts'

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const

const ALIASES = {
  'gpt-5': 'gpt-5.1',
  'gpt-5-codex': 'gpt-5.1-codex',
  'gpt-5-codex-max': 'gpt-5.1-codex-max',
  'gpt-5-codex-mini': 'gpt-5.1-codex-mini',
  'gpt-5.1': 'gpt-5.1',
  'gpt-5.1-codex': 'gpt-5.1-codex',
  'gpt-5.1-codex-max': 'gpt-5.1-codex-max',
  'gpt-5.1-codex-mini': 'gpt-5.1-codex-mini',
} as const

describe('stripProviderPrefix', () => {
  test.each([
    ['codex/gpt-5.1-codex', 'gpt-5.1-codex'],
    ['codex-oauth/gpt-5.1', 'gpt-5.1'],
    ['codex_oauth/gpt-5.1', 'gpt-5.1'],
    ['openai/gpt-5.1', 'gpt-5.1'],
    ['OpenAI/codex/gpt-5.1', 'gpt-5.1'],
    ['openai/', 'openai/'],
    ['codex-gpt-5.1-codex-max', 'gpt-5.1-codex-max'],
    ['codex/codex-gpt-5.1-codex-max', 'gpt-5.1-codex-max'],
    ['Codex/GPT-5.5', 'GPT-5.5'],
    ['  codex/gpt-5.5 ', 'gpt-5.5'],
    ['codex-codex-gpt-5.1', 'codex-codex-gpt-5.1'],
    ['codex-oauth/codex/gpt-5.1', 'gpt-5.1'],
    ['codex/codex-mini-latest', 'codex-mini-latest'],
    ['codex-mini-latest', 'codex-mini-latest'],
    ['codex-auto-review', 'codex-auto-review'],
    ['codex/', 'codex/'],
    ['openai/gpt-5.5', 'gpt-5.5'],
    ['gpt-5.5', 'gpt-5.5'],
  ])('%s → %s', (given, expected) => {
    expect(stripProviderPrefix(given)).toBe(expected)
  })
})

describe('normalizeModel', () => {
  test.each(Object.entries(ALIASES))('%s becomes %s, with each effort suffix too', (given, expected) => {
    expect(normalizeModel(given)).toBe(expected)
    expect(normalizeModel(`codex/${given}`)).toBe(expected)
    for (const effort of EFFORTS) {
      expect(normalizeModel(`${given}-${effort}`)).toBe(expected)
      expect(extractReasoningEffortFromModel(`${given}-${effort}`)).toBe(effort)
    }
  })

  test.each([
    // BR-32: no built-in list changes or refuses an id.
    ['codex-mini-latest', 'codex-mini-latest'],
    ['gpt-5.2-codex', 'gpt-5.2-codex'],
    ['gpt-5.4/medium', 'gpt-5.4/medium'],
    ['brand-new-model', 'brand-new-model'],
    ['Brand-New-Model', 'Brand-New-Model'],
    ['GPT-5.5', 'gpt-5.5'],
    ['GPT-6.1-Sol', 'gpt-6.1-sol'],
    ['GPT-5.1-Codex-HIGH', 'gpt-5.1-codex'],
    ['gpt-6-luna-xhigh', 'gpt-6-luna'],
    ['codex-oauth/gpt-5-codex-high', 'gpt-5.1-codex'],
    ['codex_oauth/gpt-5', 'gpt-5.1'],
    ['codex/codex-gpt-5.1-codex-max', 'gpt-5.1-codex-max'],
    ['GPT-5-Codex', 'gpt-5.1-codex'],
    ['Codex-Mini-Latest', 'codex-mini-latest'],
    ['GPT-5.2-CODEX', 'gpt-5.2-codex'],
    ['gpt-5.2-codex-low', 'gpt-5.2-codex'],
    ['brand-new-model-high', 'brand-new-model'],
    ['gpt-6-sol-max', 'gpt-6-sol-max'],
    ['gpt-5.2', 'gpt-5.2'],
    ['o3', 'o3'],
    ['-high', '-high'],
    ['gpt-daybreak-red-latest', 'gpt-daybreak-red-latest'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
  ])('%s → %s', (given, expected) => {
    expect(normalizeModel(given)).toBe(expected)
  })

  test('modelAliases come before the built-in ones, and an effort suffix is still read', () => {
    const aliases = { fast: 'gpt-5.5-low', 'gpt-5': 'gpt-6-sol', loop: 'loop', 'codex/x': 'gpt-6-luna' }
    expect(normalizeModel('codex/x', aliases)).toBe('gpt-6-luna')
    expect(normalizeModel('x', aliases)).toBe('x')
    expect(normalizeModel('gpt-5-high', aliases)).toBe('gpt-6-sol')
    expect(normalizeModel('fast', aliases)).toBe('gpt-5.5')
    expect(extractReasoningEffortFromModel('fast', aliases)).toBe('low')
    expect(normalizeModel('fast-high', aliases)).toBe('gpt-5.5')
    expect(extractReasoningEffortFromModel('fast-high', aliases)).toBe('high')
    expect(normalizeModel('codex/gpt-5', aliases)).toBe('gpt-6-sol')
    expect(normalizeModel('loop', aliases)).toBe('loop')
  })
})

test.each([
  ['gpt-5.1-codex-max', undefined],
  ['gpt-5.1-codex', undefined],
  ['gpt-5.5-xhigh', 'xhigh'],
  ['gpt-5.5-max', undefined],
  ['gpt-5.5-HIGH', 'high'],
  ['gpt-5.5/high', undefined],
  ['codex-gpt-5-minimal', 'minimal'],
  ['brand-new-model-none', 'none'],
  ['gpt-6-sol-ultra', undefined],
  ['-high', undefined],
])('extractReasoningEffortFromModel(%s) is %s', (given, expected) => {
  expect(extractReasoningEffortFromModel(given)).toBe(expected)
})

test.each([
  ['gpt-5.1-codex-max', 'codex-max'],
  ['gpt-5-codex-max-high', 'codex-max'],
  ['gpt-5.1-codex-mini', 'codex-mini'],
  ['gpt-5-codex', 'codex'],
  ['gpt-5.1', 'gpt-5.1'],
  ['gpt-5', 'gpt-5.1'],
  ['codex/gpt-5-codex-mini-none', 'codex-mini'],
  ['GPT-5.1-CODEX', 'codex'],
  ['gpt-5.5', 'other'],
  ['gpt-6.1-sol', 'other'],
  ['gpt-5.1-codex-next', 'other'],
  ['gpt-5.2-codex', 'other'],
  ['codex-mini-latest', 'other'],
  ['o3', 'other'],
])('getModelFamily(%s) is %s', (given, expected) => {
  expect(getModelFamily(given)).toBe(expected)
})
