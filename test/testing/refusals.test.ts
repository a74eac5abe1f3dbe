import { describe, expect, it } from 'vitest'
import { REFUSALS } from '../../src/testing/refusals.ts'
import type { CodexServer, JsonObject, LoginOptions } from '../../src/testing/types.ts'
import {
  call,
  classic,
  developer,
  identity,
  LITE,
  lite,
  output,
  post,
  user,
  useServer,
  weather,
} from './support.ts'

interface Sample {
  body?: unknown
  headers?: Record<string, string | undefined>
  login?: LoginOptions
  /** Makes headers that need the server. */
  prepare?: (server: CodexServer) => Record<string, string | undefined>
  /** A part of the answer's body. */
  says?: string
}

const reasoning = (id: string, content: string | null = 'ENC'): JsonObject => ({
  type: 'reasoning',
  id,
  summary: [],
  encrypted_content: content,
})
const search = (call_id: string): JsonObject => ({
  type: 'tool_search_call',
  call_id,
  status: 'completed',
  execution: 'client',
  arguments: { query: 'x' },
})
const found = (call_id: string, tools: JsonObject[] = []): JsonObject => ({
  type: 'tool_search_output',
  call_id,
  status: 'completed',
  execution: 'client',
  tools,
})
const withItems = (...items: JsonObject[]) => classic({ input: [user('hi'), ...items] })
const message = (content: unknown) => classic({ input: [{ type: 'message', role: 'user', content }] })
const tool = (fields: JsonObject) => classic({ tools: [{ ...weather, ...fields }] })
const schema = (parameters: unknown, strict = false) => tool({ parameters, strict })
const format = (fields: JsonObject) => classic({ text: { format: { type: 'json_schema', ...fields } } })
const image = (image_url: unknown) => message([{ type: 'input_image', image_url }])
const lite_ = (fields: JsonObject): Sample => ({ body: lite(fields), headers: LITE })
const COMPACTION = { 'x-codex-beta-features': 'remote_compaction_v2' }
const update = (reasoning: unknown): JsonObject => ({ type: 'configuration_update', reasoning })
const withUpdate = (model: string, reasoning: unknown): Sample => ({
  body: classic({ model, input: [user('hi'), update(reasoning)] }),
})
const open = { type: 'object', properties: { a: { type: 'string' } } }
const half = {
  type: 'object',
  properties: { q: {}, multiple: {} },
  required: ['q'],
  additionalProperties: false,
}
const nested = {
  type: 'object',
  properties: { b: open },
  required: ['b'],
  additionalProperties: false,
}

