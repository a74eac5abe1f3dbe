import { describe, expect } from 'vitest'
import type { JsonObject } from '../../src/lib/json.ts'
import {
  bodyOf,
  CREATED,
  callDone,
  completed,
  delta,
  events,
  message,
  messageAdded,
  raw,
  reasoningDone,
} from '../adapters/v1/support.ts'
import type { AskTool } from './support/ask.ts'
import { eachAI, eachWay, refusals, SHAPES, turnOf } from './support/contract.ts'

const look: AskTool = {
  schema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
  execute: (input) => `Snow in ${(input as { city: string }).city}`,
}
/** SSE has names of events, a socket has none. */
const OVER_HTTP = { transport: 'http' } as const
const SCHEMA = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] } as const

describe.each(SHAPES)('odd answers, $model ($shape)', ({ model }) => {
  eachWay(
    'a wrapper of parallel calls: each runs, and goes back under its own id',
    async ({ ask, start }) => {
      const { codex, server } = await start()
      const uses = ['Oslo', 'Rome'].map((city) => ({
        recipient_name: 'functions.look',
        parameters: { city },
      }))
      const wrapper = { callId: 'call_1', name: 'parallel', arguments: JSON.stringify({ tool_uses: uses }) }
      server.answer(
        events(CREATED, callDone(0, wrapper), completed()),
        events(CREATED, message('Done.'), completed()),
      )
      const seen = await ask({ model: codex(model), prompt: 'go', tools: { look }, maxSteps: 2 })
      expect(seen).toMatchObject({ text: 'Done.', errors: [] })
      expect(seen.steps[0]?.calls).toMatchObject([
        { id: 'call_1_0', name: 'look', input: { city: 'Oslo' } },
        { id: 'call_1_1', name: 'look', input: { city: 'Rome' } },
      ])
      expect(seen.steps[0]?.finishReason).toBe('tool-calls')
      const outputs = turnOf(bodyOf(server, 1)).filter(({ type }) => type === 'function_call_output')
      expect(outputs).toMatchObject([
        { call_id: 'call_1_0', output: 'Snow in Oslo' },
        { call_id: 'call_1_1', output: 'Snow in Rome' },
      ])
      expect(refusals(server)).toEqual([])
    },
  )

  eachWay('an item that corrects its deltas: what a stream has said stays', async ({ ask, start, way }) => {
    const { codex, server } = await start()
    server.answer(events(CREATED, messageAdded(), delta('Helo'), message('Hello'), completed()))
    const seen = await ask({ model: codex(model), prompt: 'hi' })
    expect(seen).toMatchObject({ text: way === 'generate' ? 'Hello' : 'Helo', errors: [] })
  })

  eachWay('events that are named by their event: line alone', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    const unnamed = ({ type, ...data }: JsonObject) => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`
    server.answer(raw(...[CREATED, delta('Hel'), message('Hello'), completed()].map(unnamed)))
    expect(await ask({ model: codex(model), prompt: 'hi' })).toMatchObject({ text: 'Hello', errors: [] })
  })

  eachWay('a stream without a single known event is no empty success', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    server.answer(raw('data: {"type":"message_start"}\n\n', 'data: [DONE]\n\n'))
    const { errors, text } = await ask({ model: codex(model), prompt: 'hi' })
    expect(text).toBe('')
    expect(errors).toMatchObject([
      {
        isRetryable: true,
        message: expect.stringContaining(
          'no event of the Responses API. It begins: {"type":"message_start"}',
        ),
      },
    ])
  })

  eachWay('two messages come back as two', async ({ ask, start }) => {
    const { codex, server } = await start()
    const say = (text: string, index: number) => [
      messageAdded(index),
      delta(text.slice(0, 2), index),
      message(text, index),
    ]
    server.answer(
      events(
        CREATED,
        reasoningDone(0, 'ENC1'),
        ...say('Looking.', 1),
        reasoningDone(2, 'ENC2'),
        ...say('Found.', 3),
        completed(),
      ),
    )
    const seen = await ask({ model: codex(model), prompt: 'hi' })
    expect(seen.text).toBe('Looking.Found.')
    await ask({
      model: codex(model),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi' }] },
        { role: 'given', messages: seen.messages },
        { role: 'user', content: [{ type: 'text', text: 'more' }] },
      ],
    })
    const texts = turnOf(bodyOf(server, 1)).map(
      ({ content, encrypted_content }) => encrypted_content ?? (content as Array<{ text: string }>)[0]?.text,
    )
    expect(texts).toEqual(['hi', 'ENC1', 'Looking.', 'ENC2', 'Found.', 'more'])
  })

  eachAI(
    'commentary that looks like JSON and is told late is not in the object that is read whole',
    async ({ ai, start }) => {
      for (const way of ai.objectWays.filter(({ way }) => way === 'generateObject')) {
        const { codex, server } = await start()
        const note = message('{"a":0}', 0)
        server.answer(
          events(
            CREATED,
            delta('{"a":0}', 0),
            { ...note, item: { ...(note.item as object), phase: 'commentary' } },
            delta('{"a":1}', 1),
            message('{"a":1}', 1),
            completed(),
          ),
        )
        const { object } = await way.run({ model: codex(model), schema: SCHEMA })
        expect(object).toEqual({ a: 1 })
      }
    },
  )

  eachAI('JSON in two messages stays JSON, without commentary that is told late', async ({ ai, start }) => {
    for (const way of ai.objectWays.filter(({ way }) => !way.includes('tool'))) {
      const { codex, server } = await start()
      const inPhase = (text: string, index: number, phase: string) => {
        const done = message(text, index)
        return [
          messageAdded(index),
          delta(text, index),
          { ...done, item: { ...(done.item as object), phase } },
        ]
      }
      server.answer(
        events(
          CREATED,
          ...inPhase('Let me see.', 0, 'commentary'),
          ...inPhase('{"a":', 1, 'final_answer'),
          ...inPhase('1}', 2, 'final_answer'),
          completed(),
        ),
      )
      const { object } = await way.run({ model: codex(model), schema: SCHEMA })
      expect(object, way.way).toEqual({ a: 1 })
    }
  })
})
