import { InvalidArgumentError } from '@ai-sdk/provider'
import { describe, expect } from 'vitest'
import * as z3 from 'zod/v3'
import * as z4 from 'zod/v4'
import type { JsonObject } from '../../src/testing/types.ts'
import { bodyOf, CREATED, callDone, completed, events, message } from '../adapters/v1/support.ts'
import type { AskTool } from './support/ask.ts'
import { eachRequest, eachWay, outlineOf, refusals, SHAPES, toolsOf, turnOf } from './support/contract.ts'

const weather: AskTool = {
  description: 'The weather of a city.',
  schema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
  execute: (input) => `Snow in ${(input as { city: string }).city}`,
}
const time: AskTool = {
  schema: { type: 'object', properties: {}, additionalProperties: false },
  execute: () => ({ hour: 12 }),
}

const call = (index: number, name: string, args: JsonObject = {}, callId = `call_${index}`) =>
  callDone(index, { callId, name, arguments: JSON.stringify(args) })

describe.each(SHAPES)('tools, $model ($shape)', ({ model }) => {
  eachWay('runs a tool and answers in the next step', async ({ ask, start }) => {
    const { codex, server } = await start()
    const seen = await ask({
      model: codex(model),
      prompt: 'What is the weather in Oslo?',
      tools: { weather },
      maxSteps: 3,
    })
    expect(seen).toMatchObject({ text: 'weather returned: Snow in Oslo', errors: [], warnings: [] })
    expect(seen.steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop'])
    expect(seen.steps[0]?.calls).toMatchObject([
      { name: 'weather', input: { city: 'Oslo' }, isHosted: false },
    ])
    expect(seen.steps[0]?.results).toEqual([{ name: 'weather', output: 'Snow in Oslo', isHosted: false }])
    expect(refusals(server)).toEqual([])
  })

  eachWay('many steps: each request goes on where the last one ended', async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer(
      events(CREATED, message('First.'), call(1, 'weather', { city: 'Rome' }), completed()),
      events(CREATED, call(0, 'time', {}, 'call_9'), completed()),
      events(CREATED, message('Done.'), completed()),
    )
    const seen = await ask({ model: codex(model), prompt: 'go', tools: { weather, time }, maxSteps: 5 })
    expect(seen).toMatchObject({ text: 'Done.', errors: [] })
    expect(seen.steps).toHaveLength(3)
    const inputs = server.responseRequests.map((_, index) => bodyOf(server, index).input)
    for (const [index, input] of inputs.entries()) {
      const before = inputs[index - 1] ?? []
      expect(input.slice(0, before.length)).toEqual(before)
    }
    expect(outlineOf(turnOf(bodyOf(server, 2)))).toEqual([
      'user',
      'assistant',
      'function_call',
      'function_call_output',
      'function_call',
      'function_call_output',
    ])
    expect(turnOf(bodyOf(server, 2)).at(-1)).toMatchObject({ call_id: 'call_9', output: '{"hour":12}' })
  })

  eachWay('parallel calls all get their results', async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer(
      events(
        CREATED,
        call(0, 'weather', { city: 'Oslo' }),
        call(1, 'time'),
        call(2, 'weather', { city: 'Rome' }),
        completed(),
      ),
    )
    const seen = await ask({ model: codex(model), prompt: 'hi', tools: { weather, time }, maxSteps: 2 })
    expect(seen.steps[0]?.calls.map(({ id }) => id)).toEqual(['call_0', 'call_1', 'call_2'])
    const turn = turnOf(bodyOf(server, 1))
    expect(outlineOf(turn)).toEqual([
      'user',
      ...Array(3).fill('function_call'),
      ...Array(3).fill('function_call_output'),
    ])
    const outputs = turn.filter(({ type }) => type === 'function_call_output')
    expect(Object.fromEntries(outputs.map(({ call_id, output }) => [call_id, output]))).toEqual({
      call_0: 'Snow in Oslo',
      call_1: '{"hour":12}',
      call_2: 'Snow in Rome',
    })
    expect(refusals(server)).toEqual([])
  })

  eachWay('a tool that the app runs ends the call', async ({ ask, start }) => {
    const { codex } = await start()
    const open: AskTool = { schema: { type: 'object', properties: {} } }
    const seen = await ask({ model: codex(model), prompt: 'use open', tools: { open }, maxSteps: 3 })
    expect(seen).toMatchObject({ finishReason: 'tool-calls', results: [], errors: [] })
    expect(seen.calls).toMatchObject([{ name: 'open', input: {} }])
  })

  eachRequest('a text that looks like JSON, for a tool whose input is a text', async ({ ask, start }) => {
    const { codex, server } = await start()
    await ask({
      model: codex(model),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'go' }] },
        {
          role: 'assistant',
          content: [{ type: 'tool-call', id: 'call_1', name: 'write', input: '{"a":1}' }],
        },
        { role: 'tool', content: [{ type: 'tool-result', id: 'call_1', name: 'write', output: 'ok' }] },
      ],
      tools: { write: { schema: { type: 'string' } } },
    })
    const call = bodyOf(server).input.find(({ type }) => type === 'function_call')
    expect(JSON.parse(String(call?.arguments))).toEqual({ value: '{"a":1}' })
  })
})