/** At least one request for each row; the row's status and id must come back. */
const SAMPLES: Record<string, Sample[]> = {
  'access-missing': [{ headers: { authorization: undefined } }, { headers: { authorization: 'Basic eA==' } }],
  'access-unknown': [{ headers: { authorization: 'Bearer a.b.c' } }],
  'access-revoked': [
    {
      prepare(server) {
        const login = server.login()
        server.revokeAccessToken(login.tokens.access_token)
        return identity(login)
      },
    },
  ],
  'access-expired': [
    { login: { expiresInSeconds: -1 }, says: '"code":"token_expired","param":null},"status":401' },
  ],
  account: [{ headers: { 'chatgpt-account-id': 'acct-other' }, says: 'invalid_workspace_selected' }],
  residency: [
    { login: { authClaims: { chatgpt_compute_residency: 'us' } }, says: 'not authorized in this region' },
  ],
  'content-encoding': [{ headers: { 'content-encoding': 'zstd' } }],
  'content-type': [{ headers: { 'content-type': 'text/plain' } }],
  json: [{ body: '{' }, { body: '[]' }],
  model: [{ body: classic({ model: undefined }) }, { body: classic({ model: '' }) }],
  'model-misspelled': [
    { body: classic({ model: 'gpt-5.5x' }), says: "'gpt-5.5x' model is not supported when using Codex" },
    { body: classic({ model: 'gtp-5.5' }) },
    { body: classic({ model: 'gpt5.1-codex' }) },
    { body: classic({ model: 'gpt-6.1-soll' }) },
  ],
  originator: [
    { headers: { originator: undefined }, says: "The 'gpt-5.5' model requires a newer version of Codex." },
  ],
  'user-agent': [{ headers: { 'user-agent': '' } }],
  version: [{ headers: { version: undefined } }, { headers: { version: 'latest' } }],
  'version-too-old': [{ ...lite_({}), headers: { ...LITE, version: '0.144.9' } }],
  store: [
    { body: classic({ store: undefined }), says: '{"detail":"Store must be set to false"}' },
    { body: classic({ store: true }) },
    { body: classic({ store: null }) },
  ],
  stream: [
    { body: classic({ stream: false }), says: '{"detail":"Stream must be set to true"}' },
    { body: classic({ stream: undefined }) },
  ],
  parameter: [
    ...[
      'max_output_tokens',
      'max_tokens',
      'max_completion_tokens',
      'temperature',
      'top_p',
      'top_k',
      'stop',
      'frequency_penalty',
      'presence_penalty',
      'truncation',
      'metadata',
      'user',
      'previous_response_id',
      'stream_options',
      'seed',
      'background',
      'constructor',
    ].map((name) => ({ body: classic({ [name]: 0 }), says: `{"detail":"Unsupported parameter: ${name}"}` })),
    { body: classic({ reasoning: { effort: 'low', budget: 1 } }), says: 'reasoning.budget' },
    { body: classic({ text: { stop: 'x' } }), says: 'text.stop' },
  ],
  'parameter-type': [
    { body: classic({ instructions: null }) },
    { body: classic({ tools: {} }) },
    { body: classic({ parallel_tool_calls: 'yes' }) },
    { body: classic({ include: ['a', 1] }) },
    { body: classic({ client_metadata: { a: { b: 1 } } }) },
  ],
  'service-tier': [{ body: classic({ service_tier: 'flex' }) }],
  input: [{ body: classic({ input: [] }) }, { body: classic({ input: 'hi' }) }],
  system: [
    {
      body: withItems({ ...user('x'), role: 'system' }),
      says: '{"detail":"System messages are not allowed"}',
    },
    { body: withItems({ role: 'system', content: 'x' }) },
  ],
  'cache-key-length': [{ body: classic({ prompt_cache_key: 'x'.repeat(65) }) }],
  'lite-header-missing': [{ body: lite() }, { body: lite(), headers: { [Object.keys(LITE)[0] ?? '']: '1' } }],
  'lite-header-classic': [{ headers: LITE }],
  'lite-tools': [lite_({ tools: [weather] })],
  'lite-instructions': [lite_({ instructions: 'x' })],
  'lite-parallel': [lite_({ parallel_tool_calls: true }), lite_({ parallel_tool_calls: undefined })],
  'lite-context': [lite_({ reasoning: { effort: 'low' } }), lite_({ reasoning: undefined })],
  'additional-tools-classic': [
    { body: classic({ input: [{ type: 'additional_tools', role: 'developer', tools: [] }, user('x')] }) },
    {
      body: lite({
        model: 'brand-new-model',
        input: [{ type: 'additional_tools', role: 'developer', tools: [] }],
      }),
    },
  ],
  'additional-tools-place': [
    lite_({ input: [developer('x'), { type: 'additional_tools', role: 'developer', tools: [] }, user('x')] }),
    lite_({ input: [{ type: 'additional_tools', role: 'user', tools: [] }, user('x')] }),
  ],
  instructions: [
    { body: classic({ instructions: undefined }), says: '{"detail":"Instructions are required"}' },
    { body: classic({ instructions: '' }) },
    { body: classic({ instructions: undefined, input: [user('x'), developer('y')] }) },
  ],
  effort: [
    ...['minimal', 'none', 'max', 'ultra', 'hard'].map((effort) => ({
      body: classic({ reasoning: { effort } }),
      says: '"param":"reasoning.effort","code":"unsupported_value"',
    })),
    { body: classic({ model: 'brand-new-model', reasoning: { effort: 'hard' } }) },
  ],
  'compaction-trigger': [
    { body: withItems({ type: 'compaction_trigger' }, user('more')) },
    { body: withItems({ type: 'compaction_trigger' }, { type: 'compaction_trigger' }) },
    { body: classic({ input: [{ type: 'compaction_trigger' }] }) },
  ],
  'compaction-feature': [
    { body: withItems({ type: 'compaction_trigger' }), says: '"param":"input[1]"' },
    { body: withItems({ type: 'compaction', encrypted_content: 'x' }) },
    {
      body: withItems({ type: 'compaction', encrypted_content: 'x' }),
      headers: { 'x-codex-beta-features': 'remote_compaction_v1, other' },
    },
  ],
  compaction: [
    { body: withItems({ type: 'compaction', encrypted_content: '' }), headers: COMPACTION },
    {
      body: withItems({ type: 'compaction', id: 'cmp_1', encrypted_content: 'gAAAA_standin_cmp_2911_x' }),
      headers: COMPACTION,
    },
  ],
  'effort-update': [
    withUpdate('gpt-5.5', { effort: 'high' }),
    { ...lite_({ model: 'gpt-6-sol', input: [user('hi'), update({ effort: 'high' })] }) },
    lite_({ input: [update({ effort: 'high' }), user('hi')] }),
    lite_({ input: [user('hi'), update({ effort: 'ultra' })] }),
    lite_({ input: [user('hi'), update({ effort: 'high', summary: 'auto' })] }),
    lite_({ input: [user('hi'), update(undefined)] }),
  ],
  enum: [
    { body: classic({ reasoning: { effort: 'low', summary: 'none' } }) },
    { body: classic({ text: { verbosity: 'huge' } }) },
  ],
  'tool-type': [{ body: classic({ tools: [{ type: 'file_search' }] }) }],
  'tool-name': [
    ...['', 'my tool', 'x'.repeat(65), 'a.b'].map((name) => ({ body: tool({ name }) })),
    { body: classic({ tools: [{ type: 'namespace', name: 'n', tools: [{ ...weather, name: '' }] }] }) },
  ],
  'tool-keys': [{ body: tool({ inputSchema: {} }), says: "'tools[0].inputSchema'" }],
  'tool-contents': [
    { body: classic({ tools: [{ type: 'namespace', name: 'x', description: 'X.', tools: [] }] }) },
    { body: classic({ tools: [{ type: 'tool_search', parameters: {} }] }), says: 'tools[0].execution' },
    { body: classic({ tools: [{ type: 'tool_search', execution: 'client' }] }), says: 'parameters' },
  ],
  'search-item': [
    { body: withItems({ ...search('s'), execution: 'server' }, found('s')), says: 'input[1].execution' },
    { body: withItems({ ...search('s'), status: undefined }, found('s')), says: 'input[1].status' },
    { body: withItems({ ...search('s'), arguments: '{}' }, found('s')), says: 'input[1].arguments' },
    { body: withItems(search('s'), found('s', [{ type: 'web_search' }])), says: 'input[2].tools' },
    { body: withItems(search('s'), { ...found('s'), tools: undefined }), says: 'input[2].tools' },
  ],
  'tool-top-level': [
    ...['oneOf', 'anyOf', 'allOf', 'enum', 'not'].map((keyword) => ({
      body: schema({ ...open, [keyword]: [] }),
      says: 'at the top level.',
    })),
    { body: schema({ type: 'object' }), says: 'In context=(), object schema missing properties' },
    { body: schema({}) },
    { body: schema(undefined) },
    lite_({
      input: [
        {
          type: 'additional_tools',
          role: 'developer',
          tools: [{ ...weather, parameters: { type: 'object' } }],
        },
        user('x'),
      ],
    }),
  ],
  'tool-keyword': [
    { body: schema({ $schema: 'http://json-schema.org/draft-07/schema#', ...open }) },
    { body: schema({ type: 'object', properties: { a: { ref: 'x' } } }), says: "('properties', 'a')" },
  ],
  'tool-strict': [
    { body: schema(open, true), says: 'invalid_function_parameters' },
    { body: schema(half, true), says: "Missing 'multiple'." },
    { body: schema(nested, true), says: "('properties', 'b')" },
    { body: tool({ strict: undefined }) },
  ],
  'tool-choice': [
    { body: classic({ tool_choice: 'required' }) },
    { body: classic({ tools: [weather], tool_choice: 'get_weather' }) },
    { body: classic({ tools: [weather], tool_choice: { type: 'function', name: 'other' } }) },
  ],
  'format-type': [
    { body: classic({ text: { format: { type: 'json_object' } } }) },
    { body: format({ name: 'x' }) },
    { body: format({ schema: open }) },
  ],
  'format-schema': [
    { body: format({ name: 'x', strict: true, schema: open }), says: 'invalid_json_schema' },
    { body: format({ name: 'x', strict: true, schema: nested }) },
    { body: format({ name: 'x', strict: true, schema: half }) },
    { body: format({ name: 'x', strict: true, schema: { type: 'array', items: { type: 'string' } } }) },
  ],
  'item-reference': [{ body: withItems({ type: 'item_reference', id: 'rs_1' }), says: "'rs_1' not found" }],
  'item-type': [{ body: withItems({ type: 'tool_result' }) }, { body: classic({ input: ['hi'] }) }],
  'item-keys': [{ body: withItems({ ...user('x'), providerOptions: {} }), says: 'input[1].providerOptions' }],
  'message-role': [{ body: withItems({ ...user('x'), role: 'tool' }) }],
  'id-length': [
    {
      body: withItems({ ...user('x'), id: 'x'.repeat(90) }),
      says: "Invalid 'input[1].id': string too long. Expected a string with maximum length 64, but got a string with length 90 instead.",
    },
    { body: withItems(call('x'.repeat(65))), says: 'input[1].call_id' },
  ],
  'id-type': [
    { body: withItems({ ...user('x'), id: null }) },
    { body: withItems({ ...call(''), call_id: undefined }) },
  ],
  'id-duplicate': [
    { body: withItems({ ...user('x'), id: 'msg_1' }, { ...user('y'), id: 'msg_1' }) },
    { body: withItems(call('call_1'), call('call_1'), output('call_1', 'x')) },
    { body: withItems(call('call_1'), output('call_1', 'x'), output('call_1', 'y')) },
  ],
  'content-shape': [{ body: message(null) }, { body: withItems(call('c'), output('c', { a: 1 })) }],
  'part-type': [
    { body: message([{ type: 'output_text', text: 'x' }]) },
    { body: message([{ type: 'text', text: 'x' }]) },
    { body: withItems({ ...user('x'), role: 'assistant' }) },
    { body: withItems(call('c'), output('c', [{ type: 'text', text: 'x' }])) },
  ],
  'part-keys': [
    { body: message([{ type: 'input_text', text: 'x', cache: true }]) },
    { body: message([{ type: 'input_text' }]) },
  ],
  image: [
    { body: image('data:image/png;base64,'), says: 'empty base64-encoded bytes' },
    { body: image('data:image/svg+xml;base64,aaaa') },
    { body: image('data:image/*;base64,aaaa') },
    { body: image('aaaa') },
    { body: image(null) },
    {
      body: withItems(call('c'), output('c', [{ type: 'input_image', image_url: 'data:image/png;base64,' }])),
    },
  ],
  file: [{ body: message([{ type: 'input_file', filename: 'a.pdf' }]) }],
  'call-name': [{ body: withItems({ ...call('c'), name: '' }, output('c', '')) }],
  'call-arguments': [{ body: withItems({ ...call('c'), arguments: {} }, output('c', '')) }],
  'reasoning-by-id': [
    {
      body: withItems(reasoning('rs_1', null), call('c'), output('c', '')),
      says: "Item with id 'rs_1' not found. Items are not persisted when `store` is set to false.",
    },
  ],
  'reasoning-unverified': [
    {
      body: withItems(reasoning('rs_1', 'gAAAA_standin_x'), call('c'), output('c', '')),
      says: 'invalid_encrypted_content',
    },
  ],
  'reasoning-alone': [
    {
      body: withItems(reasoning('rs_1'), user('go')),
      says: "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
    },
    { body: withItems(reasoning('rs_1')) },
    { body: withItems(reasoning('rs_1'), reasoning('rs_2'), user('go')) },
  ],
  'output-without-call': [
    {
      body: withItems(output('call_9', 'x')),
      says: 'No tool call found for function call output with call_id call_9.',
    },
    { body: withItems(output('c', 'x'), call('c')) },
    { body: withItems({ type: 'custom_tool_call_output', call_id: 'c', output: 'x' }) },
    { body: withItems(found('s')), says: 'No tool call found for tool search call output with call_id s.' },
  ],
  'call-without-output': [
    { body: withItems(call('call_1')), says: 'No tool output found for function call call_1.' },
    { body: withItems(search('s')), says: 'No tool output found for tool search call s.' },
  ],
}

