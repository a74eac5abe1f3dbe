import { generateText } from 'ai'
import { describe, expect, it } from 'vitest'
import { bodyOf, type ProviderOptions, SHAPES, WAYS } from '../adapters/v1/support.ts'
import { startProvider } from '../support/provider.ts'

const settingsIn = (warnings: readonly unknown[] | undefined): unknown[] =>
  (warnings ?? []).flatMap((warning) =>
    (warning as { type: string; setting?: string }).type === 'unsupported-setting'
      ? [(warning as { setting?: string }).setting]
      : [],
  )

const CAPS = ['max_output_tokens', 'max_tokens', 'max_completion_tokens', 'maxOutputTokens', 'maxTokens']

describe('BR-01 output cap sent to a backend that refuses it', () => {
  it.each(SHAPES)('maxTokens is left out with a warning ($model)', async ({ model }) => {
    const { codex, server } = await startProvider()
    const result = await generateText({ model: codex(model), prompt: 'hi', maxTokens: 512 })
    expect(result.text).toContain('hi')
    for (const cap of CAPS) expect(bodyOf(server)).not.toHaveProperty(cap)
    expect(result.warnings).toEqual([
      { type: 'unsupported-setting', setting: 'maxTokens', details: expect.stringContaining('maxTokens') },
    ])
  })

  it.each(
    ['codex', 'openai'].flatMap((namespace) =>
      ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'maxOutputTokens'].map((cap) => ({
        namespace,
        cap,
      })),
    ),
  )('$cap in providerOptions.$namespace', async ({ namespace, cap }) => {
    const { codex, server } = await startProvider()
    const result = await generateText({
      model: codex('gpt-5.5'),
      prompt: 'hi',
      providerOptions: { [namespace]: { [cap]: 512 } },
    })
    expect(settingsIn(result.warnings)).toEqual([cap])
    for (const name of CAPS) expect(bodyOf(server)).not.toHaveProperty(name)
  })
})

describe('BR-02 sampling settings refused', () => {
  const GIVEN = {
    topP: 1,
    topK: 5,
    frequencyPenalty: 0,
    presencePenalty: 0,
    seed: 1,
    stopSequences: ['X'],
  }

  it.each(WAYS)('none is in the body, one warning for each that was given ($way)', async ({ hear }) => {
    const { codex, server } = await startProvider()
    const { warnings, errors } = await hear({
      model: codex('gpt-5.5'),
      prompt: 'hi',
      temperature: 0,
      ...GIVEN,
    })
    expect(errors).toEqual([])
    expect(settingsIn(warnings).sort()).toEqual(Object.keys(GIVEN).sort())
    const names = [
      'temperature',
      'top_p',
      'top_k',
      'frequency_penalty',
      'presence_penalty',
      'seed',
      'stop',
      ...Object.keys(GIVEN),
    ]
    for (const name of names) expect(bodyOf(server)).not.toHaveProperty(name)
  })

  it.each(WAYS)('none is warned of that was not given; ai 4 sends temperature 0 ($way)', async ({ hear }) => {
    const { codex } = await startProvider()
    expect((await hear({ model: codex('gpt-5.5'), prompt: 'hi' })).warnings).toEqual([])
  })

  it('a temperature that was set gives a warning', async () => {
    const { codex } = await startProvider()
    const { warnings } = await generateText({ model: codex('gpt-5.5'), prompt: 'hi', temperature: 0.5 })
    expect(settingsIn(warnings)).toEqual(['temperature'])
  })
})

describe('BR-04 truncation and stream_options refused', () => {
  it.each<{ options: ProviderOptions[string] }>([
    { options: { truncation: 'auto' } },
    { options: { stream_options: { include_usage: true } } },
    { options: { streamOptions: { includeUsage: true } } },
  ])('$options', async ({ options }) => {
    const { codex, server } = await startProvider()
    const result = await generateText({
      model: codex('gpt-5.5'),
      prompt: 'hi',
      providerOptions: { openai: options },
    })
    expect(settingsIn(result.warnings)).toEqual(Object.keys(options))
    expect(server.responseRequests[0]?.text).not.toMatch(/truncation|stream_?options/i)
  })
})

describe('BR-06 store missing or true', () => {
  it.each<{ options: ProviderOptions; warned: string[] }>([
    { options: {}, warned: [] },
    { options: { openai: { store: true } }, warned: ['store'] },
    { options: { codex: { store: true } }, warned: ['store'] },
    { options: { openai: { store: false } }, warned: [] },
  ])('$options', async ({ options, warned }) => {
    const { codex, server } = await startProvider()
    const result = await generateText({ model: codex('gpt-5.5'), prompt: 'hi', providerOptions: options })
    const body = bodyOf(server)
    expect(body.store).toBe(false)
    expect(body.include).toContain('reasoning.encrypted_content')
    expect(settingsIn(result.warnings)).toEqual(warned)
  })
})