eachWay('a tool whose only property is "value" keeps its object', async ({ ask, start }) => {
  const { codex, server } = await start()
  server.answer(events(CREATED, call(0, 'keep', { value: 'one' }), completed()))
  const inputs: unknown[] = []
  const keep: AskTool = {
    schema: {
      type: 'object',
      properties: { value: { type: 'string' } },
      required: ['value'],
      additionalProperties: false,
    },
    execute: (input) => inputs.push(input),
  }
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools: { keep }, maxSteps: 2 })
  expect(seen.steps[0]?.calls).toMatchObject([{ name: 'keep', input: { value: 'one' } }])
  expect(inputs).toEqual([{ value: 'one' }])
  const sent = turnOf(bodyOf(server, 1)).find(({ type }) => type === 'function_call')
  expect(JSON.parse(String(sent?.arguments))).toEqual({ value: 'one' })
})

/** A tool by `ai`'s own names, so that it may have what `AskTool` has no word for. */
const raw = (schema: unknown, more: JsonObject = {}): AskTool => ({
  hosted: { parameters: schema, inputSchema: schema, ...more },
})

/** A JSON schema as `jsonSchema()` makes it. */
const asSchema = (jsonSchema: JsonObject) => ({
  jsonSchema,
  validate: undefined,
  [Symbol.for('vercel.ai.schema')]: true,
})

const limited = (z: typeof z3) =>
  z.object({
    count: z.number().int().positive(),
    name: z.string().min(1).max(9),
    mail: z.string().email(),
    page: z.string().url(),
    list: z.array(z.string().datetime()).min(1),
  })

describe.each([
  { zod: 'zod 3', z: z3, since: 4 },
  { zod: 'zod 4', z: z4 as unknown as typeof z3, since: 5 },
])('limits of $zod', ({ zod, z, since }) => {
  eachRequest(`a schema of ${zod} with limits stays strict`, async ({ ai, ask, start }) => {
    if (ai.major < since) return
    const { codex, server } = await start()
    const tools = { keep: raw(limited(z)) }
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools })
    expect(seen).toMatchObject({ errors: [], warnings: [] })
    expect(toolsOf(bodyOf(server))).toMatchObject([
      {
        strict: true,
        parameters: {
          properties: {
            count: { type: 'integer', exclusiveMinimum: 0 },
            name: { type: 'string', description: '{minLength: 1, maxLength: 9}' },
            mail: { type: 'string', format: 'email' },
            page: { type: 'string', description: '{format: "uri"}' },
            list: { type: 'array', items: { format: 'date-time' }, minItems: 1 },
          },
        },
      },
    ])
    expect(JSON.stringify(toolsOf(bodyOf(server)))).not.toContain(String(Number.MAX_SAFE_INTEGER))
    expect(refusals(server)).toEqual([])
  })
})

const nested = (levels: number): JsonObject =>
  Array.from({ length: levels }).reduce<JsonObject>(
    (inner) => ({ type: 'object', properties: { a: inner }, required: ['a'], additionalProperties: false }),
    { type: 'string' },
  )

eachRequest('a schema beyond the limits of strict mode is sent without it', async ({ ask, start }) => {
  const { codex, server } = await start()
  const tools = { fine: { schema: nested(10) }, deep: { schema: nested(11) } }
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools })
  expect(seen).toMatchObject({ errors: [], warnings: [] })
  expect(toolsOf(bodyOf(server))).toMatchObject([
    { name: 'fine', strict: true },
    { name: 'deep', strict: false },
  ])
  const asked = await ask({
    model: codex('gpt-5.5'),
    prompt: 'hi',
    tools,
    providerOptions: { codex: { strictJsonSchema: true } },
  })
  expect(asked.warnings).toEqual([expect.stringMatching(/"deep" is sent without strict mode.*11 levels/)])
  expect(refusals(server)).toEqual([])
})

