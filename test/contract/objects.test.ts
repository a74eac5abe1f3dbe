import { describe, expect } from 'vitest'
import { z } from 'zod'
import { bodyOf, rejection } from '../adapters/v1/support.ts'
import type { ObjectWay, SeenObject } from './support/ask.ts'
import { type Contract, eachAI, refusals, SHAPES } from './support/contract.ts'

const place = z.object({ city: z.string(), people: z.number() })

/** All ways of a major, each on a server of its own. */
async function eachObjectWay(
  { ai, start }: Pick<Contract, 'ai' | 'start'>,
  run: (way: ObjectWay, started: Awaited<ReturnType<Contract['start']>>) => Promise<void>,
): Promise<void> {
  for (const way of ai.objectWays) await run(way, await start())
}

describe.each(SHAPES)('objects, $model ($shape)', ({ model }) => {
  eachAI('objects by generateObject, streamObject, Output.object', (contract) =>
    eachObjectWay(contract, async (way, { codex, server }) => {
      const seen: SeenObject = await way.run({
        model: codex(model),
        prompt: 'city: Lisbon, 545000 people',
        schema: place,
        name: 'place',
      })
      expect(seen, way.way).toMatchObject({
        object: { city: 'Lisbon', people: 545000 },
        warnings: [],
        usage: { input: expect.any(Number), output: expect.any(Number) },
      })
      expect(refusals(server), way.way).toEqual([])
    }),
  )

  eachAI('objects: commentary before the answer does not spoil the JSON', (contract) =>
    eachObjectWay(contract, async (way, { codex, server }) => {
      if (way.way.includes('tool')) return
      const say = (index: number, text: string, phase: string) => ({
        type: 'response.output_item.done',
        output_index: index,
        item: {
          id: `msg_${index}`,
          type: 'message',
          role: 'assistant',
          phase,
          content: [{ type: 'output_text', text, annotations: [] }],
        },
      })
      server.answer({
        type: 'events',
        events: [
          { type: 'response.created', response: { id: 'resp_1' } },
          say(0, 'Let me see.', 'commentary'),
          say(1, '{"city":"Oslo","people":1}', 'final_answer'),
          { type: 'response.completed', response: { id: 'resp_1', status: 'completed' } },
        ],
      })
      const { object } = await way.run({ model: codex(model), schema: place })
      expect(object, way.way).toEqual({ city: 'Oslo', people: 1 })
    }),
  )
})

eachAI('objects: an answer that is no JSON is an AI_NoObjectGeneratedError with its text', (contract) =>
  eachObjectWay(contract, async (way, { codex, server }) => {
    if (way.way.includes('tool')) return
    server.answer({ type: 'text', text: 'I would rather not.' })
    expect(await rejection(way.run({ model: codex('gpt-5.5'), schema: place })), way.way).toMatchObject({
      name: 'AI_NoObjectGeneratedError',
      text: 'I would rather not.',
    })
  }),
)

eachAI('objects: options reach the request', (contract) =>
  eachObjectWay(contract, async (way, { codex, server }) => {
    await way.run({
      model: codex('gpt-5.5'),
      schema: place,
      providerOptions: { codex: { reasoningEffort: 'high' } },
    })
    expect(bodyOf(server).reasoning, way.way).toMatchObject({ effort: 'high' })
  }),
)
