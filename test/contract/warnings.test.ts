import { describe, expect } from 'vitest'
import { bodyOf } from '../adapters/v1/support.ts'
import { eachAI, eachRequest, eachWay } from './support/contract.ts'
import { PNG } from './support/png.ts'
import { ON, ROUTE } from './support/route.ts'

const naming = (words: readonly string[]) => words.map((word) => expect.stringContaining(word))

eachWay('nothing is warned of where nothing was asked for', async ({ ask, start }) => {
  const { codex } = await start()
  const seen = await ask({ model: codex('gpt-6.1-sol'), prompt: 'hi' })
  expect(seen).toMatchObject({ warnings: [], errors: [] })
})

eachWay('settings that the backend refuses are left out, each with a warning', async ({ ai, ask, start }) => {
  const { codex, server } = await start()
  const settings = {
    temperature: 0.5,
    topP: 0.9,
    topK: 3,
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
    seed: 1,
    stopSequences: ['x'],
  }
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', settings, maxOutputTokens: 100 })
  expect(seen.errors).toEqual([])
  const names = [ai.major === 4 ? 'maxTokens' : 'maxOutputTokens', ...Object.keys(settings)]
  expect(seen.warnings).toHaveLength(names.length)
  expect(seen.warnings).toEqual(expect.arrayContaining(naming(names)))
  const body = bodyOf(server)
  const sent = ['temperature', 'top_p', 'max_output_tokens', 'stop', 'seed'].filter((name) => name in body)
  expect(sent).toEqual([])
})

describe.each([
  ['metadata', { codex: { metadata: { a: 'b' } } }],
  ['max_tool_calls', { codex: { max_tool_calls: 3 } }],
  ['store', { openai: { store: true } }],
  ['reasoningEffort', { [ROUTE]: { reasoningEfort: 'high' } }],
  ['serviceTier', { codex: { serviceTier: 'flex' } }],
])('options', (name, providerOptions) => {
  eachWay(`an option that is not taken: ${JSON.stringify(providerOptions)}`, async ({ ask, start }) => {
    const { codex } = await start()
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', providerOptions })
    expect(seen.errors).toEqual([])
    expect(seen.warnings).toEqual(naming([name]))
  })
})

eachWay('an option under several names is warned of once', async ({ ask, start }) => {
  const { codex } = await start()
  const seen = await ask({
    model: codex('gpt-5.5'),
    prompt: 'hi',
    maxOutputTokens: 100,
    settings: { topP: 0.9 },
    providerOptions: {
      codex: { max_output_tokens: 100, top_p: 0.9, maxToolCalls: 1, user: 'me', service_tier: 'flex' },
      openai: { max_tool_calls: 1, user: 'me', serviceTier: 'flex' },
    },
  })
  expect(seen.errors).toEqual([])
  expect(seen.warnings).toHaveLength(5)
  expect(seen.warnings).toEqual(
    expect.arrayContaining(
      ['max_output_tokens', 'top_p', 'tool', 'user', 'tier'].map((name) => expect.stringContaining(name)),
    ),
  )
})

eachWay('a clamped effort', async ({ ask, start }) => {
  const { codex, server } = await start()
  const seen = await ask({ model: codex('gpt-5.1-codex-xhigh'), prompt: 'hi' })
  expect(seen.warnings).toEqual(naming(['xhigh']))
  expect(bodyOf(server).reasoning).toMatchObject({ effort: 'high' })
})

eachWay('a tool that the backend does not know', async ({ ai, ask, start }) => {
  const { codex } = await start()
  const hosted = {
    type: ai.major < 6 ? 'provider-defined' : 'provider',
    id: 'other.screen',
    name: 'screen',
    args: {},
    parameters: { jsonSchema: {} },
    inputSchema: { jsonSchema: {} },
  }
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools: { screen: { hosted } } })
  expect(seen.errors).toEqual([])
  expect(seen.warnings).toEqual(naming(['screen']))
  expect(seen.warnings).toEqual(naming(['other.screen']))
})

eachWay('an argument that a hosted tool is sent without', async ({ ai, ask, start }) => {
  const { codex, server } = await start()
  const hosted = {
    type: ai.major < 6 ? 'provider-defined' : 'provider',
    id: 'openai.web_search',
    name: 'web_search',
    args: { newThing: 1 },
    parameters: { jsonSchema: {} },
    inputSchema: { jsonSchema: {} },
  }
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools: { search: { hosted } } })
  expect(seen.errors).toEqual([])
  expect(seen.warnings).toEqual(naming(['The argument newThing of the tool']))
  expect(bodyOf(server).tools).toEqual([{ type: 'web_search' }])
})

eachWay('a system text of another tool chain', async ({ ask, start }) => {
  const { codex } = await start()
  const seen = await ask({ model: codex('gpt-5.5'), system: 'A legacy toolchain.', prompt: 'hi' })
  expect(seen.warnings).toEqual(naming(ON.hasCodexMode ? ['tool chain'] : []))
})

eachWay('a wrong option is an error that names it', async ({ ask, start }) => {
  const { codex, server } = await start()
  const seen = await ask({
    model: codex('gpt-5.5'),
    prompt: 'hi',
    providerOptions: { codex: { textVerbosity: 'loud' } },
  })
  expect(seen.errors).toEqual([
    expect.objectContaining({
      name: 'AI_InvalidArgumentError',
      message: expect.stringMatching(/codex\.textVerbosity.*"low", "medium", "high"/),
    }),
  ])
  expect(server.requests).toEqual([])
})

eachAI('objects warn too', async ({ ai, start }) => {
  for (const { way, run } of ai.objectWays) {
    const { codex } = await start()
    const { warnings } = await run({
      model: codex('gpt-5.5'),
      schema: { type: 'object', properties: {}, additionalProperties: false },
      providerOptions: { codex: { user: 'me' } },
    })
    expect(warnings, way).toEqual(naming(['user']))
  }
})

eachRequest(
  'misspelt options of parts are warned of, and those that are read are not',
  async ({ ask, start }) => {
    const { codex, server } = await start()
    const seen = await ask({
      model: codex('gpt-5.5'),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi' }] },
        {
          role: 'assistant',
          content: [
            {
              type: 'text',
              text: 'Hi.',
              providerOptions: { codex: { phse: 'commentary' }, openai: { itemId: 'msg_1', other: 1 } },
            },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'image',
              data: PNG,
              mediaType: 'image/png',
              providerOptions: { codex: { imageDetail: 'low' }, openai: { imageDetial: 'high' } },
            },
          ],
        },
      ],
    })
    expect(seen.errors).toEqual([])
    expect(seen.warnings).toEqual([
      expect.stringMatching(/codex\.phse .*Did you mean phase\?/),
      expect.stringMatching(/openai\.imageDetial .*Did you mean imageDetail\?/),
    ])
    expect(JSON.stringify(bodyOf(server).input)).toContain('"detail":"low"')
  },
)
