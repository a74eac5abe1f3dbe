import { describe, expect } from 'vitest'
import type { CodexProviderMetadata } from '../../src/index.ts'
import type { JsonObject } from '../../src/testing/types.ts'
import { bodyOf, events, good } from '../adapters/v1/support.ts'
import { NO_LIMITS } from '../support/no-limits.ts'
import { eachAI, eachWay, onCodexOnly, SHAPES } from './support/contract.ts'
import { ON, ROUTE } from './support/route.ts'
import { newTelemetry } from './support/telemetry.ts'

/** As `Date.toISOString` writes it. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe.each(SHAPES)('metadata, $model ($shape)', ({ model }) => {
  eachWay('metadata of the answer', async ({ ask, start }) => {
    const { codex, server } = await start({}, { planType: 'pro' })
    const seen = await ask({
      model: codex(model),
      prompt: 'hi',
      providerOptions: { codex: { sessionId: 'my-session' } },
    })
    expect(seen.metadata).toMatchObject({
      responseId: expect.stringMatching(/^resp_/),
      sessionId: 'my-session',
      model,
    })
    expect(seen.metadata.planType).toBe(ON.tellsPlan ? 'pro' : undefined)
    expect(seen.response).toMatchObject({
      id: seen.metadata.responseId,
      modelId: model,
      timestamp: expect.any(Date),
      headers: ON.tellsPlan ? { 'x-codex-plan-type': 'pro', 'x-codex-primary-used-percent': '12' } : {},
    })
    expect(seen.requestBody).toEqual(bodyOf(server))
  })
})

eachWay('usage: input, output, cached, reasoning', async ({ ask, start }) => {
  const { codex, server } = await start()
  server.answer(events(...good('Hello')))
  const { usage } = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
  expect(usage).toEqual({ input: 10, output: 6, cached: 4, reasoning: 2 })
})

describe('rateLimits', () => {
  const [created = {}, ...rest] = good('Hello')
  const limits = (fields: JsonObject) => ({ type: 'codex.rate_limits', ...fields })

  onCodexOnly('limits come in headers and events that the other route does not have', () => {
    eachWay('by the headers, with the times as texts', async ({ ask, start }) => {
      const { codex } = await start({}, { planType: 'pro' })
      const { rateLimits } = (await ask({ model: codex('gpt-5.5'), prompt: 'hi' })).metadata
      expect(rateLimits).toEqual({
        planType: 'pro',
        primary: { usedPercent: 12, windowMinutes: 300, resetsAt: expect.stringMatching(ISO_TIME) },
        secondary: { usedPercent: 34, windowMinutes: 10_080, resetsAt: expect.stringMatching(ISO_TIME) },
        credits: { hasCredits: false, unlimited: false },
      })
    })

    eachWay('by events, wherever they come: their last word counts more than the headers', async (test) => {
      const { codex, server } = await test.start({}, { planType: 'pro' })
      const last = {
        plan_type: 'plus',
        rate_limits: { allowed: true, primary: { used_percent: 43, reset_at: 4e9 } },
        credits: { has_credits: true, unlimited: false, balance: '12.5' },
      }
      const first = limits({ rate_limits: { limit_reached: false, primary: { used_percent: 42 } } })
      const other = limits({
        metered_limit_name: 'codex_other',
        rate_limits: { primary: { used_percent: 99, window_minutes: 60 } },
      })
      server.answer(events(first, created, other, ...rest.slice(0, -1), limits(last), ...rest.slice(-1)))
      const seen = await test.ask({ model: codex('gpt-5.5'), prompt: 'hi' })
      expect(seen).toMatchObject({ text: 'Hello', finishReason: 'stop' })
      expect(seen.metadata.planType).toBe('plus')
      expect(seen.metadata.rateLimits).toEqual({
        planType: 'plus',
        activeLimit: 'codex_other',
        primary: { usedPercent: 43, windowMinutes: 300, resetsAt: '2096-10-02T07:06:40.000Z' },
        secondary: { usedPercent: 34, windowMinutes: 10_080, resetsAt: expect.stringMatching(ISO_TIME) },
        credits: { hasCredits: true, unlimited: false, balance: '12.5' },
        allowed: true,
        limitReached: false,
        otherLimits: { codex_other: { primary: { usedPercent: 99, windowMinutes: 60 } } },
      })
    })
  })

  eachWay('of other limits, by their headers', async ({ ask, start }) => {
    const { codex, server } = await start()
    const headers = {
      'x-codex-active-limit': 'codex_other',
      'x-codex-other-limit-name': 'Other models',
      'x-codex-other-primary-used-percent': '99',
      'x-codex-other-primary-reset-after-seconds': '3600',
    }
    server.answer({ type: 'events', events: [created, ...rest], headers })
    const asked = Date.now()
    const { rateLimits } = (await ask({ model: codex('gpt-5.5'), prompt: 'hi' })).metadata
    expect(rateLimits).toMatchObject({
      activeLimit: 'codex_other',
      otherLimits: { codex_other: { limitName: 'Other models', primary: { usedPercent: 99 } } },
    })
    const { otherLimits = {} } = rateLimits as NonNullable<CodexProviderMetadata['rateLimits']>
    const resetsAt = new Date(otherLimits.codex_other?.primary?.resetsAt ?? '').getTime()
    expect(resetsAt).toBeGreaterThanOrEqual(asked + 3_600_000)
    expect(resetsAt).toBeLessThanOrEqual(Date.now() + 3_600_000)
  })

  eachWay('absent where nothing is told', async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer({ type: 'events', events: [created, ...rest], headers: NO_LIMITS })
    const { metadata } = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(metadata).toHaveProperty('responseId')
    expect(metadata).not.toHaveProperty('rateLimits')
    expect(metadata).not.toHaveProperty('planType')
  })
})

eachWay('the model that answered, where it is another one', async ({ ask, start }) => {
  const { codex, server } = await start()
  const [created = {}, ...rest] = good('Hello')
  const response = { id: 'resp_1', model: 'gpt-5.4-mini', created_at: 1_700_000_000 }
  server.answer(events({ ...created, response }, ...rest))
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
  expect(seen.response).toMatchObject({ modelId: 'gpt-5.4-mini', timestamp: new Date(1_700_000_000_000) })
})

for (const created_at of [1e300, -1e300, 1e14]) {
  eachWay(`a time that can't be one (${created_at}) is not told`, async ({ ask, start }) => {
    const { codex, server } = await start()
    const [created = {}, ...rest] = good('Hello')
    server.answer(events({ ...created, response: { id: 'resp_1', created_at } }, ...rest))
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(seen).toMatchObject({ text: 'Hello', errors: [] })
    expect(Number(seen.response.timestamp)).toBeGreaterThan(1_700_000_000_000)
  })
}

eachWay('user-agent: ours first, theirs after', async ({ ai, ask, start, way }) => {
  const { codex, server } = await start()
  await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
  await ask({ model: codex('gpt-5.5'), prompt: 'hi', headers: { 'User-Agent': 'my-app/1' } })
  const [plain, named] = server.responseRequests.map(({ headers }) => headers['user-agent'])
  const ours = `^${ON.userAgent}`
  // `generateText` of `ai` 5 and up tells its name; `streamText` need not.
  const theirs = ` ai/${ai.major}\\..*`
  const end = ai.major === 4 ? '' : way === 'generate' ? theirs : `(${theirs})?`
  expect(plain).toMatch(new RegExp(`${ours}${end}$`))
  expect(named).toMatch(new RegExp(`${ours} my-app/1${end}$`))
})

eachWay('headers of the call win over those of the provider', async ({ ask, start }) => {
  const { codex, server } = await start({ headers: { 'x-one': 'provider', 'x-two': 'provider' } })
  await ask({ model: codex('gpt-5.5'), prompt: 'hi', headers: { 'X-One': 'call' } })
  expect(server.responseRequests[0]?.headers).toMatchObject({ 'x-one': 'call', 'x-two': 'provider' })
})

eachWay('telemetry on: it is told, and no secret with it', async ({ ask, start }) => {
  const { codex, server, login } = await start()
  const telemetry = newTelemetry()
  server.answer(events(...good('Hello')))
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', telemetry })
  expect(seen).toMatchObject({ text: 'Hello', errors: [] })
  expect(telemetry.names.length).toBeGreaterThan(1)
  const told = telemetry.told.join('\n')
  expect(told).toContain('gpt-5.5')
  expect(told).toContain(ROUTE)
  expect(told).toContain('Hello')
  expect(told).not.toContain(login.tokens.access_token)
  expect(told).not.toContain(login.tokens.refresh_token)
})

onCodexOnly('usage is not reported: plan.test.ts has models() and what usage() says', () => {
  eachAI('models() and usage()', async ({ start }) => {
    const { codex } = await start({}, { planType: 'pro' })
    const models = await codex.models()
    expect(models.map(({ id }) => id)).toContain('gpt-6.1-sol')
    expect(await codex.usage()).toMatchObject({ planType: 'pro' })
  })

  describe.each(['<html>Sign in</html>', 'null', '{}'])('a usage that tells nothing: %s', (body) => {
    eachAI('is an error', async ({ start }) => {
      const { codex } = await start({
        fetch: async (input, init) =>
          `${input}`.endsWith('/usage') ? new Response(body) : fetch(input, init),
      })
      await expect(codex.usage()).rejects.toThrow(/^Codex API error 200: /)
    })
  })
})
