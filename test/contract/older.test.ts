/** Newer majors of `ai` with the models of older entries: they warn, and hand over shapes of their own. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { asObject } from '../../src/lib/json.ts'
import type { JsonObject } from '../../src/testing/types.ts'
import {
  bodyOf,
  CREATED,
  callDone,
  completed,
  events,
  message,
  reasoningDone,
} from '../adapters/v1/support.ts'
import type { AskTool } from './support/ask.ts'
import { eachAI, eachWay, outlineOf, refusals, turnOf } from './support/contract.ts'
import { DRIVERS, OLDER } from './support/drivers.ts'
import { PNG, PNG_URL } from './support/png.ts'

test.each(OLDER)('$name', ({ major, specification }) => {
  expect(specification).not.toBe(DRIVERS.find((driver) => driver.major === major)?.specification)
})

const shot: AskTool = {
  schema: { type: 'object', properties: {}, additionalProperties: false },
  execute: () => PNG,
  toModel: (data) => [
    { type: 'text', text: 'shot' },
    { type: 'image', data: String(data), mediaType: 'image/png' },
  ],
}
const IMAGE = { type: 'input_image', image_url: PNG_URL }

eachWay(
  'a loop with reasoning and images, and its history',
  async ({ ask, start }) => {
    const { codex, server } = await start()
    const call = callDone(2, { callId: 'call_1', name: 'shot', arguments: '{}' })
    server.answer(
      events(CREATED, reasoningDone(0, 'ENC1', ['Look.']), message('Looking.', 1), call, completed()),
      events(CREATED, reasoningDone(0, 'ENC2'), message('Done.', 1), completed()),
    )
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'go', tools: { shot }, maxSteps: 2 })
    expect(seen).toMatchObject({ text: 'Done.', finishReason: 'stop', errors: [] })
    expect(seen.usage).toEqual({ input: 10, output: 6, cached: 4, reasoning: 2 })
    await ask({
      model: codex('gpt-5.5'),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'go' }] },
        { role: 'given', messages: seen.messages },
        { role: 'user', content: [{ type: 'text', text: 'again' }] },
      ],
      tools: { shot },
    })
    const turn = turnOf(bodyOf(server, 2))
    expect(outlineOf(turn)).toEqual([
      'user',
      ...['ENC1', 'assistant', 'function_call', 'function_call_output'],
      ...['ENC2', 'assistant'],
      'user',
    ])
    expect(turn[4]?.output).toEqual([{ type: 'input_text', text: 'shot' }, IMAGE])
    expect(refusals(server)).toEqual([])
  },
  OLDER,
)

describe.each<{ name: string; data: Uint8Array | string | URL }>([
  { name: 'bytes', data: new Uint8Array(Buffer.from(PNG, 'base64')) },
  { name: 'base64', data: PNG },
  { name: 'a data URL', data: new URL(PNG_URL) },
])('files', ({ name, data }) => {
  eachWay(
    `an image and a PDF as ${name}`,
    async ({ ask, start }) => {
      const { codex, server } = await start()
      const seen = await ask({
        model: codex('gpt-5.5'),
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image', data },
              { type: 'file', data: Buffer.from('%PDF-1.4\n'), mediaType: 'application/pdf' },
            ],
          },
        ],
      })
      expect(seen.errors).toEqual([])
      expect(bodyOf(server).input.at(-1)?.content).toEqual([
        IMAGE,
        {
          type: 'input_file',
          filename: 'file.pdf',
          file_data: expect.stringMatching(/^data:application\/pdf/),
        },
      ])
    },
    OLDER,
  )
})

eachWay(
  'a web search, with the tool of the entry that goes with this ai',
  async ({ ai, ask, start }) => {
    const { codex, server } = await start()
    const item: JsonObject = {
      type: 'web_search_call',
      id: 'ws_1',
      status: 'completed',
      action: { type: 'search', query: 'q' },
    }
    server.answer(
      events(
        CREATED,
        { type: 'response.output_item.done', output_index: 0, item },
        message('Found.', 1),
        completed(),
      ),
    )
    const own = DRIVERS.find(({ major }) => major === ai.major)?.createCodex({})
    const tools = { search: { hosted: own?.tools.webSearch() } }
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools })
    expect(seen).toMatchObject({ text: 'Found.', errors: [] })
    expect(seen.calls).toMatchObject([{ name: 'search', isHosted: true }])
    expect(JSON.stringify(bodyOf(server).tools)).toContain('web_search')
  },
  OLDER,
)

eachAI(
  'objects',
  async ({ ai, start }) => {
    for (const { way, run } of ai.objectWays) {
      const { codex } = await start()
      const schema = {
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
        additionalProperties: false,
      }
      const { object } = await run({ model: codex('gpt-5.5'), prompt: 'city: Oslo', schema })
      expect(object, way).toEqual({ city: 'Oslo' })
    }
  },
  OLDER,
)

eachWay(
  'the reasoning option of ai 7 is the effort, the option of codex goes before it',
  async ({ ask, start }) => {
    const { codex, server } = await start()
    const settings = { reasoning: 'high' }
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', settings })
    expect(seen.errors).toEqual([])
    await ask({ model: codex('gpt-5.5-low'), prompt: 'hi', settings })
    const providerOptions = { codex: { reasoningEffort: 'low' } }
    await ask({ model: codex('gpt-5.5'), prompt: 'hi', settings, providerOptions })
    await ask({ model: codex('gpt-5.5'), prompt: 'hi', settings: { reasoning: 'provider-default' } })
    const efforts = server.responseRequests.map(({ json }) => asObject(json?.reasoning).effort)
    expect(efforts).toEqual(['high', 'high', 'low', 'medium'])
  },
  [...OLDER, ...DRIVERS].filter(({ major }) => major === 7),
)

eachWay(
  'a failure is tried again, and the usage limit is not',
  async ({ ask, start }) => {
    const { codex, server } = await start()
    const headers = { 'retry-after-ms': '1' }
    server.answer({ type: 'error', status: 500, body: 'oops', headers })
    expect(await ask({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 1 })).toMatchObject({ errors: [] })
    server.answer({ type: 'error', status: 429, body: { error: { type: 'usage_limit_reached' } }, headers })
    const { errors } = await ask({ model: codex('gpt-5.5'), prompt: 'hi', maxRetries: 1 })
    expect(errors).toMatchObject([{ isRetryable: false }])
    expect(server.responseRequests.map(({ status }) => status)).toEqual([500, 200, 429])
  },
  OLDER,
)

describe('warnings of ai', () => {
  eachAI(
    'a V2 model is warned of, a V3 model is not',
    async ({ ai, start }) => {
      const { codex } = await start()
      const logged: unknown[] = []
      Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: (told: unknown) => logged.push(told) })
      onTestFinished(() => void Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false }))
      await ai.ways[0]?.run({ model: codex('gpt-5.5'), prompt: 'hi' })
      const all = JSON.stringify(logged)
      if (ai.specification === 'v2') expect(all).toContain('compatibility')
      else expect(all).not.toContain('compatibility')
    },
    OLDER,
  )
})
