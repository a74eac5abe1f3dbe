import { InvalidArgumentError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import { readOptions } from '../src/options.ts'

describe('precedence', () => {
  test('codex, then openai, then the defaults of the model', () => {
    const { options, warnings } = readOptions(
      {
        codex: { reasoningEffort: 'high' },
        openai: { reasoningEffort: 'low', textVerbosity: 'low' },
      },
      { reasoningEffort: 'medium', textVerbosity: 'high', parallelToolCalls: false },
    )
    expect(options).toEqual({ reasoningEffort: 'high', textVerbosity: 'low', parallelToolCalls: false })
    expect(warnings).toEqual([])
  })

  test.each([[undefined], [{}], [{ codex: {} }], [{ codex: undefined }], [{ anthropic: { x: 1 } }]])(
    'nothing given: %j',
    (given) => {
      expect(readOptions(given)).toEqual({ options: {}, warnings: [] })
    },
  )
})

describe('wrong values name the option and what is allowed', () => {
  test.each([
    ['reasoningEffort', 'hihg', '"none", "minimal", "low", "medium", "high", "xhigh", "max", "ultra"'],
    ['reasoningSummary', 'long', '"auto", "concise", "detailed", "none"'],
    ['textVerbosity', 'loud', '"low", "medium", "high"'],
    ['parallelToolCalls', 'yes', 'boolean'],
    ['promptCacheKey', '', '>=1'],
    ['sessionId', 7, 'string'],
    ['sessionId', 'a\r\nx: y', 'must be printable ASCII'],
    ['promptCacheKey', 'schlüssel', 'must be printable ASCII'],
    ['serviceTier', 1, 'string'],
    ['instructions', {}, 'string'],
    ['codexMode', 1, 'boolean'],
    ['strictJsonSchema', 'x', 'boolean'],
    ['include', 'x', 'array'],
  ])('%s: %j', (name, value, allowed) => {
    for (const provider of ['codex', 'openai']) {
      let error: unknown
      try {
        readOptions({ [provider]: { [name]: value } })
      } catch (caught) {
        error = caught
      }
      expect(InvalidArgumentError.isInstance(error)).toBe(true)
      expect(error).toMatchObject({ message: expect.stringContaining(`providerOptions.${provider}.${name}`) })
      expect(error).toMatchObject({ message: expect.stringContaining(allowed) })
    }
  })

  test('options that are no object', () => {
    expect(() => readOptions({ codex: 'high' })).toThrow('providerOptions.codex must be an object.')
  })
})

describe('options that the backend refuses are left out with a warning', () => {
  test.each([
    'metadata',
    'user',
    'safetyIdentifier',
    'promptCacheRetention',
    'maxToolCalls',
    'maxOutputTokens',
    'max_output_tokens',
    'max_tokens',
    'max_completion_tokens',
    'truncation',
    'background',
    'topLogprobs',
    'top_logprobs',
    'logprobs',
    'previousResponseId',
    'previous_response_id',
    'stream_options',
  ])('%s', (name) => {
    for (const provider of ['codex', 'openai']) {
      const { options, warnings } = readOptions({ [provider]: { [name]: 'x' } })
      expect(options).toEqual({})
      expect(warnings).toEqual([
        {
          type: 'setting',
          setting: name,
          details: expect.stringContaining('Codex backend does not take it'),
        },
      ])
    }
  })

  test('store: true is one of them, store: false is what we do anyway (BR-06)', () => {
    expect(readOptions({ openai: { store: true } }).warnings).toMatchObject([{ setting: 'store' }])
    expect(readOptions({ openai: { store: false } }).warnings).toEqual([])
  })
})

describe('unknown options', () => {
  test.each([
    ['reasoningEfort', 'Did you mean reasoningEffort?'],
    ['reasoning_effort', 'Did you mean reasoningEffort?'],
    ['verbosity', 'Did you mean textVerbosity?'],
    ['effort', 'Did you mean reasoningEffort?'],
    ['textVerbositi', 'Did you mean textVerbosity?'],
    ['somethingElse', undefined],
  ])('%s', (name, hint) => {
    const [warning] = readOptions({ codex: { [name]: 'x' } }).warnings
    const message = `providerOptions.codex.${name} is not an option of this provider and is ignored.`
    expect(warning).toEqual({ type: 'other', message: hint ? `${message} ${hint}` : message })
    expect(readOptions({ openai: { [name]: 'x' } }).warnings).toEqual([])
  })
})

test('null counts as not set, but for reasoningSummary, where it means none', () => {
  const { options } = readOptions({ codex: { reasoningEffort: null, reasoningSummary: null } })
  expect(options).toEqual({ reasoningSummary: null })
})
