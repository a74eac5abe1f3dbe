import { describe, expect } from 'vitest'
import type { RecordedRequest } from '../../src/testing/types.ts'
import { CREATED, callDone, completed, events, message, reasoningDone } from '../adapters/v1/support.ts'
import type { AskTool } from './support/ask.ts'
import { eachWay, OVER_HTTP, SHAPES } from './support/contract.ts'

const read: AskTool = {
  description: 'Reads a file.',
  schema: {
    type: 'object',
    properties: { path: { type: 'string' }, lines: { type: 'number' } },
    required: ['path'],
    additionalProperties: false,
  },
  execute: (input) => ({ path: (input as { path: string }).path, text: 'Größe “7” \u2028 \\ 1.50' }),
}

const call = (index: number, callId: string, json: string) =>
  callDone(index, { callId, name: 'read', arguments: json })

/** A body as it was sent, in three: what stands before the items, the items without their last bracket, the rest. */
function partsOf({ text, json }: RecordedRequest): { head: string; items: string; rest: string } {
  const input = JSON.stringify(json?.input)
  const at = text.indexOf(input)
  expect(at).toBeGreaterThan(0)
  return { head: text.slice(0, at), items: input.slice(0, -1), rest: text.slice(at + input.length) }
}

// The prompt cache of the backend hits as far as two requests are the same.
describe.each(SHAPES)('request bytes of a tool loop, $model ($shape)', ({ model }) => {
  eachWay('each step begins with all of the step before', async ({ ask, start }) => {
    const { codex, server } = await start(OVER_HTTP)
    server.answer(
      events(
        CREATED,
        reasoningDone(0, 'gAAAA_1', ['I look.', 'At all.']),
        message('Looking …', 1),
        call(2, 'call_1', '{ "path": "ä.txt",\n "lines": 1.0 }'),
        call(3, 'call_2', '{"lines":2,"path":"b \\u0041"}'),
        completed(),
      ),
      events(CREATED, reasoningDone(0, 'gAAAA_2'), call(1, 'call_3', '{"path":"c"}'), completed()),
      events(CREATED, call(0, 'call_4', '{"path":"d"}'), completed()),
      events(CREATED, message('Done.'), completed()),
    )
    const seen = await ask({ model: codex(model), prompt: 'Read them all.', tools: { read }, maxSteps: 6 })
    expect(seen).toMatchObject({ text: 'Done.', errors: [] })
    const steps = server.responseRequests.map(partsOf)
    expect(steps).toHaveLength(4)
    for (const [index, { head, items, rest }] of steps.entries()) {
      const before = steps[index - 1]
      if (!before) continue
      expect(items.slice(0, before.items.length)).toBe(before.items)
      expect(items.length).toBeGreaterThan(before.items.length)
      expect([head, rest]).toEqual([before.head, before.rest])
    }
  })
})
