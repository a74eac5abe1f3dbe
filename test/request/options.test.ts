import { InvalidArgumentError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import { REASONING_EFFORTS } from '../../src/models/efforts.ts'
import { type CodexProviderOptions, readOptions as read } from '../../src/request/options.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'

async function readOptions(given: Parameters<typeof read>[0], defaults: CodexProviderOptions = {}) {
  const warnings = createWarningCollector()
  return { options: await read(given, defaults, warnings), warnings: warnings.list() }
}

describe('precedence', () => {
  test('codex, then openai, then the defaults of the model', async () => {
    const { options, warnings } = await readOptions(
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
    async (given) => {
      expect(await readOptions(given)).toEqual({ options: {}, warnings: [] })
    },
  )
})

test('each option is read, from both namespaces and from the defaults', async () => {
  const all = {
    reasoningEffort: 'ultra',
    reasoningSummary: 'concise',
    textVerbosity: 'high',
    parallelToolCalls: false,
    promptCacheKey: 'a',
    sessionId: 'b',
    serviceTier: 'fast',
    instructions: 'c',
    codexMode: false,
    strictJsonSchema: true,
    include: ['x'],
  } as const satisfies Record<string, unknown>
  const expected = { options: all, warnings: [] }
  expect(await readOptions({ codex: all })).toEqual(expected)
  expect(await readOptions({ openai: all })).toEqual(expected)
  expect(await readOptions(undefined, { ...all, include: ['x'] })).toEqual(expected)
})

test('a prompt cache key may be any text that is not blank', async () => {
  for (const promptCacheKey of ['schlüssel', '会話 1', 'a\nb']) {
    expect(await readOptions({ codex: { promptCacheKey } })).toEqual({
      options: { promptCacheKey },
      warnings: [],
    })
  }
})

test.each(REASONING_EFFORTS)(
  'the effort %s is taken from both namespaces (BR-27)',
  async (reasoningEffort) => {
    for (const provider of ['codex', 'openai']) {
      expect((await readOptions({ [provider]: { reasoningEffort } })).options).toEqual({ reasoningEffort })
    }
  },
)

test.each([
  [{ reasoningEffort: 'HIGH' }, { reasoningEffort: 'high' }],
  [{ reasoningEffort: { effort: 'XHigh' } }, { reasoningEffort: 'xhigh' }],
  [{ reasoningEffort: { effort: null } }, {}],
  [{ textVerbosity: 'Low' }, { textVerbosity: 'low' }],
  [{ reasoningSummary: 'Detailed' }, { reasoningSummary: 'detailed' }],
])('%j is read as %j', async (given, options) => {
  for (const provider of ['codex', 'openai']) {
    expect(await readOptions({ [provider]: given })).toEqual({ options, warnings: [] })
  }
  expect(await readOptions({}, given as CodexProviderOptions)).toEqual({ options, warnings: [] })
})

test('what stands beside the effort is ignored with a warning', async () => {
  const reasoningEffort = { effort: 'high', summary: 'detailed' }
  expect(await readOptions({ codex: { reasoningEffort } })).toEqual({
    options: { reasoningEffort: 'high' },
    warnings: [
      {
        type: 'other',
        message: expect.stringContaining('providerOptions.codex.reasoningEffort.summary is not'),
      },
    ],
  })
})

describe('wrong values name the option and what is allowed', () => {
  test.each([
    ['reasoningEffort', 'hihg', '"none", "minimal", "low", "medium", "high", "xhigh", "max", "ultra"'],
    ['reasoningSummary', 'long', '"auto", "concise", "detailed", "none"'],
    ['textVerbosity', 'loud', '"low", "medium", "high"'],
    ['parallelToolCalls', 'yes', 'allowed are the booleans true, false'],
    ['promptCacheKey', '', '>=1'],
    ['sessionId', 7, 'string'],
    ['sessionId', 'a\r\nx: y', 'must be printable ASCII'],
    ['sessionId', 'schlüssel', 'must be printable ASCII'],
    ['sessionId', ' ', 'must not be blank'],
    ['promptCacheKey', ' \n', 'must not be blank'],
    ['promptCacheKey', 7, 'string'],
    ['serviceTier', 1, 'string'],
    ['instructions', {}, 'string'],
    ['codexMode', 1, 'allowed are the booleans true, false'],
    ['strictJsonSchema', 'x', 'allowed are the booleans true, false'],
    ['include', 'x', 'array'],
    ['include', [1], 'string'],
    ['reasoningEffort', { effort: 'hihg' }, '"none", "minimal"'],
    ['reasoningEffort', { level: 'high' }, '"none", "minimal"'],
    ['reasoningEffort', ['high'], '"none", "minimal"'],
  ])('%s: %j', async (name, value, allowed) => {
    for (const provider of ['codex', 'openai']) {
      let error: unknown
      try {
        await readOptions({ [provider]: { [name]: value } })
      } catch (caught) {
        error = caught
      }
      expect(InvalidArgumentError.isInstance(error)).toBe(true)
      expect(error).toMatchObject({ message: expect.stringContaining(`providerOptions.${provider}.${name}`) })
      expect(error).toMatchObject({ message: expect.stringContaining(allowed) })
    }
  })

  test.each([['high'], [['high']], [1], [true]])('options that are no object: %j', async (codex) => {
    await expect(readOptions({ codex })).rejects.toThrow('providerOptions.codex must be an object.')
  })

  test('the defaults of a model are checked as well', async () => {
    const given = { textVerbosity: 'loud' } as unknown as CodexProviderOptions
    await expect(readOptions({}, given)).rejects.toThrow(
      'Invalid value for codex(modelId, defaults).textVerbosity: allowed are "low", "medium", "high".',
    )
    const { options, warnings } = await readOptions({}, { user: 'u', metadata: { a: 'b' } })
    expect(options).toEqual({})
    expect(warnings).toMatchObject([{ setting: 'user' }, { setting: 'metadata' }])
  })
})

describe('options that the backend refuses are left out with a warning', () => {
  const SNAKE = [
    'metadata',
    'user',
    'safety_identifier',
    'prompt_cache_retention',
    'max_tool_calls',
    'max_tokens',
    'max_completion_tokens',
    'max_output_tokens',
    'temperature',
    'top_p',
    'top_k',
    'seed',
    'stop',
    'presence_penalty',
    'frequency_penalty',
    'logit_bias',
    'truncation',
    'background',
    'top_logprobs',
    'logprobs',
    'previous_response_id',
    'conversation',
    'prompt',
    'stream_options',
    'context_management',
  ]
  const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

  test.each([...new Set([...SNAKE, ...SNAKE.map(camel)])])('%s', async (name) => {
    expect((await readOptions({ codex: { [name]: null }, openai: { [name]: null } })).warnings).toEqual([])
    for (const provider of ['codex', 'openai']) {
      const { options, warnings } = await readOptions({ [provider]: { [name]: 'x' } })
      expect(options).toEqual({})
      expect(warnings).toEqual([
        {
          type: 'setting',
          setting: name,
          details: expect.stringContaining('backend does not take it'),
        },
      ])
    }
  })

  test.each([
    [{ codex: { max_tool_calls: 1, maxToolCalls: 1 } }],
    [{ codex: { user: 'me' }, openai: { user: 'me' } }],
    [{ codex: { max_tokens: 1, max_completion_tokens: 1 }, openai: { maxOutputTokens: 1 } }],
    [{ codex: { store: true }, openai: { store: 'yes' } }],
  ])('one warning for an option under several names: %j', async (given) => {
    expect((await readOptions(given)).warnings).toHaveLength(1)
  })

  test.each([
    [true, true],
    ['yes', true],
    [false, false],
    [null, false],
  ])('store: %j warns: %j, since nothing is stored anyway (BR-06)', async (store, warns) => {
    for (const provider of ['codex', 'openai']) {
      const { options, warnings } = await readOptions({ [provider]: { store } })
      expect(options).toEqual({})
      expect(warnings.map((warning) => warning.type === 'setting' && warning.setting)).toEqual(
        warns ? ['store'] : [],
      )
    }
  })

  test('service_tier other than priority', async () => {
    const warning = { type: 'setting', setting: 'service_tier' }
    for (const provider of ['codex', 'openai']) {
      expect((await readOptions({ [provider]: { service_tier: 'flex' } })).warnings).toMatchObject([warning])
    }
    const [message] = (await readOptions({ codex: { service_tier: 'priority' } })).warnings
    expect(message).toMatchObject({ message: expect.stringContaining('Did you mean serviceTier?') })
  })
})

describe('unknown options', () => {
  test.each([
    ['reasoningEfort', 'Did you mean reasoningEffort?'],
    ['reasoning_effort', 'Did you mean reasoningEffort?'],
    ['verbosity', 'Did you mean textVerbosity?'],
    ['effort', 'Did you mean reasoningEffort?'],
    ['textVerbositi', 'Did you mean textVerbosity?'],
    ['parallel_tool_calls', 'Did you mean parallelToolCalls?'],
    ['prompt_cache_key', 'Did you mean promptCacheKey?'],
    ['cache_key', 'Did you mean promptCacheKey?'],
    ['session_id', 'Did you mean sessionId?'],
    ['ReasoningSummary', 'Did you mean reasoningSummary?'],
    ['reasoning', 'Did you mean reasoningEffort?'],
    ['instruction', 'Did you mean instructions?'],
    ['codex_mode', 'Did you mean codexMode?'],
    ['includes', 'Did you mean include?'],
    ['somethingElse', undefined],
    // Refused options are no better names.
    ['usr', undefined],
    ['n', undefined],
    ['', undefined],
    ['__proto__x', undefined],
  ])('%s', async (name, hint) => {
    const [warning] = (await readOptions({ codex: { [name]: 'x' } })).warnings
    const message = `providerOptions.codex.${name} is not an option of this provider and is ignored.`
    expect(warning).toEqual({ type: 'other', message: hint ? `${message} ${hint}` : message })
    expect((await readOptions({ openai: { [name]: 'x' } })).warnings).toEqual([])
  })
})

test('null counts as not set, but for reasoningSummary, where it means none', async () => {
  const { options } = await readOptions({ codex: { reasoningEffort: null, reasoningSummary: null } })
  expect(options).toEqual({ reasoningSummary: null })
})
