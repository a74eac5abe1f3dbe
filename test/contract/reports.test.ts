/** The cases of known bugs of other clients, by their numbers, on all majors. */
import { describe, expect } from 'vitest'
import { z } from 'zod'
import { asObject } from '../../src/lib/json.ts'
import {
  bodyOf,
  CREATED,
  callDone,
  completed,
  events,
  good,
  message,
  reasoningDone,
} from '../adapters/v1/support.ts'
import type { AskMessage, AskPart, AskTool, Options } from './support/ask.ts'
import { eachAI, eachRequest, eachWay, outlineOf, refusals, SHAPES, turnOf } from './support/contract.ts'
import { PNG, PNG_URL } from './support/png.ts'

const add: AskTool = {
  schema: { type: 'object', properties: {}, additionalProperties: false },
  execute: () => 3,
}
const text = (words: string): AskPart => ({ type: 'text', text: words })
const user = (words: string): AskMessage => ({ role: 'user', content: [text(words)] })
const thought = (providerOptions: Options): AskPart => ({
  type: 'reasoning',
  text: 'Hm.',
  providerOptions,
})
const CALL: AskPart = { type: 'tool-call', id: 'call_1', name: 'add', input: {} }
const RESULT: AskMessage = {
  role: 'tool',
  content: [{ type: 'tool-result', id: 'call_1', name: 'add', output: 3 }],
}
const assistant = (...content: AskPart[]): AskMessage => ({ role: 'assistant', content })
const sealed = thought({ codex: { encryptedContent: 'ENC1' } })

