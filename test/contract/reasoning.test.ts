import { describe, expect } from 'vitest'
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
import { eachWay, outlineOf, refusals, SHAPES, turnOf } from './support/contract.ts'

const add: AskTool = {
  schema: { type: 'object', properties: {}, additionalProperties: false },
  execute: () => 3,
}
const call = (index: number, callId: string) => callDone(index, { callId, name: 'add', arguments: '{}' })

/** Reasoning of two parts, then text and a call; two items with a call each; reasoning that says nothing. */
const STEPS = [
  [reasoningDone(0, 'ENC1', ['Look.', 'Then add.']), message('Adding.', 1), call(2, 'call_1')],
  [reasoningDone(0, 'ENC2'), call(1, 'call_2'), reasoningDone(2, 'ENC3', ['More.']), call(3, 'call_3')],
  [reasoningDone(0, 'ENC4'), message('Done.', 1)],
]

describe.each(SHAPES)('reasoning, $model ($shape)', ({ model }) => {
  eachWay('reasoning goes back: content, order, several items', async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer(...STEPS.map((list) => events(CREATED, ...list, completed())))
    const seen = await ask({ model: codex(model), prompt: 'go', tools: { add }, maxSteps: 5 })
    expect(seen).toMatchObject({ text: 'Done.', errors: [], warnings: [] })
    const after = await ask({
      model: codex(model),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'go' }] },
        { role: 'given', messages: seen.messages },
        { role: 'user', content: [{ type: 'text', text: 'again' }] },
      ],
      tools: { add },
    })
    expect(after).toMatchObject({ errors: [], warnings: [] })
    const turn = turnOf(bodyOf(server, 3))
    expect(outlineOf(turn)).toEqual([
      'user',
      ...['ENC1', 'assistant', 'function_call', 'function_call_output'],
      ...['ENC2', 'function_call', 'ENC3', 'function_call', 'function_call_output', 'function_call_output'],
      ...['ENC4', 'assistant'],
      'user',
    ])
    expect(turn.find((item) => item.encrypted_content === 'ENC1')?.summary).toEqual([
      { type: 'summary_text', text: 'Look.' },
      { type: 'summary_text', text: 'Then add.' },
    ])
    expect(turn.filter((item) => item.type === 'reasoning' && 'id' in item)).toEqual([])
    expect(refusals(server)).toEqual([])
  })

  eachWay('the stand-in verifies what it gave out', async ({ ask, start }) => {
    const { codex, server } = await start()
    await ask({ model: codex(model), prompt: 'use add', tools: { add }, maxSteps: 3 })
    const [sealed] = turnOf(bodyOf(server, 1)).filter(({ type }) => type === 'reasoning')
    expect(sealed?.encrypted_content).toMatch(/^gAAAA/)
    expect(server.responseRequests.map(({ status }) => status)).toEqual([200, 200])
  })
})

eachWay('a history that was stored as JSON is the same', async ({ ask, start }) => {
  const { codex, server } = await start()
  server.answer(...STEPS.map((list) => events(CREATED, ...list, completed())))
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'go', tools: { add }, maxSteps: 5 })
  const again = async (messages: readonly unknown[]) =>
    ask({
      model: codex('gpt-5.5'),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'go' }] },
        { role: 'given', messages },
        { role: 'user', content: [{ type: 'text', text: 'again' }] },
      ],
      tools: { add },
    })
  await again(seen.messages)
  await again(JSON.parse(JSON.stringify(seen.messages)))
  expect(bodyOf(server, 4)).toEqual(bodyOf(server, 3))
})

eachWay('reasoning of another provider is left out with a warning', async ({ ask, start }) => {
  const { codex, server } = await start()
  const seen = await ask({
    model: codex('gpt-5.5'),
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'hi' }] },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm.', providerOptions: { other: { signature: 'x' } } },
          { type: 'text', text: 'Hello' },
        ],
      },
      { role: 'user', content: [{ type: 'text', text: 'more' }] },
    ],
  })
  expect(outlineOf(turnOf(bodyOf(server)))).toEqual(['user', 'assistant', 'user'])
  expect(seen.warnings).toEqual([expect.stringMatching(/reasoning/i)])
})

eachWay('the phase of a text goes back', async ({ ask, start }) => {
  const { codex, server } = await start()
  server.answer({
    type: 'tool-calls',
    reasoning: 'Hm.',
    text: 'I add.',
    calls: [{ name: 'add', arguments: {} }],
  })
  await ask({ model: codex('gpt-5.5'), prompt: 'go', tools: { add }, maxSteps: 2 })
  expect(turnOf(bodyOf(server, 1))).toContainEqual(
    expect.objectContaining({ role: 'assistant', phase: 'commentary' }),
  )
})
