import { generateText, streamText } from 'ai'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/testing/types.ts'
import { startProvider } from '../../support/provider.ts'
import { bodyOf, collect, completed, delta, events, good, type ProviderOptions, SHAPES } from './support.ts'

const CALL = {
  inputFormat: 'prompt' as const,
  mode: { type: 'regular' as const },
  prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hi' }] }],
}

describe.each(SHAPES)('$model ($shape)', ({ model }) => {
  it('generateText tells request, response and what only Codex has', async () => {
    const { codex, server } = await startProvider({}, { login: { planType: 'pro' } })
    const before = Math.floor(Date.now() / 1000) * 1000
    const result = await generateText({ model: codex(model), prompt: 'hi' })
    const [request] = server.responseRequests
    expect(result.request.body).toBe(request?.text)
    expect(result.response).toMatchObject({ id: expect.stringMatching(/^resp_/), modelId: model })
    expect(result.response.timestamp).toBeInstanceOf(Date)
    expect(result.response.timestamp.getTime()).toBeGreaterThanOrEqual(before)
    expect(result.response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'x-codex-plan-type': 'pro',
      'x-request-id': expect.any(String),
    })
    expect(result.providerMetadata?.codex).toEqual({
      responseId: result.response.id,
      sessionId: request?.headers['session-id'],
      model,
      planType: 'pro',
      rateLimits: expect.objectContaining({ planType: 'pro' }),
      cachedInputTokens: expect.any(Number),
      reasoningTokens: expect.any(Number),
    })
  })

  it('streamText tells the same', async () => {
    const { codex, server } = await startProvider()
    const result = streamText({ model: codex(model), prompt: 'hi' })
    await result.consumeStream()
    const [request] = server.responseRequests
    expect((await result.request).body).toBe(request?.text)
    const response = await result.response
    expect(response).toMatchObject({ id: expect.stringMatching(/^resp_/), modelId: model })
    expect(response.timestamp).toBeInstanceOf(Date)
    expect(response.headers?.['x-codex-plan-type']).toBe('plus')
    expect((await result.providerMetadata)?.codex).toMatchObject({
      responseId: response.id,
      sessionId: request?.headers['session-id'],
      model,
      planType: 'plus',
    })
  })

  it('the model gives rawCall and rawResponse in both ways', async () => {
    const { codex, server } = await startProvider()
    const generated = await codex(model).doGenerate(CALL)
    const streamed = await codex(model).doStream(CALL)
    await collect(streamed.stream)
    for (const { rawCall, rawResponse, request } of [generated, streamed]) {
      const { input, ...settings } = bodyOf(server)
      expect(rawCall).toEqual({ rawPrompt: input, rawSettings: settings })
      expect(rawResponse?.headers?.['content-type']).toBe('text/event-stream')
      expect(typeof request?.body).toBe('string')
      expect(JSON.parse(request?.body ?? '')).toEqual(bodyOf(server))
    }
  })
})

