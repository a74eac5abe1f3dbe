import { InvalidArgumentError } from '@ai-sdk/provider'
import { generateText } from 'ai'
import { describe, expect, it } from 'vitest'
import type { CodexProviderOptions } from '../../../src/index.ts'
import type { JsonObject } from '../../../src/testing/types.ts'
import { startProvider } from '../../support/provider.ts'
import { bodyOf, type ProviderOptions, rejection, SHAPES } from './support.ts'

/** What one call sent and warned of. */
async function send(
  providerOptions: ProviderOptions,
  { model = 'gpt-5.5', defaults }: { model?: string; defaults?: CodexProviderOptions } = {},
) {
  const { codex, server } = await startProvider({ codexMode: false })
  const { warnings } = await generateText({ model: codex(model, defaults), prompt: 'hi', providerOptions })
  const body: JsonObject = bodyOf(server)
  return { body, warnings: warnings ?? [], text: server.responseRequests[0]?.text ?? '' }
}

const effortOf = (body: JsonObject) => (body.reasoning as JsonObject).effort

describe('precedence', () => {
  it.each<{
    name: string
    model?: string
    defaults?: CodexProviderOptions
    given: ProviderOptions
    effort: string
  }>([
    {
      name: 'codex over openai, defaults and suffix',
      model: 'gpt-5.5-low',
      defaults: { reasoningEffort: 'medium' },
      given: { codex: { reasoningEffort: 'xhigh' }, openai: { reasoningEffort: 'high' } },
      effort: 'xhigh',
    },
    {
      name: 'openai over defaults and suffix',
      model: 'gpt-5.5-low',
      defaults: { reasoningEffort: 'medium' },
      given: { openai: { reasoningEffort: 'high' } },
      effort: 'high',
    },
    {
      name: 'openai where codex is silent on it',
      given: { codex: { textVerbosity: 'high' }, openai: { reasoningEffort: 'high' } },
      effort: 'high',
    },
    {
      name: 'defaults over suffix',
      model: 'gpt-5.5-low',
      defaults: { reasoningEffort: 'high' },
      given: {},
      effort: 'high',
    },
    { name: 'suffix over the default of the model', model: 'gpt-5.5-low', given: {}, effort: 'low' },
    { name: 'the default of the model', model: 'gpt-5.5', given: {}, effort: 'medium' },
    { name: 'the default of a lite model', model: 'gpt-6.1-sol', given: {}, effort: 'low' },
  ])('$name: $effort', async ({ model, defaults, given, effort }) => {
    const { body, warnings } = await send(given, {
      ...(model === undefined ? {} : { model }),
      ...(defaults === undefined ? {} : { defaults }),
    })
    expect(effortOf(body)).toBe(effort)
    expect(warnings).toEqual([])
  })
})

describe('what options become', () => {
  it.each<{ given: ProviderOptions[string]; sent: JsonObject }>([
    {
      given: { reasoningSummary: 'detailed' },
      sent: { reasoning: { effort: 'medium', summary: 'detailed' } },
    },
    { given: { reasoningSummary: 'none' }, sent: { reasoning: { effort: 'medium' } } },
    { given: { reasoningSummary: null }, sent: { reasoning: { effort: 'medium' } } },
    { given: {}, sent: { reasoning: { effort: 'medium', summary: 'auto' }, text: { verbosity: 'low' } } },
    { given: { textVerbosity: 'high' }, sent: { text: { verbosity: 'high' } } },
    { given: { parallelToolCalls: false }, sent: { parallel_tool_calls: false } },
    { given: { serviceTier: 'priority' }, sent: { service_tier: 'priority' } },
    { given: { serviceTier: 'fast' }, sent: { service_tier: 'priority' } },
    { given: { promptCacheKey: 'key' }, sent: { prompt_cache_key: 'key' } },
    {
      given: { include: ['reasoning.encrypted_content'] },
      sent: { include: ['reasoning.encrypted_content'] },
    },
    { given: { codexMode: true, instructions: 'Own base.' }, sent: { instructions: 'Own base.' } },
  ])('$given', async ({ given, sent }) => {
    for (const namespace of ['codex', 'openai']) {
      const { body, warnings } = await send({ [namespace]: given })
      expect(body).toMatchObject(sent)
      if ('reasoning' in sent) expect(body.reasoning).toEqual(sent.reasoning)
      expect(warnings).toEqual([])
    }
  })

  it('lite models call one tool at a time', async () => {
    const { body, warnings } = await send({ codex: { parallelToolCalls: true } }, { model: 'gpt-6.1-sol' })
    expect(body.parallel_tool_calls).toBe(false)
    expect(warnings).toMatchObject([{ type: 'unsupported-setting', setting: 'parallelToolCalls' }])
  })
})

