import { describe, expect, it } from 'vitest'
import { withoutField, withoutReasoning } from '../../src/core/leave-out.ts'
import { createRefusals } from '../../src/core/refusals.ts'
import type { CodexRequest, CodexRequestBody } from '../../src/request/body.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'

const BODY: CodexRequestBody = {
  model: 'gpt-5.5',
  stream: true,
  instructions: 'Help.',
  input: [
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
    { type: 'reasoning', summary: [], content: null, encrypted_content: 'ENC1' },
    { type: 'function_call', status: 'completed', name: 'add', arguments: '{}', call_id: 'call_1' },
    { type: 'function_call_output', call_id: 'call_1', output: '3' },
  ],
  tools: [],
  tool_choice: 'auto',
  parallel_tool_calls: true,
  reasoning: { effort: 'low', summary: 'auto' },
  store: false,
  include: ['reasoning.encrypted_content'],
  service_tier: 'priority',
  prompt_cache_key: 'key',
  text: { verbosity: 'low' },
}
const request = (body: Partial<CodexRequestBody> = {}): CodexRequest => ({
  body: { ...BODY, ...body },
  shape: 'classic',
  sessionId: 'session',
  answer: { jsonOutput: false, unwrapOutput: false, tools: new Map() } as never,
})

/** The body without some fields. */
const bodyWithout = (...names: Array<keyof CodexRequestBody>) =>
  Object.fromEntries(Object.entries(BODY).filter(([name]) => !names.includes(name as never)))

describe('withoutField', () => {
  it.each([
    ['include', 'include', bodyWithout('include')],
    ['parallel_tool_calls', 'parallelToolCalls', bodyWithout('parallel_tool_calls')],
    ['prompt_cache_key', 'promptCacheKey', bodyWithout('prompt_cache_key')],
    ['service_tier', 'serviceTier', bodyWithout('service_tier')],
    ['reasoning', 'reasoningEffort', bodyWithout('reasoning')],
    ['reasoning.effort', 'reasoningEffort', { ...BODY, reasoning: { summary: 'auto' } }],
    ['reasoning.summary', 'reasoningSummary', { ...BODY, reasoning: { effort: 'low' } }],
    ['text.verbosity', 'textVerbosity', bodyWithout('text')],
    ['text', 'textVerbosity', bodyWithout('text')],
    ['tool_choice', 'toolChoice', bodyWithout('tool_choice')],
  ])('%s can be left out', (field, setting, body) => {
    const given = request()
    const reduced = withoutField(given, field)
    expect(reduced?.request).toEqual({ ...given, body })
    expect(reduced?.warning).toEqual({
      type: 'setting',
      setting,
      details: `${field} is left out: the backend does not take it for gpt-5.5.`,
    })
    expect(given).toEqual(request())
  })

  it('tools that the caller forbade go with the refused tool_choice', () => {
    const tool = { type: 'function', name: 'add', strict: false, parameters: {} } as const
    const lite = { type: 'additional_tools', role: 'developer', tools: [tool] } as const
    const input = [{ ...lite, tools: [...lite.tools] }, ...BODY.input]
    const given = request({ tool_choice: 'none', tools: [tool], input })
    const reduced = withoutField(given, 'tool_choice')
    expect(reduced?.request.body).toEqual(bodyWithout('tool_choice', 'tools'))
    expect(reduced?.warning).toMatchObject({
      setting: 'toolChoice',
      details: expect.stringContaining('The tools are left out with it'),
    })
    expect(withoutField(request({ tools: [tool] }), 'tool_choice')?.request.body.tools).toEqual([tool])
  })

  it('reasoning.context of a lite request can be left out', () => {
    const reduced = withoutField(
      request({ reasoning: { effort: 'low', context: 'all_turns' } }),
      'reasoning.context',
    )
    expect(reduced?.request.body.reasoning).toEqual({ effort: 'low' })
  })

  it('the format of an answer stays, whatever stands beside it', () => {
    const format = { type: 'json_schema', strict: true, name: 'x', schema: {} } as const
    const reduced = withoutField(request({ text: { verbosity: 'low', format } }), 'text.verbosity')
    expect(reduced?.request.body.text).toEqual({ format })
  })

  it.each([
    'model',
    'input',
    'input.0',
    'instructions',
    'tools',
    'store',
    'stream',
    'text.format',
    'max_output_tokens',
    'reasoning.effort.x',
    'constructor',
    '',
  ])('%s can not', (field) => {
    expect(withoutField(request(), field)).toBeUndefined()
  })

  it.each(['text', 'text.format', 'text.format.strict'])(
    'where %s is refused, the schema of the answer goes as an instruction',
    (field) => {
      const schema = { type: 'object', properties: { a: { type: 'string' } } }
      const format = { type: 'json_schema', strict: true, name: 'x', schema } as const
      const { body } = withoutField(request({ text: { verbosity: 'low', format } }), field)?.request ?? {}
      expect(body?.text).toEqual(field === 'text' ? undefined : { verbosity: 'low' })
      expect(body?.input.slice(0, -1)).toEqual(BODY.input)
      expect(body?.input.at(-1)).toMatchObject({
        role: 'developer',
        content: [{ text: expect.stringContaining(JSON.stringify(schema)) }],
      })
    },
  )

  it('what is not there is not left out', () => {
    const { service_tier: _, text: __, ...body } = BODY
    const bare = { ...request(), body }
    expect(withoutField(bare, 'service_tier')).toBeUndefined()
    expect(withoutField(bare, 'text.verbosity')).toBeUndefined()
  })
})