describe.each(SHAPES)('$model ($shape)', ({ model }) => {
  eachWay('BR-11 reasoning goes back by its content, never by its id alone', async ({ ask, start }) => {
    const { codex, server } = await start()
    const call = callDone(1, { callId: 'call_1', name: 'add', arguments: '{}' })
    server.answer(events(CREATED, reasoningDone(0, 'ENC1'), call, completed()))
    await ask({ model: codex(model), prompt: 'go', tools: { add }, maxSteps: 2 })
    const turn = turnOf(bodyOf(server, 1))
    expect(outlineOf(turn)).toEqual(['user', 'ENC1', 'function_call', 'function_call_output'])
    expect(turn[1]).not.toHaveProperty('id')
    expect(refusals(server)).toEqual([])
  })

  eachWay('BR-11 an id without content is left out with a warning', async ({ ask, start }) => {
    const { codex, server } = await start()
    const messages = [user('go'), assistant(thought({ openai: { itemId: 'rs_1' } }), CALL), RESULT]
    const seen = await ask({ model: codex(model), messages, tools: { add } })
    expect(outlineOf(turnOf(bodyOf(server)))).toEqual(['user', 'function_call', 'function_call_output'])
    expect(seen.warnings).toEqual([expect.stringMatching(/reasoning/i)])
  })

  describe.each<{ kept: string; options: Options }>([
    { kept: 'openai', options: { openai: { reasoningEncryptedContent: 'ENC1' } } },
    { kept: 'codex', options: { codex: { encryptedContent: 'ENC1' } } },
  ])('BR-13', ({ kept, options }) => {
    eachRequest(`BR-13 reasoning without an id is kept (${kept})`, async ({ ask, start }) => {
      const { codex, server } = await start()
      const messages = [user('go'), assistant(thought(options), text('So.')), user('more')]
      const seen = await ask({ model: codex(model), messages })
      const turn = turnOf(bodyOf(server))
      expect(outlineOf(turn)).toEqual(['user', 'ENC1', 'assistant', 'user'])
      expect(turn[1]).not.toHaveProperty('id')
      expect(seen).toMatchObject({ errors: [], warnings: [] })
    })
  })

  eachRequest('BR-15 (a) reasoning, call and result stay in order', async ({ ask, start }) => {
    const { codex, server } = await start()
    await ask({
      model: codex(model),
      messages: [user('go'), assistant(sealed, CALL), RESULT],
      tools: { add },
    })
    expect(outlineOf(turnOf(bodyOf(server)))).toEqual([
      'user',
      'ENC1',
      'function_call',
      'function_call_output',
    ])
    expect(refusals(server)).toEqual([])
  })

  eachRequest('BR-15 (b) reasoning that nothing followed is not sent', async ({ ask, start }) => {
    const { codex, server } = await start()
    const seen = await ask({ model: codex(model), messages: [user('go'), assistant(sealed), user('more')] })
    expect(seen.errors).toEqual([])
    expect(outlineOf(turnOf(bodyOf(server)))).toEqual(['user', 'user'])
    expect(refusals(server)).toEqual([])
  })

  eachRequest('BR-15 (c) an empty text makes no item', async ({ ask, start }) => {
    const { codex, server } = await start()
    await ask({
      model: codex(model),
      messages: [user('go'), assistant(sealed, text(''), CALL), RESULT],
      tools: { add },
    })
    expect(outlineOf(turnOf(bodyOf(server)))).toEqual([
      'user',
      'ENC1',
      'function_call',
      'function_call_output',
    ])
    expect(refusals(server)).toEqual([])
  })

  describe.each([
    ['zod', z.object({ a: z.string(), b: z.object({ c: z.number().optional() }) })],
    [
      'JSON schema',
      {
        type: 'object',
        properties: {
          a: { type: 'string' },
          b: { type: 'object', properties: { c: { type: 'number' } } },
        },
        required: ['a', 'b'],
      },
    ],
  ])('BR-25', (kind, schema) => {
    eachAI(
      `BR-25 ${kind}: nested objects are closed, the optional field stays optional`,
      async ({ ai, start }) => {
        for (const { way, run } of ai.objectWays) {
          const { codex, server } = await start()
          const isTool = way.includes('tool')
          server.answer(
            isTool
              ? { type: 'tool-calls', calls: [{ name: 'json', arguments: { a: 'x', b: {} } }] }
              : { type: 'text', text: '{"a":"x","b":{}}' },
          )
          const { object } = await run({ model: codex(model), schema })
          expect(object, way).toEqual({ a: 'x', b: {} })
          if (isTool) continue
          expect(asObject(bodyOf(server).text).format, way).toMatchObject({
            type: 'json_schema',
            strict: false,
            schema: {
              additionalProperties: false,
              required: ['a', 'b'],
              properties: { b: { additionalProperties: false } },
            },
          })
          expect(refusals(server), way).toEqual([])
        }
      },
    )
  })

  eachAI('BR-26 schema and verbosity both live in text', async ({ ai, start }) => {
    for (const { way, run } of ai.objectWays.filter((each) => !each.way.includes('tool'))) {
      const { codex, server } = await start()
      await run({
        model: codex(model),
        schema: z.object({ city: z.string() }),
        providerOptions: { openai: { textVerbosity: 'low' } },
      })
      expect(bodyOf(server).text, way).toMatchObject({
        verbosity: 'low',
        format: {
          type: 'json_schema',
          name: expect.any(String),
          strict: true,
          schema: { properties: { city: { type: 'string' } } },
        },
      })
    }
  })

  eachAI('BR-26 JSON without a schema is an instruction and a warning', async ({ ai, start }) => {
    const { codex, server } = await start()
    server.answer({ type: 'text', text: '{"any":1}' })
    const { object, warnings } = await ai.anyObject({ model: codex(model) })
    expect(object).toEqual({ any: 1 })
    expect(asObject(bodyOf(server).text)).not.toHaveProperty('format')
    expect(server.responseRequests[0]?.text).toMatch(/JSON/)
    expect(warnings).toEqual([expect.stringContaining('JSON')])
  })

  eachWay('BR-30 an image from a tool is an image', async ({ ask, start }) => {
    const { codex, server } = await start()
    const shot: AskTool = {
      ...add,
      execute: () => PNG,
      toModel: (data) => [
        { type: 'text', text: 'shot' },
        { type: 'image', data: String(data), mediaType: 'image/png' },
      ],
    }
    const seen = await ask({ model: codex(model), prompt: 'use shot', tools: { shot }, maxSteps: 2 })
    expect(seen.text).toContain('I see 1 image (image/png)')
    expect(turnOf(bodyOf(server, 1)).at(-1)?.output).toEqual([
      { type: 'input_text', text: 'shot' },
      { type: 'input_image', image_url: PNG_URL },
    ])
  })

  eachWay('BR-48 the parts of a summary do not run together', async ({ ai, ask, start }) => {
    const { codex, server } = await start()
    const parts = ['**A**\n\none.', '**B**\n\ntwo.']
    server.answer(events(CREATED, reasoningDone(0, 'ENC1', parts), message('Hi', 1), completed()))
    const { reasoning, errors } = await ask({ model: codex(model), prompt: 'hi' })
    expect(errors).toEqual([])
    // V1 would need a signature for each, and a block without one is thrown away: there it is one block.
    const expected = ai.major === 4 ? [parts.join('\n\n')] : parts
    expect(reasoning.map((block) => block.text)).toEqual(expected)
  })

  describe.each([
    { told: 'all', usage: undefined, expected: { input: 10, output: 6, cached: 4, reasoning: 2 } },
    {
      told: 'nothing',
      usage: null,
      expected: { input: undefined, output: undefined, cached: undefined, reasoning: undefined },
    },
    {
      told: 'no details',
      usage: { input_tokens: 10, output_tokens: 6, total_tokens: 16 },
      expected: { input: 10, output: 6, cached: undefined, reasoning: undefined },
    },
  ])('BR-49', ({ told, usage, expected }) => {
    eachWay(`BR-49 usage that tells ${told}`, async ({ ask, start }) => {
      const { codex, server } = await start()
      server.answer(
        events(...good('Hello').slice(0, -1), usage === undefined ? completed() : completed([], usage)),
      )
      const seen = await ask({ model: codex(model), prompt: 'hi' })
      expect(seen).toMatchObject({ text: 'Hello', errors: [] })
      expect(seen.usage).toEqual(expected)
    })
  })
})