describe('the refusals', () => {
  const server = useServer()

  it('have an id each and a sample each', () => {
    const ids = REFUSALS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(Object.keys(SAMPLES).sort()).toEqual([...ids].sort())
  })

  const cases = REFUSALS.flatMap((rule) =>
    (SAMPLES[rule.id] ?? []).map((sample, n) => ({ name: `${rule.id} ${n + 1}`, rule, sample })),
  )
  it.each(cases)('$name', async ({ rule, sample }) => {
    const login = sample.login ? identity(server().login(sample.login)) : {}
    const headers = { ...login, ...sample.prepare?.(server()), ...sample.headers }
    server().answer({ type: 'text', text: 'still in line' })
    const response = await post(server(), sample.body ?? classic(), headers)
    const text = await response.text()
    expect({ by: server().responseRequests[0]?.refusedBy, text }).toEqual({ by: rule.id, text })
    expect(response.status).toBe(rule.status)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(text).toContain(sample.says ?? '')
    // A refused request leaves the answers in line where they were.
    expect(await (await post(server(), classic())).text()).toContain('still in line')
  })
})

describe('what is not refused', () => {
  const server = useServer()
  const closed = { ...nested, properties: { b: { ...open, required: ['a'], additionalProperties: false } } }
  const accepted: Record<string, Sample> = {
    'the classic shape': { body: classic() },
    'the lite shape': lite_({}),
    'lite without tools': lite_({ input: [developer('x'), user('y')] }),
    'lite of an unknown model': lite_({ model: 'brand-new-model' }),
    'classic of an unknown model, any known effort': {
      body: classic({ model: 'brand-new-model', reasoning: { effort: 'minimal' } }),
    },
    'a developer message in place of instructions': {
      body: classic({ instructions: undefined, input: [developer('x'), user('y')] }),
    },
    'no account header': { headers: { 'chatgpt-account-id': undefined } },
    'a region that is asked for': {
      login: { authClaims: { chatgpt_compute_residency: 'us' } },
      headers: { 'x-openai-internal-codex-residency': 'us' },
    },
    'no constraint on the region': { login: { authClaims: { chatgpt_compute_residency: 'no_constraint' } } },
    'a strict tool that keeps the rules': { body: schema(closed, true) },
    'a property that is named like a keyword': {
      body: schema({ type: 'object', properties: { $schema: {}, ref: {}, enum: {} } }),
    },
    'a strict format that keeps the rules': { body: format({ name: 'x', strict: true, schema: closed }) },
    'an open format': { body: format({ name: 'x', strict: false, schema: open }) },
    'hosted, custom and grouped tools': {
      body: classic({
        tools: [
          { type: 'web_search', external_web_access: true },
          { type: 'custom', name: 'patch', format: { type: 'grammar', syntax: 'lark', definition: 'x' } },
          { type: 'namespace', name: 'functions', description: '', tools: [weather] },
        ],
        tool_choice: { type: 'web_search' },
      }),
    },
    'ids of 64 characters': { body: withItems({ ...user('x'), id: 'x'.repeat(64) }) },
    'a tool search, and a call of what it found': {
      body: withItems(
        search('s'),
        found('s', [{ type: 'namespace', name: 'n', description: 'N.', tools: [weather] }]),
        { ...call('c'), namespace: 'n' },
        output('c', ''),
      ),
    },
    'a whole tool step': {
      body: withItems(
        reasoning('rs_1'),
        reasoning('rs_2'),
        call('c1'),
        call('c2'),
        output('c2', [{ type: 'input_image', image_url: 'data:image/png;base64,aaaa', detail: 'original' }]),
        output('c1', 'data:image/png;base64,aaaa'),
        reasoning('rs_3'),
        {
          type: 'message',
          role: 'assistant',
          id: 'msg_1',
          status: 'completed',
          phase: 'final_answer',
          content: [{ type: 'output_text', text: 'x', annotations: [], logprobs: [] }],
        },
        user('go on'),
      ),
    },
    'the fast tier': { body: classic({ service_tier: 'priority' }) },
  }

  it.each(Object.entries(accepted))('%s', async (_, sample) => {
    const login = sample.login ? identity(server().login(sample.login)) : {}
    const response = await post(server(), sample.body ?? classic(), { ...login, ...sample.headers })
    expect({ status: response.status, text: await response.text() }).toMatchObject({
      status: 200,
      text: expect.stringContaining('response.completed'),
    })
  })
})