eachRequest('a schema that no walk comes to the end of names its tool', async ({ ask, start }) => {
  const { codex, server } = await start()
  const seen = await ask({
    model: codex('gpt-5.5'),
    prompt: 'hi',
    tools: { deep: { schema: nested(1_000) } },
  })
  expect(seen.errors).toEqual([
    expect.objectContaining({ message: expect.stringMatching(/the tool "deep".*nested deeper/) }),
  ])
  expect(InvalidArgumentError.isInstance(seen.errors[0])).toBe(true)
  expect(server.responseRequests).toEqual([])
})

eachRequest('options of a tool are used, or warned of', async ({ ai, ask, start }) => {
  const { codex, server } = await start()
  const schema = asSchema({ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] })
  const seen = await ask({
    model: codex('gpt-5.5'),
    prompt: 'hi',
    tools: {
      one: raw(schema, { providerOptions: { codex: { strict: true } } }),
      two: raw(schema, { providerOptions: { codex: { strct: true }, openai: { allowedCallers: ['x'] } } }),
    },
  })
  const [one, two] = toolsOf(bodyOf(server)) as JsonObject[]
  expect(two).toMatchObject({ name: 'two', strict: false })
  // `ai` 4 gives a model no options of a tool.
  expect(one).toMatchObject({ name: 'one', strict: ai.major > 4 })
  expect(seen.warnings).toEqual(
    ai.major === 4
      ? []
      : [
          expect.stringMatching(/openai\.allowedCallers of the tool "two" is left out/),
          expect.stringMatching(/codex\.strct of the tool "two".*Did you mean strict\?/),
        ],
  )
})

eachRequest("the domains that `@ai-sdk/openai`'s web search is to avoid", async ({ ai, ask, start }) => {
  const { codex, server } = await start()
  const search: AskTool = {
    hosted: {
      ...(codex.tools.webSearch() as object),
      id: 'openai.web_search',
      args: { filters: { blockedDomains: ['example.com'], newThing: 1 } },
    },
  }
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools: { search } })
  expect(toolsOf(bodyOf(server))).toEqual([
    { type: 'web_search', filters: { blocked_domains: ['example.com'] } },
  ])
  expect(seen.warnings, String(ai.major)).toEqual([
    expect.stringContaining('The argument filters.newThing of the tool "search" (openai.web_search)'),
  ])
  expect(refusals(server)).toEqual([])
})

describe.each<{ choice: 'none' | 'required' | { toolName: string }; sent: unknown }>([
  { choice: 'none', sent: 'none' },
  { choice: 'required', sent: 'required' },
  { choice: { toolName: 'time' }, sent: { type: 'function', name: 'time' } },
])('tool choice', ({ choice, sent }) => {
  eachRequest(`tool choice ${JSON.stringify(choice)}`, async ({ ask, start }) => {
    const { codex, server } = await start()
    await ask({ model: codex('gpt-5.5'), prompt: 'hi', tools: { weather, time }, toolChoice: choice })
    expect(bodyOf(server).tool_choice).toEqual(sent)
    expect(refusals(server)).toEqual([])
  })
})

eachWay('a tool that fails: the model is told, or the call rejects (ai 4)', async ({ ai, ask, start }) => {
  const { codex, server } = await start()
  const broken: AskTool = {
    ...time,
    execute: () => {
      throw new Error('the disk is full')
    },
  }
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'use broken', tools: { broken }, maxSteps: 2 })
  if (ai.major === 4) {
    expect(seen.errors).toEqual([
      expect.objectContaining({ message: expect.stringContaining('the disk is full') }),
    ])
    return
  }
  expect(seen.errors).toEqual([])
  expect(turnOf(bodyOf(server, 1)).at(-1)).toMatchObject({
    type: 'function_call_output',
    output: expect.stringContaining('the disk is full'),
  })
})

eachRequest('results of a history: texts, JSON, errors, nothing', async ({ ask, start }) => {
  const { codex, server } = await start()
  const results = [
    { id: 'call_1', name: 'weather', output: 'Snow' },
    { id: 'call_2', name: 'time', output: { hour: 12 } },
    { id: 'call_3', name: 'time', output: 'no clock', isError: true },
    { id: 'call_4', name: 'time', output: null },
  ]
  const seen = await ask({
    model: codex('gpt-5.5'),
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'go' }] },
      {
        role: 'assistant',
        content: results.map(({ id, name }) => ({ type: 'tool-call', id, name, input: {} })),
      },
      { role: 'tool', content: results.map((result) => ({ type: 'tool-result', ...result })) },
    ],
    tools: { weather, time },
  })
  expect(seen.errors).toEqual([])
  const outputs = turnOf(bodyOf(server)).flatMap((item) =>
    item.type === 'function_call_output' ? [item.output] : [],
  )
  expect(outputs).toEqual(['Snow', '{"hour":12}', expect.stringContaining('no clock'), 'null'])
  expect(refusals(server)).toEqual([])
})
