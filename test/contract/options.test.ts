import { describe, expect } from 'vitest'
import { bodyOf } from '../adapters/v1/support.ts'
import { eachRequest, eachWay, refusals, SHAPES } from './support/contract.ts'
import { ON } from './support/route.ts'

describe.each(SHAPES)('options, $model ($shape)', ({ model }) => {
  eachRequest('a key of any length', async ({ ask, start }) => {
    const { codex, server } = await start()
    const keys = [
      { promptCacheKey: 'k'.repeat(64) },
      { promptCacheKey: 'k'.repeat(65) },
      { promptCacheKey: 'k'.repeat(65) },
      { promptCacheKey: 'k'.repeat(66) },
      { sessionId: 's'.repeat(65) },
    ]
    for (const options of keys) {
      const seen = await ask({ model: codex(model), prompt: 'hi', providerOptions: { codex: options } })
      expect(seen).toMatchObject({ errors: [], warnings: [] })
    }
    expect(refusals(server)).toEqual([])
    const sent = server.responseRequests.map(({ json }) => json?.prompt_cache_key)
    const [whole, ...digests] = sent
    expect(whole).toBe('k'.repeat(64))
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f-]{36}$/)
    expect(digests[1]).toBe(digests[0])
    expect(new Set(digests).size).toBe(3)
    const sessions = server.responseRequests.map(({ headers }) => headers['session-id'])
    expect(sessions).toEqual(
      ON.hasSessionHeaders ? [...sent.slice(0, 4), 's'.repeat(65)] : sent.map(() => undefined),
    )
  })

  eachRequest('a phase that is said of a whole message', async ({ ask, start }) => {
    const { codex, server } = await start()
    await ask({
      model: codex(model),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'go' }] },
        {
          role: 'assistant',
          providerOptions: { codex: { phase: 'commentary' } },
          content: [{ type: 'text', text: 'I look.' }],
        },
        {
          role: 'assistant',
          providerOptions: { codex: { phase: 'commentary' } },
          content: [{ type: 'text', text: 'So.', providerOptions: { openai: { phase: 'final_answer' } } }],
        },
        { role: 'user', content: [{ type: 'text', text: 'more' }] },
      ],
    })
    expect(bodyOf(server).input.slice(-4)).toMatchObject([
      { role: 'user' },
      { role: 'assistant', phase: 'commentary' },
      { role: 'assistant', phase: 'final_answer' },
      { role: 'user' },
    ])
  })
})

describe.each([
  { reasoningEffort: 'HIGH', textVerbosity: 'Low' },
  { reasoningEffort: { effort: 'High' }, textVerbosity: 'LOW' },
])('options in any case', (options) => {
  eachRequest(`${JSON.stringify(options)} is read, and an id of openai/ too`, async ({ ask, start }) => {
    const { codex, server } = await start()
    for (const provider of ['codex', 'openai']) {
      const providerOptions = { [provider]: options }
      const seen = await ask({ model: codex('openai/gpt-5.5'), prompt: 'hi', providerOptions })
      expect(seen).toMatchObject({ errors: [], warnings: [] })
      expect(bodyOf(server, server.responseRequests.length - 1)).toMatchObject({
        model: 'gpt-5.5',
        reasoning: { effort: 'high' },
        text: { verbosity: 'low' },
      })
    }
  })
})

eachWay('a header that belongs to the login is left out with a warning', async ({ ask, start }) => {
  const { codex, server, login } = await start({ headers: { Authorization: 'Bearer mine', 'x-team': 'a' } })
  const { warnings } = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
  expect(warnings).toEqual([expect.stringContaining('The header authorization is left out')])
  expect(JSON.stringify(warnings)).not.toContain('mine')
  expect(server.responseRequests[0]?.headers).toMatchObject({
    authorization: `Bearer ${login.tokens.access_token}`,
    'x-team': 'a',
  })
})

eachWay('a setting that there is none of is ignored with a warning', async ({ ask, start }) => {
  const misspelled = {
    baseUrl: 'https://example.com',
    apiKey: 'sk-mine',
    timeouts: { respons: 5, idle: 9000 },
  }
  const { codex } = await start(misspelled as object)
  const { text, warnings } = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
  expect(text).toBe('You said: hi')
  expect(warnings).toEqual([
    expect.stringContaining(
      `baseUrl is not a setting of ${ON.factory}() and is ignored. Did you mean baseURL?`,
    ),
    expect.stringMatching(new RegExp(`apiKey is not a setting of ${ON.factory}\\(\\) and is ignored\\.$`)),
    expect.stringContaining(
      `timeouts.respons is not a setting of ${ON.factory}() and is ignored. Did you mean timeouts.response?`,
    ),
  ])
})