describe('withoutReasoning', () => {
  it('leaves out the reasoning items alone, and says so', () => {
    const given = request()
    const reduced = withoutReasoning(given)
    expect(reduced?.request).toEqual({
      ...given,
      body: { ...BODY, input: BODY.input.filter(({ type }) => type !== 'reasoning') },
    })
    expect(reduced?.warning).toMatchObject({
      type: 'other',
      message: expect.stringMatching(/^The reasoning of earlier turns is left out/),
    })
  })

  it('leaves out those that are refused, and says that others stay', () => {
    const [refused, other] = ['ENC1', 'ENC2'].map((encrypted_content) => ({
      type: 'reasoning' as const,
      summary: [],
      content: null,
      encrypted_content,
    }))
    if (!refused || !other) throw new Error('No items')
    const given = request({ input: [refused, other] })
    const reduced = withoutReasoning(given, (item) => item === refused)
    expect(reduced).toMatchObject({
      leftOut: 'reasoning',
      request: { body: { input: [other] } },
      warning: {
        message:
          'Some reasoning of earlier turns is left out: the backend could not verify it. ' +
          'It may belong to another account or model; send the history without those reasoning parts.',
      },
    })
    expect(withoutReasoning(given, () => false)).toBeUndefined()
  })

  it('without any there is nothing to mend', () => {
    expect(withoutReasoning(request({ input: BODY.input.slice(0, 1) }))).toBeUndefined()
  })
})

describe('refused fields', () => {
  it('are left out for the same model alone, with a warning for what was there', () => {
    const refusals = createRefusals()
    const refused = refusals.for('base', 'account', 'a')
    refused.addField('service_tier')
    refused.addField('text.verbosity')
    refused.addField('service_tier')
    const warnings = createWarningCollector()
    const left = refusals.for('base', 'account', 'a').leaveOut(request(), warnings)
    expect(left.body).toEqual(bodyWithout('service_tier', 'text'))
    expect(warnings.list()).toMatchObject([{ setting: 'serviceTier' }, { setting: 'textVerbosity' }])
    const none = createWarningCollector()
    for (const other of [
      ['base', 'account', 'b'],
      ['base', 'other', 'a'],
      ['other', 'account', 'a'],
    ] as Array<[string, string, string]>)
      expect(refusals.for(...other).leaveOut(request(), none)).toEqual(request())
    expect(refused.leaveOut(left, none)).toEqual(left)
    expect(none.list()).toEqual([])
  })
})
