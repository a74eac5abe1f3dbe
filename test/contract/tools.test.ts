import { describe, expect } from 'vitest'
import type { JsonObject } from '../../src/testing/types.ts'
import { bodyOf, CREATED, callDone, completed, events, message } from '../adapters/v1/support.ts'
import type { AskTool } from './support/ask.ts'
import { eachRequest, eachWay, outlineOf, refusals, SHAPES, turnOf } from './support/contract.ts'

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
