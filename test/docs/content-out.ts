import type { LanguageModelV1StreamPart } from 'spec-v1'
import { createV1Translator } from '../../src/adapters/v1/parts.ts'
import { toEvent } from '../../src/events/parse.ts'
import type { JsonObject } from '../../src/lib/json.ts'
import { createPartMachine } from '../../src/parts/machine.ts'
import type { AnswerForm } from '../../src/request/answer-form.ts'

const CREATED = { type: 'response.created', response: { id: 'resp_1' } }
const COMPLETED = { type: 'response.completed', response: { id: 'resp_1', output: [] } }

/** What a reader sees of one event: the types of the parts that came by it. */
export interface Seen {
  isIgnored: boolean
  core: string[]
  v1: LanguageModelV1StreamPart[]
}

/** Drives events through the part machine and the translator of `ai` 4. */
function read(events: readonly JsonObject[], form: Partial<AnswerForm> = {}): Seen[] {
  const machine = createPartMachine(form)
  const translate = createV1Translator({
    key: 'codex',
    modelId: 'gpt-5.5',
    sessionId: 's',
    responseHeaders: {},
    receivedAt: 0,
    errorOf: ({ message }) => new Error(message),
  })
  return events.map((value) => {
    const event = toEvent(value)
    const seen: Seen = { isIgnored: event.type === 'ignored', core: [], v1: [] }
    machine.push(event, (part) => {
      seen.core.push(part.type)
      translate(part, (v1) => seen.v1.push(v1))
    })
    return seen
  })
}

const list = (types: readonly string[]): string =>
  types.length === 0 ? 'left out' : [...new Set(types)].map((type) => `\`${type}\``).join(', ')

const added = (item: JsonObject) => ({ type: 'response.output_item.added', output_index: 0, item })
const done = (item: JsonObject, output_index = 0) => ({
  type: 'response.output_item.done',
  output_index,
  item,
})

