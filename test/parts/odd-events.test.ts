import { expect, test } from 'vitest'
import { readAnswer } from '../../src/core/read-answer.ts'
import { parseEvent } from '../../src/events/parse.ts'
import { createMessageReader } from '../../src/transport/http/sse.ts'
import { partsOf } from '../support/machine.ts'

const CREATED = { type: 'response.created', response: { id: 'resp_1' } }
const completed = (response: object = {}) => ({ type: 'response.completed', response })

const added = (output_index: unknown, item: object) => ({
  type: 'response.output_item.added',
  output_index,
  item,
})
const done = (output_index: unknown, item: object) => ({
  type: 'response.output_item.done',
  output_index,
  item,
})
const text = (output_index: unknown, item_id: string, delta: string) => ({
  type: 'response.output_text.delta',
  output_index,
  item_id,
  delta,
})
const call = (args: string) => ({
  id: 'fc_1',
  type: 'function_call',
  call_id: 'call_1',
  name: 'a',
  arguments: args,
})
const inputDelta = (output_index: number, delta: string) => ({
  type: 'response.function_call_arguments.delta',
  output_index,
  delta,
})

test('two items of one id, both open, are two blocks', () => {
  const parts = partsOf([CREATED, text(0, 'msg_1', 'a'), text(1, 'msg_1', 'b'), completed()])
  const started = parts.flatMap((part) => (part.type === 'text-start' ? [part.id] : []))
  expect(started).toEqual(['msg_1', 'item_1'])
})

test('a call that is told at two places is one, and starts once', () => {
  const parts = partsOf([
    ...[CREATED, added(0, call('')), added(1, call('')), inputDelta(0, '{"b"')],
    ...[done(0, call('{"b":1}')), inputDelta(1, '{"b"'), added(2, call('')), done(1, call('{"b":1}'))],
    completed(),
  ])
  const types = parts.map(({ type }) => type)
  expect(types).toEqual([
    ...['response', 'tool-input-start', 'tool-input-delta', 'tool-input-delta'],
    ...['tool-input-end', 'tool-call', 'finish'],
  ])
})

test('two calls that began under one id are two, and their input ends once', () => {
  const parts = partsOf([
    ...[CREATED, added(0, call('')), added(1, call(''))],
    ...[done(0, { ...call('{}'), call_id: 'call_2' }), done(1, call('{}')), completed()],
  ])
  const told = parts.flatMap((part) =>
    part.type.startsWith('tool') && 'callId' in part ? [[part.type, part.callId]] : [],
  )
  expect(told).toEqual([
    ['tool-input-start', 'call_1'],
    ['tool-input-delta', 'call_1'],
    ['tool-input-end', 'call_1'],
    ['tool-call', 'call_2'],
    ['tool-call', 'call_1'],
  ])
})

test.each([-1, 0.5, 1e308, 2 ** 53, '0', null])('a place %j is none', (place) => {
  expect(parseEvent(JSON.stringify(text(place, 'msg_1', 'a')))).toMatchObject({ index: undefined })
})

test('what is nested deeper than JSON can be written is no event', () => {
  const deep = (depth: number) =>
    `{"type":"error","message":"no","x":${'['.repeat(depth)}${']'.repeat(depth)}}`
  expect(parseEvent(deep(900))).toMatchObject({ type: 'failed' })
  expect(parseEvent(deep(100_000))).toEqual({ type: 'ignored' })
})

test('a count below 0 is none', () => {
  const usage = { input_tokens: 3, output_tokens: -1 }
  expect(partsOf([completed({ usage })]).at(-1)).toMatchObject({
    usage: { inputTokens: 3, outputTokens: undefined, totalTokens: undefined },
  })
})

test('reasoning in the place of commentary that is hidden ends too', () => {
  const message = { id: 'msg_1', type: 'message', phase: 'commentary', content: [] }
  const reasoning = {
    type: 'response.reasoning_summary_text.delta',
    output_index: 0,
    summary_index: 0,
    delta: 'a',
  }
  const parts = partsOf([CREATED, added(0, message), reasoning, completed()], { jsonOutput: true })
  expect(parts.map(({ type }) => type)).toEqual([
    ...['response', 'reasoning-start', 'reasoning-delta', 'reasoning-end', 'finish'],
  ])
})

test('no event is told as it came once the answer has ended', async () => {
  const messages = [CREATED, completed(), { type: 'late' }].map(
    (event) => `data: ${JSON.stringify(event)}\n\n`,
  )
  const reader = readAnswer({
    open: (onMessage) =>
      createMessageReader(new Blob([`${messages.join('')}data: [DONE]\n\n`]).stream(), onMessage),
    context: { url: 'http://127.0.0.1/responses', requestBodyValues: {} },
    form: {},
    includeRaw: true,
    signal: undefined,
    idleTimeoutMs: 0,
    log: undefined,
  })
  const types: string[] = []
  for (let batch = await reader.next(); batch; batch = await reader.next()) {
    types.push(...batch.map(({ type }) => type))
  }
  expect(types).toEqual(['raw', 'response', 'raw', 'finish'])
})
