import { describe, expect } from 'vitest'
import {
  bodyOf,
  CREATED,
  completed,
  delta,
  events,
  good,
  message,
  reasoningDone,
} from '../adapters/v1/support.ts'
import { eachWay, refusals, SHAPES } from './support/contract.ts'

describe.each(SHAPES)('text, $model ($shape)', ({ model }) => {
  eachWay('answers a prompt', async ({ ask, start }) => {
    const { codex, server } = await start()
    const seen = await ask({ model: codex(model), system: 'Be brief.', prompt: 'Say hi' })
    expect(seen).toMatchObject({ text: 'You said: Say hi', finishReason: 'stop', errors: [], warnings: [] })
    expect(seen.steps).toHaveLength(1)
    expect(bodyOf(server)).toMatchObject({ model, store: false, stream: true })
    expect(refusals(server)).toEqual([])
  })

  eachWay('goes on with a conversation', async ({ ask, start }) => {
    const { codex, server } = await start()
    const first = await ask({ model: codex(model), prompt: 'one' })
    const seen = await ask({
      model: codex(model),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'one' }] },
        { role: 'given', messages: first.messages },
        { role: 'user', content: [{ type: 'text', text: 'two' }] },
      ],
    })
    expect(seen).toMatchObject({ text: 'You said: two', errors: [], warnings: [] })
    const before = bodyOf(server, 0).input
    expect(bodyOf(server, 1).input.slice(0, before.length)).toEqual(before)
    expect(refusals(server)).toEqual([])
  })
})

eachWay('tells text piece by piece, in order', async ({ ask, start, way }) => {
  const { codex, server } = await start()
  server.answer(events(...good('Hello, world')))
  const pieces: string[] = []
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', onText: (text) => pieces.push(text) })
  expect(seen.said).toBe('Hello, world')
  expect(pieces).toEqual(way === 'stream' ? ['Hello,', ' world'] : [])
})

eachWay('several messages are one answer', async ({ ask, start }) => {
  const { codex, server } = await start()
  server.answer(events(CREATED, message('One. '), message('Two.', 1), completed()))
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
  expect(seen.text).toBe('One. Two.')
})

eachWay('an empty answer is no error', async ({ ask, start }) => {
  const { codex, server } = await start()
  server.answer(events(CREATED, completed()))
  expect(await ask({ model: codex('gpt-5.5'), prompt: 'hi' })).toMatchObject({
    text: '',
    errors: [],
    finishReason: 'stop',
  })
})

const incomplete = (reason: string) => ({
  type: 'response.incomplete',
  response: { id: 'resp_1', status: 'incomplete', incomplete_details: { reason } },
})

describe.each([
  ['max_output_tokens', 'length'],
  ['content_filter', 'content-filter'],
])('finish reasons', (reason, expected) => {
  eachWay(`${reason} is ${expected}`, async ({ ask, start }) => {
    const { codex, server } = await start()
    server.answer(events(CREATED, delta('Half'), incomplete(reason)))
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(seen).toMatchObject({ text: 'Half', errors: [], finishReason: expected })
  })
})

eachWay('reasoning comes apart from text', async ({ ask, start }) => {
  const { codex, server } = await start()
  server.answer(events(CREATED, reasoningDone(0, 'ENC1', ['I think.']), message('So be it.', 1), completed()))
  const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
  expect(seen.text).toBe('So be it.')
  expect(seen.reasoning).toEqual([{ text: 'I think.', isSealed: true }])
})
