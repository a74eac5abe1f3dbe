import { expect } from 'vitest'
import { bodyOf } from '../adapters/v1/support.ts'
import { eachAI, eachWay } from './support/contract.ts'
import { ROUTE } from './support/route.ts'

eachAI('the model has what its version asks for', async ({ ai, start }) => {
  const { codex } = await start()
  expect(codex('codex/GPT-5.5-high')).toMatchObject({
    specificationVersion: ai.specification,
    provider: `${ROUTE}.responses`,
    modelId: 'gpt-5.5',
    ...(ai.major === 4
      ? { defaultObjectGenerationMode: 'json', supportsStructuredOutputs: true, supportsImageUrls: false }
      : { supportedUrls: {} }),
  })
  if (ai.major >= 6) expect(codex).toHaveProperty('specificationVersion', ai.specification)
})

eachWay('languageModel is the same as calling the provider; defaults hold', async ({ ask, start }) => {
  const { codex, server } = await start()
  const defaults = { reasoningEffort: 'high' }
  await ask({ model: codex('gpt-5.5', defaults), prompt: 'hi' })
  await ask({ model: codex.languageModel('gpt-5.5', defaults), prompt: 'hi' })
  await ask({
    model: codex('gpt-5.5', defaults),
    prompt: 'hi',
    providerOptions: { codex: { reasoningEffort: 'low' } },
  })
  expect(bodyOf(server, 0)).toMatchObject({ reasoning: { effort: 'high' } })
  expect(bodyOf(server, 1)).toEqual(bodyOf(server, 0))
  expect(bodyOf(server, 2)).toMatchObject({ reasoning: { effort: 'low' } })
})

eachAI('models that a plan has not: NoSuchModelError', async ({ ai, start }) => {
  const { codex } = await start()
  expect(ai.missingKinds).not.toEqual([])
  for (const kind of ai.missingKinds) {
    const make = (codex as unknown as Record<string, (id: string) => unknown>)[kind]
    let thrown: unknown
    try {
      make?.('some-model')
    } catch (error) {
      thrown = error
    }
    expect(ai.isNoSuchModel(thrown), kind).toBe(true)
    expect(thrown).toMatchObject({ modelId: 'some-model' })
  }
})

eachWay('createProviderRegistry', async ({ ai, ask, start }) => {
  const { codex, server } = await start()
  const seen = await ask({ model: ai.fromRegistry(codex, 'codex:gpt-5.5-high'), prompt: 'hi' })
  expect(seen).toMatchObject({ text: 'You said: hi', errors: [] })
  expect(bodyOf(server)).toMatchObject({ model: 'gpt-5.5', reasoning: { effort: 'high' } })
})

eachWay('customProvider, with a fallback', async ({ ai, ask, start }) => {
  const { codex, server } = await start()
  const models = { smart: codex('gpt-6.1-sol', { reasoningEffort: 'max' }) }
  const named = await ask({ model: ai.fromCustomProvider(codex, models, 'smart'), prompt: 'hi' })
  const other = await ask({ model: ai.fromCustomProvider(codex, models, 'gpt-5.5'), prompt: 'hi' })
  expect([named.errors, other.errors]).toEqual([[], []])
  expect(bodyOf(server, 0)).toMatchObject({ model: 'gpt-6.1-sol', reasoning: { effort: 'max' } })
  expect(bodyOf(server, 1).model).toBe('gpt-5.5')
})

eachWay('wrapLanguageModel with a middleware that changes the answer', async ({ ai, ask, start }) => {
  const { codex } = await start()
  const seen = await ask({ model: ai.inCapitals(codex('gpt-5.5')), prompt: 'hi' })
  expect(seen).toMatchObject({ text: 'YOU SAID: HI', said: 'YOU SAID: HI', errors: [] })
})

eachWay('defaultSettingsMiddleware: defaults that the call can overrule', async ({ ai, ask, start }) => {
  const { codex, server } = await start()
  const model = ai.withDefaults(codex('gpt-5.5'), {
    codex: { reasoningEffort: 'high', textVerbosity: 'low' },
  })
  await ask({ model, prompt: 'hi' })
  await ask({ model, prompt: 'hi', providerOptions: { codex: { reasoningEffort: 'low' } } })
  expect(bodyOf(server, 0)).toMatchObject({ reasoning: { effort: 'high' }, text: { verbosity: 'low' } })
  expect(bodyOf(server, 1)).toMatchObject({ reasoning: { effort: 'low' } })
})

eachWay('many calls at once each get their own answer', async ({ ask, start }) => {
  const { codex } = await start()
  const prompts = Array.from({ length: 10 }, (_, n) => `number ${n}`)
  const seen = await Promise.all(prompts.map((prompt) => ask({ model: codex('gpt-5.5'), prompt })))
  expect(seen.map(({ text }) => text)).toEqual(prompts.map((prompt) => `You said: ${prompt}`))
})

eachWay('an expired login is renewed once for all calls', async ({ ask, start }) => {
  const { codex, server } = await start({}, { expiresInSeconds: -60 })
  const model = codex('gpt-5.5')
  const seen = await Promise.all([1, 2, 3].map(() => ask({ model, prompt: 'hi' })))
  expect(seen.flatMap(({ errors }) => errors)).toEqual([])
  expect(server.tokenRequests).toHaveLength(1)
})