const MESSAGE = { type: 'message', id: 'msg_1', role: 'assistant', content: [] }
const message = (text: string, rest: JsonObject = {}) => ({
  ...MESSAGE,
  content: [{ type: 'output_text', text, annotations: [], ...rest }],
})
const CALL = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{"a":1}' }
const PARALLEL = {
  ...CALL,
  name: 'parallel',
  arguments: '{"tool_uses":[{"recipient_name":"functions.look","parameters":{}}]}',
}
const COMMENTARY = { ...message('some'), phase: 'commentary' }
const JSON_FORM = { jsonOutput: true }
const CUSTOM = { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_1', name: 'dial', input: '555' }
const REASONING = { type: 'reasoning', id: 'rs_1', summary: [] }
const URL_CITATION = { type: 'url_citation', url: 'https://example.com/', title: 'Example' }
const FILE_CITATION = { type: 'file_citation', file_id: 'file_1', filename: 'a.pdf' }

const delta = (type: string, rest: JsonObject = {}) => ({
  type: `response.${type}`,
  output_index: 0,
  delta: 'some',
  ...rest,
})
const cited = (annotation: JsonObject) => ({
  type: 'response.output_text.annotation.added',
  output_index: 0,
  annotation,
})

/** What the last of these events comes to in `ai` 4. */
const last = (...events: JsonObject[]): string => lastOf(events)

function lastOf(events: readonly JsonObject[], form: Partial<AnswerForm> = {}): string {
  const seen = read([CREATED, ...events], form).at(-1)
  if (!seen || seen.isIgnored) return 'ignored'
  // What no later part tells either.
  if (seen.v1.length === 0) return seen.core.includes('source') ? 'left out' : 'kept'
  return list(seen.v1.map(({ type }) => type))
}

const told = delta('output_text.delta')

const CODE = { type: 'code_interpreter_call', id: 'ci_1', code: '', container_id: 'cntr_1' }
const MCP = { type: 'mcp_call', id: 'mcp_1', name: 'ask', arguments: '' }
const IMAGE = { type: 'image_generation_call', id: 'ig_1' }

/** What each of these events of an item comes to. */
const pieces = (item: JsonObject, ...events: JsonObject[]): string =>
  [...new Set(events.map((event) => last(added(item), event)))].join(' or ')

/** What the last events of an answer come to that say so by their status. */
const ended = (...statuses: string[]): string => {
  const types = ['response.completed', 'response.done']
  const each = types.flatMap((type) => statuses.map((status) => last({ type, response: { status } })))
  return [...new Set(each)].join(' or ')
}

/** Each row of "events" that is not ignored, by event and form. */
export const EVENTS: Readonly<Record<string, () => string>> = {
  'response.created | any': () => last(),
  'response.output_item.added | any': () => last(added(MESSAGE)),
  'response.output_item.done | the deltas told it all': () =>
    last(added(MESSAGE), told, done(message('some'))),
  'response.output_item.done | it tells more': () => last(added(MESSAGE), told, done(message('some more'))),
  'response.output_item.done | it tells another text': () =>
    last(added(MESSAGE), told, done(message('other'))),
  'response.output_text.delta | any': () => last(added(MESSAGE), told),
  'response.output_text.delta | no JSON, where it is asked for': () =>
    lastOf([added(MESSAGE), told], JSON_FORM),
  'response.refusal.delta | any': () => last(added(MESSAGE), delta('refusal.delta')),
  'response.output_text.annotation.added | cites a URL': () =>
    last(added(MESSAGE), told, cited(URL_CITATION)),
  'response.output_text.annotation.added | cites a file': () =>
    last(added(MESSAGE), told, cited(FILE_CITATION)),
  'response.reasoning_summary_text.delta | any': () =>
    last(added(REASONING), delta('reasoning_summary_text.delta', { summary_index: 0 })),
  'response.reasoning_text.delta | any': () =>
    last(added(REASONING), delta('reasoning_text.delta', { content_index: 0 })),
  'response.function_call_arguments.delta | any': () =>
    last(added({ ...CALL, arguments: '' }), delta('function_call_arguments.delta')),
  'response.function_call_arguments.done | any': () =>
    last(added({ ...CALL, arguments: '' }), {
      type: 'response.function_call_arguments.done',
      output_index: 0,
      arguments: '{}',
    }),
  'response.custom_tool_call_input.delta | any': () =>
    last(added({ ...CUSTOM, input: '' }), delta('custom_tool_call_input.delta')),
  'response.custom_tool_call_input.done | any': () =>
    last(added({ ...CUSTOM, input: '' }), {
      type: 'response.custom_tool_call_input.done',
      output_index: 0,
      input: '555',
    }),
  'response.code_interpreter_call_code.delta, response.code_interpreter_call_code.done | any': () =>
    pieces(CODE, delta('code_interpreter_call_code.delta'), {
      type: 'response.code_interpreter_call_code.done',
      output_index: 0,
      code: '1',
    }),
  'response.mcp_call_arguments.delta, response.mcp_call_arguments.done | any': () =>
    pieces(MCP, delta('mcp_call_arguments.delta'), {
      type: 'response.mcp_call_arguments.done',
      output_index: 0,
      arguments: '{}',
    }),
  'response.image_generation_call.partial_image | any': () =>
    pieces(IMAGE, {
      type: 'response.image_generation_call.partial_image',
      output_index: 0,
      partial_image_b64: 'iVBORw==',
    }),
  'response.completed, response.done | any': () => {
    const each = ['response.completed', 'response.done'].map((type) => last({ ...COMPLETED, type }))
    return [...new Set(each)].join(' or ')
  },
  'response.completed, response.done | its `status` is `incomplete`': () => ended('incomplete'),
  'response.completed, response.done | its `status` is `failed` or `cancelled`': () =>
    ended('failed', 'cancelled'),
  'response.incomplete | any': () =>
    last({ type: 'response.incomplete', response: { incomplete_details: { reason: 'max_output_tokens' } } }),
  'response.failed, error | any': () => {
    const error = { code: 'server_error', message: 'no' }
    const each = [last({ type: 'response.failed', response: { error } }), last({ type: 'error', error })]
    return [...new Set(each)].join(' or ')
  },
  'response.metadata, codex.response.metadata | any': () => {
    const headers = { 'openai-model': 'gpt-5.5' }
    const each = ['response.metadata', 'codex.response.metadata'].map((type) => last({ type, headers }))
    return [...new Set(each)].join(' or ')
  },
  'codex.rate_limits | any': () => last({ type: 'codex.rate_limits', plan_type: 'plus' }),
}

/** What an event of this type comes to, with all that such events may hold. */
export const outcomeOfEvent = (type: string): string =>
  last(added(MESSAGE), told, {
    type,
    output_index: 0,
    delta: 'some',
    text: 'some',
    part: { type: 'output_text', text: 'some' },
    item_id: 'msg_1',
  })

/** What items come to: in `ai` 4, and in the core. */
export interface ItemOutcome {
  v1: string
  core: string
}

function outcomeOf(seen: readonly Seen[]): ItemOutcome {
  const around = ['response', 'response-metadata', 'finish']
  const short = (type: string) => (type.startsWith('hosted-') ? 'hosted-call' : type)
  const pick = (types: string[]) => list(types.filter((type) => !around.includes(type)).map(short))
  return {
    v1: pick(seen.flatMap(({ v1 }) => v1.map(({ type }) => type))),
    core: pick(seen.flatMap(({ core }) => core)),
  }
}

const items =
  (form: Partial<AnswerForm>, ...given: JsonObject[]) =>
  (): ItemOutcome =>
    outcomeOf(read([CREATED, ...given.map((item, index) => done(item, index)), COMPLETED], form))

const item = (type: string, rest: JsonObject = {}) => items({}, { type, id: 'it_1', ...rest })
const called = { call_id: 'call_1', status: 'completed' }

/** Each row of "items", by item and form. */
export const ITEMS: Readonly<Record<string, () => ItemOutcome>> = {
  'message | text': items({}, message('some')),
  'message | a second one': () =>
    outcomeOf(read([CREATED, done(message('one')), done(message('two'), 1), COMPLETED]).slice(2)),
  'message | a refusal': items({}, { ...MESSAGE, content: [{ type: 'refusal', refusal: 'no' }] }),
  'message | cites a URL': items({}, message('some', { annotations: [URL_CITATION] })),
  'message | cites a file': items({}, message('some', { annotations: [FILE_CITATION] })),
  'message | `commentary`, where JSON is asked for': () =>
    outcomeOf(read([CREATED, done(COMMENTARY), done(message('{}'), 1)], JSON_FORM).slice(0, 2)),
  'message | `commentary` alone, where JSON is asked for': items(JSON_FORM, COMMENTARY),
  'reasoning | with encrypted content': items(
    {},
    { ...REASONING, summary: [{ type: 'summary_text', text: 'why' }], encrypted_content: 'ENC' },
  ),
  'reasoning | without': items({}, { ...REASONING, summary: [{ type: 'summary_text', text: 'why' }] }),
  'function_call | any': items({}, CALL),
  'function_call | `incomplete`': items({}, { ...CALL, status: 'incomplete' }),
  "function_call | `parallel`, a wrapper of the model's own": items({}, PARALLEL),
  'custom_tool_call | any': items({}, CUSTOM),
  'local_shell_call | any': item('local_shell_call', {
    ...called,
    action: { type: 'exec', command: ['ls'] },
  }),
  'apply_patch_call | any': item('apply_patch_call', {
    ...called,
    operation: { type: 'delete_file', path: 'a' },
  }),
  'computer_call | any': item('computer_call', { ...called, action: { type: 'screenshot' } }),
  'shell_call | on your machine': item('shell_call', { ...called, action: { commands: ['ls'] } }),
  'shell_call | in a container': item('shell_call', {
    ...called,
    action: { commands: ['ls'] },
    environment: { type: 'container_reference', container_id: 'cntr_1' },
  }),
  'tool_search_call | `execution: client`': item('tool_search_call', {
    ...called,
    execution: 'client',
    arguments: { goal: 'find' },
  }),
  'tool_search_call | by the backend': item('tool_search_call', { execution: 'server', arguments: {} }),
  'shell_call_output | after its call': items(
    {},
    { type: 'shell_call', ...called, action: {}, environment: { type: 'container_reference' } },
    { type: 'shell_call_output', ...called, output: [] },
  ),
  'tool_search_output | after its call': items(
    {},
    { type: 'tool_search_call', execution: 'server', arguments: {} },
    { type: 'tool_search_output', execution: 'server', tools: [] },
  ),
  'web_search_call | any': item('web_search_call', { status: 'completed', action: { type: 'search' } }),
  'file_search_call | any': item('file_search_call', { status: 'completed', queries: ['x'] }),
  'code_interpreter_call | any': item('code_interpreter_call', { code: '1', container_id: 'cntr_1' }),
  'mcp_call | any': item('mcp_call', { name: 'ask', arguments: '{}', server_label: 's', output: 'o' }),
  'image_generation_call | any': item('image_generation_call', { output_format: 'png', result: 'iVBORw==' }),
  'compaction, mcp_approval_request | any': item('compaction', { encrypted_content: 'ENC' }),
}

/** The rows of "items" that each usual case of content.md sums up. */
export const USUAL_OUTPUT: Readonly<Record<string, readonly string[]>> = {
  'text, also where it refuses': ['message | text', 'message | a refusal'],
  'a summary of its reasoning': ['reasoning | with encrypted content', 'reasoning | without'],
  'a call of a tool that runs in your process': [
    ...['function_call | any', 'custom_tool_call | any', 'local_shell_call | any'],
  ],
  'a page that it cites, after a web search': ['message | cites a URL'],
  'a picture, with `codex.tools.imageGeneration()`': ['image_generation_call | any'],
}

const TEXT = '`text-start`, `text-delta`, `text-end`'
const THOUGHT = '`reasoning-start`, `reasoning-delta`, `reasoning-end`'
const OWN_CALL = '`tool-input-start`, `tool-input-delta`, `tool-input-end`, `tool-call`'
const HOSTED_CALL = '`hosted-call`'

/** What each row of "items" comes to in the core; rows that stand for several types are left out there. */
export const CORE: Readonly<Record<string, string>> = {
  'message | text': TEXT,
  'message | a second one': TEXT,
  'message | a refusal': TEXT,
  'message | cites a URL': `${TEXT}, \`source\``,
  'message | cites a file': `${TEXT}, \`source\``,
  'message | `commentary`, where JSON is asked for': 'left out',
  'message | `commentary` alone, where JSON is asked for': TEXT,
  'reasoning | with encrypted content': THOUGHT,
  'reasoning | without': THOUGHT,
  'function_call | any': OWN_CALL,
  'function_call | `incomplete`': 'left out',
  "function_call | `parallel`, a wrapper of the model's own": OWN_CALL,
  'custom_tool_call | any': OWN_CALL,
  'local_shell_call | any': OWN_CALL,
  'apply_patch_call | any': OWN_CALL,
  'computer_call | any': OWN_CALL,
  'shell_call | on your machine': OWN_CALL,
  'shell_call | in a container': HOSTED_CALL,
  'tool_search_call | `execution: client`': OWN_CALL,
  'tool_search_call | by the backend': HOSTED_CALL,
  'shell_call_output | after its call': HOSTED_CALL,
  'tool_search_output | after its call': HOSTED_CALL,
  'web_search_call | any': HOSTED_CALL,
  'file_search_call | any': HOSTED_CALL,
  'code_interpreter_call | any': HOSTED_CALL,
  'mcp_call | any': HOSTED_CALL,
  'image_generation_call | any': `${HOSTED_CALL}, \`file\``,
  'compaction, mcp_approval_request | any': '`opaque`',
}

/** What `ai` 5 and later show beside the words of `ai` 4: calls that the backend ran, and sources that are files. */
export function alsoShown({ v1, core }: ItemOutcome): string {
  const call = core.includes(HOSTED_CALL) ? ['`tool-call`', '`tool-result`'] : []
  const source = core.includes('`source`') && !v1.includes('`source`') ? ['`source`'] : []
  return [...call, ...source].join(', ')
}

/** What an item of this type comes to, with all that such items may hold. */
export const outcomeOfItem = (type: string): ItemOutcome =>
  item(type, { ...called, name: 'x', arguments: '{}', output: 'o', encrypted_content: 'ENC', text: 'some' })()
