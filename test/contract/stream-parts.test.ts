import { expect } from 'vitest'
import { asObject } from '../../src/lib/json.ts'
import {
  bodyOf,
  CREATED,
  callDone,
  completed,
  delta,
  ev,
  events,
  good,
  message,
  raw,
} from '../adapters/v1/support.ts'
import type { AskTool } from './support/ask.ts'
import { eachWay, OVER_HTTP, outlineOf, refusals, turnOf } from './support/contract.ts'
import { DRIVERS, OLDER } from './support/drivers.ts'

const since = (major: number) => DRIVERS.filter((driver) => driver.major >= major)

eachWay('a tool’s input comes piece by piece', async ({ ask, start, way }) => {
  const { codex, server } = await start()
  server.answer({ type: 'tool-calls', calls: [{ name: 'say', arguments: { words: 'one two three' } }] })
  const say: AskTool = { schema: { type: 'object', properties: { words: { type: 'string' } } } }
  const pieces: string[] = []
  const seen = await ask({
    model: codex('gpt-5.5'),
    prompt: 'hi',
    tools: { say },
    onInput: (piece) => pieces.push(piece),
  })
  expect(seen.errors).toEqual([])
  expect(seen.calls).toMatchObject([{ name: 'say', input: { words: 'one two three' } }])
  expect(pieces.join('')).toBe(way === 'stream' ? '{"words":"one two three"}' : '')
  expect(pieces.length > 1).toBe(way === 'stream')
})

eachWay(
  'includeRawChunks gives the events as they came',
  async ({ ask, start, way }) => {
    const { codex, server } = await start(OVER_HTTP)
    const sent = good('Hello')
    server.answer(events(...sent))
    const seenRaw: unknown[] = []
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', onRaw: (value) => seenRaw.push(value) })
    expect(seen).toMatchObject({ text: 'Hello', errors: [] })
    expect(seenRaw).toEqual(way === 'stream' ? sent : [])
  },
  since(5),
)

eachWay(
  'includeRawChunks gives no half event of a stream that is cut',
  async ({ ask, start, way }) => {
    const { codex, server } = await start(OVER_HTTP)
    const sent = [CREATED, delta('Hel')]
    server.answer(raw(...sent.map(ev), ev(delta('lo')).slice(0, -10)))
    const seenRaw: unknown[] = []
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi', onRaw: (value) => seenRaw.push(value) })
    expect(seen.errors).toHaveLength(1)
    expect(seenRaw).toEqual(way === 'stream' ? sent : [])
  },
  since(5),
)

eachWay(
  'the backend’s own finish reason',
  async ({ ask, start }) => {
    const { codex, server } = await start()
    const reason = { incomplete_details: { reason: 'max_output_tokens' }, status: 'incomplete' }
    server.answer(
      events(CREATED, message('Half'), {
        type: 'response.incomplete',
        response: { id: 'resp_1', ...reason },
      }),
    )
    const seen = await ask({ model: codex('gpt-5.5'), prompt: 'hi' })
    expect(seen).toMatchObject({ finishReason: 'length', rawFinishReason: 'max_output_tokens' })
  },
  since(6),
)

for (const isApproved of [true, false]) {
  eachWay(
    `a tool that a person ${isApproved ? 'agrees' : 'does not agree'} to`,
    async ({ ask, start }) => {
      const { codex, server } = await start()
      const call = callDone(0, { callId: 'call_1', name: 'wipe', arguments: '{}' })
      server.answer(events(CREATED, call, completed()))
      const wipe: AskTool = {
        schema: { type: 'object', properties: {}, additionalProperties: false },
        execute: () => 'wiped',
        needsApproval: true,
      }
      const asked = await ask({ model: codex('gpt-5.5'), prompt: 'go', tools: { wipe }, maxSteps: 3 })
      expect(asked.errors).toEqual([])
      expect(asked.approvals).toHaveLength(1)
      const [approvalId] = asked.approvals
      const answer = { type: 'tool-approval-response', approvalId, approved: isApproved, reason: 'too bold' }
      const seen = await ask({
        model: codex('gpt-5.5'),
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'go' }] },
          { role: 'given', messages: [...asked.messages, { role: 'tool', content: [answer] }] },
        ],
        tools: { wipe },
        maxSteps: 3,
      })
      expect(seen.errors).toEqual([])
      const turn = turnOf(bodyOf(server, 1))
      expect(outlineOf(turn)).toEqual(['user', 'function_call', 'function_call_output'])
      expect(String(turn[2]?.output)).toContain(isApproved ? 'wiped' : 'too bold')
      expect(refusals(server)).toEqual([])
    },
    [...since(6), ...OLDER],
  )
}

eachWay(
  'a file that is text',
  async ({ ask, start }) => {
    const { codex, server } = await start()
    const part = { type: 'file', data: { type: 'text', text: 'Hello from a file' }, mediaType: 'text/plain' }
    const seen = await ask({
      model: codex('gpt-5.5'),
      messages: [{ role: 'given', messages: [{ role: 'user', content: [part] }] }],
    })
    expect(seen.errors).toEqual([])
    const [sent] = (bodyOf(server).input.at(-1)?.content ?? []) as object[]
    const base64 = Buffer.from('Hello from a file').toString('base64')
    const { text, file_data: data } = asObject(sent)
    expect(text ?? data).toBe(text === undefined ? `data:text/plain;base64,${base64}` : 'Hello from a file')
    expect(refusals(server)).toEqual([])
  },
  [...since(7), ...OLDER.filter(({ major }) => major === 7)],
)

eachWay(
  'parts that Codex has no place for are left out with a warning',
  async ({ ask, start }) => {
    const { codex, server } = await start()
    const content = [
      { type: 'custom', kind: 'other.note', providerOptions: { other: { note: 'x' } } },
      { type: 'text', text: 'Hello' },
    ]
    const seen = await ask({
      model: codex('gpt-5.5'),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi' }] },
        { role: 'given', messages: [{ role: 'assistant', content }] },
        { role: 'user', content: [{ type: 'text', text: 'more' }] },
      ],
    })
    expect(seen.errors).toEqual([])
    expect(outlineOf(turnOf(bodyOf(server)))).toEqual(['user', 'assistant', 'user'])
    expect(seen.warnings).toEqual([expect.stringMatching(/left out.*custom/)])
  },
  since(7),
)
