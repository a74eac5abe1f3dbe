import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { CodexRequestBody } from '../../../src/request/body.ts'
import {
  continuationOf as compare,
  createResponseNote,
  type LastResponse,
  writeRequest,
} from '../../../src/transport/websocket/continuation.ts'

type Input = CodexRequestBody['input']

const user = (text: string): Input[number] => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
})

const body = (input: Input, fields: Partial<CodexRequestBody> = {}): CodexRequestBody => ({
  model: 'gpt-5.5',
  stream: true,
  instructions: 'Be brief.',
  input,
  tool_choice: 'auto',
  reasoning: { effort: 'low' },
  store: false,
  prompt_cache_key: 'key',
  ...fields,
})

/** Items as the backend gives them, and as a history sends them back. */
const SAID: readonly JsonObject[] = [
  { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'gAAAA1' },
  {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    phase: 'commentary',
    content: [
      { type: 'output_text', text: 'Look', annotations: [{}] },
      { type: 'output_text', text: 'ing.' },
    ],
  },
  { id: 'fc_1', type: 'function_call', name: 'f', call_id: 'c1', arguments: '{"a": 1, "b": [2]}' },
  { id: 'ctc_1', type: 'custom_tool_call', name: 'x', namespace: 'n', call_id: 'c2', input: 'run' },
  { id: 'tsc_1', type: 'tool_search_call', execution: 'client', call_id: 'c3', arguments: { query: 'x' } },
]
const SENT: Input = [
  { type: 'reasoning', summary: [], content: null, encrypted_content: 'gAAAA1' },
  {
    type: 'message',
    status: 'completed',
    role: 'assistant',
    phase: 'commentary',
    content: [{ type: 'output_text', text: 'Looking.', annotations: [], logprobs: [] }],
  },
  { type: 'function_call', status: 'completed', name: 'f', call_id: 'c1', arguments: '{"a":1,"b":[2]}' },
  { type: 'custom_tool_call', status: 'completed', name: 'x', namespace: 'n', call_id: 'c2', input: 'run' },
  {
    type: 'tool_search_call',
    status: 'completed',
    execution: 'client',
    call_id: 'c3',
    arguments: { query: 'x' },
  },
]
const OUTPUTS: Input = [
  { type: 'tool_search_output', status: 'completed', execution: 'client', call_id: 'c3', tools: [] },
  { type: 'function_call_output', call_id: 'c1', output: 'one' },
  { type: 'custom_tool_call_output', call_id: 'c2', output: 'two' },
]

const continuationOf = (last: LastResponse | undefined, next: CodexRequestBody) =>
  compare(last, next, writeRequest(next))

function lastAfter(first: CodexRequestBody, end: JsonObject = { id: 'resp_1', status: 'completed' }) {
  const note = createResponseNote(writeRequest(first))
  for (const item of SAID) note.see({ type: 'response.output_item.done', item })
  note.see({ type: 'response.completed', response: end })
  return note.last()
}

test('an item counts once it is done', () => {
  const [item] = SAID
  const note = createResponseNote(writeRequest(body([user('go')])))
  note.see({ type: 'response.output_item.added', item: { ...item, status: 'in_progress' } })
  note.see({ type: 'response.output_item.done', item })
  note.see({ type: 'response.output_item.done', item: 'odd' })
  note.see({ type: 'response.done', response: { id: 'resp_1' } })
  expect(note.last()).toMatchObject({ responseId: 'resp_1', output: [item] })
})

test('only what is new goes out, whatever the ids and the spacing of JSON', () => {
  const last = lastAfter(body([user('go')]))
  expect(continuationOf(last, body([user('go'), ...SENT, ...OUTPUTS]))).toEqual({
    previousResponseId: 'resp_1',
    input: OUTPUTS,
  })
  expect(continuationOf(last, body([user('go'), ...SENT]))?.input).toEqual([])
})

describe('all goes out', () => {
  const whole: Input = [user('go'), ...SENT, ...OUTPUTS]
  const replaced = (index: number, fields: JsonObject): Input =>
    whole.map((item, n) => (n === index ? ({ ...item, ...fields } as Input[number]) : item))

  test.each<[string, CodexRequestBody]>([
    ['another question', body(replaced(0, { content: [{ type: 'input_text', text: 'Go' }] }))],
    [
      'another text',
      body(
        replaced(2, { content: [{ type: 'output_text', text: 'Looking!', annotations: [], logprobs: [] }] }),
      ),
    ],
    ['another phase', body(replaced(2, { phase: 'final_answer' }))],
    ['no phase', body(replaced(2, { phase: undefined }))],
    ['other reasoning', body(replaced(1, { encrypted_content: 'gAAAA2' }))],
    ['other arguments', body(replaced(3, { arguments: '{"a":1,"b":[3]}' }))],
    ['another order of arguments', body(replaced(3, { arguments: '{"b":[2],"a":1}' }))],
    ['another name', body(replaced(3, { name: 'g' }))],
    ['another call id', body(replaced(3, { call_id: 'c9' }))],
    ['no namespace', body(replaced(4, { namespace: undefined }))],
    ['another free input', body(replaced(4, { input: 'run ' }))],
    ['another search', body(replaced(5, { arguments: { query: 'y' } }))],
    ['another id of a search', body(replaced(5, { call_id: 'c9' }))],
    ['a call as a message', body(replaced(3, user('f') as JsonObject))],
    ['a shorter history', body(whole.slice(0, 3))],
    ['reasoning left out', body(whole.filter(({ type }) => type !== 'reasoning'))],
    ['another model', body(whole, { model: 'gpt-5.6-sol' })],
    ['other instructions', body(whole, { instructions: 'Be long.' })],
    ['other tools', body(whole, { tools: [] })],
    ['another tool choice', body(whole, { tool_choice: 'none' })],
    ['another effort', body(whole, { reasoning: { effort: 'high' } })],
    ['another format', body(whole, { text: { verbosity: 'low' } })],
    ['another tier', body(whole, { service_tier: 'priority' })],
    ['another key', body(whole, { prompt_cache_key: 'other' })],
  ])('for %s', (_, next) => {
    expect(continuationOf(lastAfter(body([user('go')])), next)).toBeUndefined()
  })

  test('after a response that has no id, or that did not complete', () => {
    expect(lastAfter(body([user('go')]), { id: '' })).toBeUndefined()
    expect(lastAfter(body([user('go')]), {})).toBeUndefined()
    expect(lastAfter(body([user('go')]), { id: 'resp_1', status: 'incomplete' })).toBeUndefined()
    expect(continuationOf(undefined, body(whole))).toBeUndefined()
  })
})