describe('what the backend says', () => {
  it('its model and service tier stand above what was asked', async () => {
    const { codex, server } = await startProvider()
    server.answer(
      events(
        {
          type: 'response.created',
          response: { id: 'resp_9', created_at: 1_790_000_000, model: 'gpt-5.5-2026' },
        },
        delta('Hi'),
        {
          type: 'response.completed',
          response: { id: 'resp_9', model: 'gpt-5.5-2026', service_tier: 'priority', output: [] },
        },
      ),
    )
    const result = await generateText({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(result.response).toMatchObject({
      id: 'resp_9',
      modelId: 'gpt-5.5-2026',
      timestamp: new Date(1_790_000_000_000),
    })
    expect(result.providerMetadata?.codex).toMatchObject({
      responseId: 'resp_9',
      model: 'gpt-5.5-2026',
      serviceTier: 'priority',
    })
  })

  it('what it does not tell is absent, not 0', async () => {
    const { codex, server } = await startProvider()
    server.answer(events(delta('Hi'), completed([], null)))
    const { providerMetadata, usage } = await generateText({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(providerMetadata?.codex).not.toHaveProperty('cachedInputTokens')
    expect(providerMetadata?.codex).not.toHaveProperty('reasoningTokens')
    expect(usage.promptTokens).toBeNaN()
  })

  it.each<{ way: string; headers: Record<string, string>; metadata: JsonObject[] }>([
    { way: 'by a header', headers: { 'openai-model': 'gpt-5.4' }, metadata: [] },
    {
      way: 'by an event',
      headers: {},
      metadata: [{ type: 'codex.response.metadata', headers: { 'openai-model': 'gpt-5.4' } }],
    },
    {
      way: 'by an event, which comes later than the header',
      headers: { 'openai-model': 'gpt-5.3' },
      metadata: [{ type: 'response.metadata', headers: { 'openai-model': 'gpt-5.4' } }],
    },
  ])('the model that it took in place of the asked one: $way', async ({ headers, metadata }) => {
    const { codex, server } = await startProvider()
    const [created, ...rest] = good('Hi')
    server.answer({ type: 'events', events: [created ?? {}, ...metadata, ...rest], headers })
    const result = await generateText({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(result.providerMetadata?.codex?.model).toBe('gpt-5.4')
  })

  it.each([
    { end_turn: false, told: { endTurn: false } },
    { end_turn: undefined, told: {} },
    { end_turn: null, told: {} },
  ])('end_turn: $end_turn', async ({ end_turn, told }) => {
    const { codex, server } = await startProvider()
    server.answer(
      events(delta('Hi'), { type: 'response.completed', response: { id: 'resp_1', output: [], end_turn } }),
    )
    const result = await generateText({ model: codex('gpt-5.5'), prompt: 'hi' })
    const { endTurn } = result.providerMetadata?.codex ?? {}
    expect(endTurn === undefined ? {} : { endTurn }).toEqual(told)
    expect(result.finishReason).toBe('stop')
  })

  it('cookies are not shown', async () => {
    const { codex, server } = await startProvider()
    server.answer({ type: 'text', text: 'Hi', headers: { 'set-cookie': '__cf_bm=secret; path=/' } })
    const { response } = await generateText({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(JSON.stringify(response.headers)).not.toMatch(/cookie|secret/)
  })
})

describe('the session', () => {
  it.each<{ options: ProviderOptions[string]; session: string; key: string }>([
    { options: { sessionId: 'mine' }, session: 'mine', key: 'mine' },
    { options: { promptCacheKey: 'cache' }, session: 'cache', key: 'cache' },
    { options: { sessionId: 'mine', promptCacheKey: 'cache' }, session: 'mine', key: 'cache' },
  ])('$options', async ({ options, session, key }) => {
    const { codex, server } = await startProvider()
    const providerOptions = { codex: options }
    const result = await generateText({ model: codex('gpt-5.5'), prompt: 'hi', providerOptions })
    expect(server.responseRequests[0]?.headers['session-id']).toBe(session)
    expect(bodyOf(server).prompt_cache_key).toBe(key)
    expect(result.providerMetadata?.codex?.sessionId).toBe(session)
  })

  it('without options it is a digest: the same for the same start, another for another', async () => {
    const { codex, server } = await startProvider()
    const again = await startProvider()
    for (const model of [codex('gpt-5.5'), codex('gpt-5.5'), codex('gpt-6.1-sol')]) {
      await generateText({ model, prompt: 'hi' })
    }
    await generateText({ model: codex('gpt-5.5'), prompt: 'bye' })
    await generateText({ model: again.codex('gpt-5.5'), prompt: 'hi' })
    const keys = [...server.responseRequests, ...again.server.responseRequests].map(
      ({ json }) => json?.prompt_cache_key,
    )
    expect(keys[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(keys[1]).toBe(keys[0])
    expect(keys[4]).toBe(keys[0])
    expect(new Set(keys).size).toBe(3)
  })
})
