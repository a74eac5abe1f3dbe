import { describe, expect } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { bodyOf, events, good } from '../spec/support.ts'
import { eachAI, eachWay, SHAPES } from './support/contract.ts'
import { newTelemetry } from './support/telemetry.ts'

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
      planType: 'pro',
      model,
    })
    expect(seen.response).toMatchObject({
      id: seen.metadata.responseId,
      modelId: model,
      timestamp: expect.any(Date),
      headers: { 'x-codex-plan-type': 'pro', 'x-codex-primary-used-percent': '12' },
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

eachWay('the model that answered, where it is another one', async ({ ask, start }) => {
  const { codex, server } = await start()
  const [created = {}, ...rest] = good('Hello')
  const response = { id: 'resp_1', model: 'gpt-5.4-mini', created_at: 1_700_000_000 }
  server.answer(events({ ...created, response }, ...rest))
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
  expect(seen.response).toMatchObject({ modelId: 'gpt-5.4-mini', timestamp: new Date(1_700_000_000_000) })
})

eachWay('user-agent: ours first, theirs after', async ({ ai, ask, start, way }) => {
  const { codex, server } = await start()
  await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
  await ask({ model: codex('gpt-5.5'), prompt: 'hi', headers: { 'User-Agent': 'my-app/1' } })
  const [plain, named] = server.responseRequests.map(({ headers }) => headers['user-agent'])
  const ours = `^ai_sdk_provider_codex/[\\d.]+ \\(.+\\) ${packageJson.name}/${packageJson.version}`
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
  expect(told).toContain('codex')
  expect(told).toContain('Hello')
  expect(told).not.toContain(login.tokens.access_token)
  expect(told).not.toContain(login.tokens.refresh_token)
})

eachAI('models() and usage()', async ({ start }) => {
  const { codex } = await start({}, { planType: 'pro' })
  const models = await codex.models()
  expect(models.map(({ id }) => id)).toContain('gpt-6.1-sol')
  expect(await codex.usage()).toMatchObject({ planType: 'pro' })
})