describe('wrong values', () => {
  it.each<{ given: ProviderOptions; argument: string; words: string }>([
    {
      given: { codex: { reasoningEffort: 'huge' } },
      argument: 'providerOptions.codex.reasoningEffort',
      words: '"none", "minimal", "low", "medium", "high", "xhigh"',
    },
    {
      given: { openai: { reasoningEffort: 'huge' } },
      argument: 'providerOptions.openai.reasoningEffort',
      words: '"xhigh"',
    },
    {
      given: { codex: { reasoningSummary: 'long' } },
      argument: 'providerOptions.codex.reasoningSummary',
      words: '"auto", "concise", "detailed", "none"',
    },
    {
      given: { codex: { textVerbosity: 3 } },
      argument: 'providerOptions.codex.textVerbosity',
      words: '"low", "medium", "high"',
    },
    {
      given: { codex: { parallelToolCalls: 'yes' } },
      argument: 'providerOptions.codex.parallelToolCalls',
      words: 'boolean',
    },
    { given: { codex: { include: 'x' } }, argument: 'providerOptions.codex.include', words: 'array' },
    {
      given: { codex: { promptCacheKey: '' } },
      argument: 'providerOptions.codex.promptCacheKey',
      words: '1',
    },
  ])('$argument', async ({ given, argument, words }) => {
    const { codex, server } = await startProvider()
    const failure = await rejection(
      generateText({ model: codex('gpt-5.5'), prompt: 'hi', providerOptions: given }),
    )
    expect(InvalidArgumentError.isInstance(failure)).toBe(true)
    expect(failure).toMatchObject({ argument })
    expect(String(failure)).toContain(argument)
    expect(String(failure)).toContain(words)
    expect(server.requests).toEqual([])
  })

  it("of a model's defaults", async () => {
    const { codex } = await startProvider()
    const model = codex('gpt-5.5', { reasoningEffort: 'huge' as never })
    const failure = await rejection(generateText({ model, prompt: 'hi' }))
    expect(InvalidArgumentError.isInstance(failure)).toBe(true)
    expect(String(failure)).toMatch(/reasoningEffort.*"xhigh"/)
  })
})

describe('unknown keys', () => {
  it.each([
    { key: 'reasoningEfort', nearest: 'reasoningEffort' },
    { key: 'reasoning_effort', nearest: 'reasoningEffort' },
    { key: 'sessionID', nearest: 'sessionId' },
    { key: 'TextVerbosity', nearest: 'textVerbosity' },
    { key: 'somethingElse', nearest: undefined },
  ])('$key is a warning in codex, silent in openai', async ({ key, nearest }) => {
    const { warnings, text } = await send({ codex: { [key]: 'mark-1' } })
    expect(warnings).toEqual([
      { type: 'other', message: expect.stringContaining(`providerOptions.codex.${key}`) },
    ])
    if (nearest) expect(JSON.stringify(warnings)).toContain(`Did you mean ${nearest}?`)
    expect(text).not.toContain('mark-1')
    expect((await send({ openai: { [key]: 'low' } })).warnings).toEqual([])
  })

  it('options of other providers are not looked at', async () => {
    const { warnings, text } = await send({ anthropic: { thinking: { type: 'enabled', marker: 'mark-1' } } })
    expect(warnings).toEqual([])
    expect(text).not.toContain('mark-1')
  })
})

const REFUSED: Record<string, unknown> = {
  metadata: { a: 'b' },
  user: 'me',
  safetyIdentifier: 'x',
  promptCacheRetention: '24h',
  maxToolCalls: 3,
  maxOutputTokens: 100,
  maxTokens: 100,
  maxCompletionTokens: 100,
  temperature: 1,
  topP: 1,
  truncation: 'auto',
  background: true,
  topLogprobs: 3,
  logprobs: true,
  previousResponseId: 'resp_1',
  conversation: 'conv_1',
  streamOptions: {},
  store: true,
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

describe('refused options', () => {
  const names = Object.keys(REFUSED).flatMap((name) =>
    [...new Set([name, snakeCase(name)])].map((key) => ({ name, key })),
  )
  it.each(names.flatMap((entry) => ['codex', 'openai'].map((namespace) => ({ ...entry, namespace }))))(
    '$namespace.$key is a warning and not in the body',
    async ({ name, key, namespace }) => {
      const { body, warnings } = await send({ [namespace]: { [key]: REFUSED[name] } } as ProviderOptions)
      expect(warnings).toEqual([
        { type: 'unsupported-setting', setting: key, details: expect.stringContaining(key) },
      ])
      if (name === 'store') expect(body.store).toBe(false)
      else for (const field of [name, snakeCase(name)]) expect(body).not.toHaveProperty(field)
    },
  )

  it.each(SHAPES)('serviceTier other than priority ($model)', async ({ model }) => {
    const { body, warnings } = await send({ codex: { serviceTier: 'flex' } }, { model })
    expect(warnings).toMatchObject([{ type: 'unsupported-setting', setting: 'serviceTier' }])
    expect(body).not.toHaveProperty('service_tier')
  })
})
