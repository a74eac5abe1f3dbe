import {
  createProviderRegistry,
  customProvider,
  generateText,
  type LanguageModelV1,
  NoSuchModelError,
  streamText,
  wrapLanguageModel,
} from 'ai'
import { describe, expect, it } from 'vitest'
import { createCodex } from '../../../src/index.ts'
import { startProvider } from '../../support/provider.ts'
import { bodyOf } from './support.ts'

describe('the model', () => {
  it('has what ai 4 asks for', () => {
    const model: LanguageModelV1 = createCodex()('gpt-5.1-codex')
    expect(model).toMatchObject({
      specificationVersion: 'v1',
      provider: 'codex.responses',
      modelId: 'gpt-5.1-codex',
      defaultObjectGenerationMode: 'json',
      supportsStructuredOutputs: true,
      supportsImageUrls: false,
    })
    expect(model.supportsUrl?.(new URL('https://example.com/a.png'))).toBe(false)
  })

  it('languageModel is the same as calling the provider', async () => {
    const { codex, server } = await startProvider()
    const defaults = { reasoningEffort: 'high' } as const
    for (const model of [codex('gpt-5.5', defaults), codex.languageModel('gpt-5.5', defaults)]) {
      await generateText({ model, prompt: 'hi' })
    }
    expect(bodyOf(server, 0)).toEqual(bodyOf(server, 1))
  })

  it.each(['textEmbeddingModel'] as const)('%s throws NoSuchModelError', (name) => {
    const codex = createCodex()
    let thrown: unknown
    try {
      codex[name]('some-model')
    } catch (error) {
      thrown = error
    }
    expect(NoSuchModelError.isInstance(thrown)).toBe(true)
    expect(thrown).toMatchObject({ modelId: 'some-model', modelType: name })
  })
})

describe('inside of ai', () => {
  it('createProviderRegistry', async () => {
    const { codex, server } = await startProvider()
    const registry = createProviderRegistry({ codex })
    const { text } = await generateText({ model: registry.languageModel('codex:gpt-5.5-high'), prompt: 'hi' })
    expect(text).toContain('hi')
    expect(bodyOf(server)).toMatchObject({ model: 'gpt-5.5', reasoning: { effort: 'high' } })
    expect(() => registry.textEmbeddingModel('codex:x')).toThrow('No such textEmbeddingModel: x')
  })

  it('customProvider', async () => {
    const { codex, server } = await startProvider()
    const mine = customProvider({
      languageModels: { smart: codex('gpt-6.1-sol', { reasoningEffort: 'max' }) },
      fallbackProvider: codex,
    })
    await generateText({ model: mine.languageModel('smart'), prompt: 'hi' })
    await generateText({ model: mine.languageModel('gpt-5.5'), prompt: 'hi' })
    expect(bodyOf(server, 0)).toMatchObject({ model: 'gpt-6.1-sol', reasoning: { effort: 'max' } })
    expect(bodyOf(server, 1).model).toBe('gpt-5.5')
  })

  it('wrapLanguageModel', async () => {
    const { codex } = await startProvider()
    const seen: string[] = []
    const model = wrapLanguageModel({
      model: codex('gpt-5.5'),
      middleware: {
        wrapGenerate: async ({ doGenerate }) => {
          seen.push('generate')
          const result = await doGenerate()
          return { ...result, text: result.text?.toUpperCase() ?? '' }
        },
        wrapStream: async ({ doStream }) => {
          seen.push('stream')
          return doStream()
        },
      },
    })
    expect((await generateText({ model, prompt: 'hi' })).text).toBe('YOU SAID: HI')
    const result = streamText({ model, prompt: 'hi' })
    await result.consumeStream()
    expect(await result.text).toBe('You said: hi')
    expect(seen).toEqual(['generate', 'stream'])
  })

  it('many calls at once each get their own answer', async () => {
    const { codex } = await startProvider()
    const prompts = Array.from({ length: 20 }, (_, n) => `number ${n}`)
    const model = codex('gpt-5.5')
    const answers = await Promise.all(prompts.map((prompt) => generateText({ model, prompt })))
    expect(answers.map(({ text }) => text)).toEqual(prompts.map((prompt) => `You said: ${prompt}`))
  })
})

describe('fetch', () => {
  it('the setting is used for all requests', async () => {
    const seen: string[] = []
    const { codex, server } = await startProvider(
      {
        fetch: (input, init) => {
          seen.push(new URL(String(input)).pathname)
          return fetch(input, init)
        },
      },
      { login: { expiresInSeconds: -60 } },
    )
    await generateText({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(seen).toEqual(server.requests.map(({ path }) => path))
    expect(seen).toEqual(['/oauth/token', '/backend-api/codex/responses'])
  })
})
