import { UnsupportedFunctionalityError } from '@ai-sdk/provider'
import type { LanguageModelV2CallOptions } from 'spec-v2'
import type { LanguageModelV3CallOptions } from 'spec-v3'
import type { LanguageModelV4CallOptions } from 'spec-v4'
import { describe, expect, it } from 'vitest'
import { toCall } from '../../../src/adapters/modern/call.ts'
import type { ModernCallOptions, ModernMessage, ToolOutput } from '../../../src/adapters/modern/types.ts'
import type { CodexCall, CodexMessage, CodexToolResultPart } from '../../../src/request/call.ts'

/** Each version's own options fit. */
const fits = (
  options: LanguageModelV2CallOptions | LanguageModelV3CallOptions | LanguageModelV4CallOptions,
) => split(toCall(options))

/** The call, and what was warned of. */
function split({ warnings, ...call }: CodexCall) {
  return { call, warnings: warnings.list() }
}

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47])
const USER: ModernMessage = { role: 'user', content: [{ type: 'text', text: 'hi' }] }

const callOf = (options: Partial<ModernCallOptions>) => split(toCall({ prompt: [USER], ...options }))
const contentOf = (message: CodexMessage | undefined) =>
  message && 'content' in message ? message.content : undefined
const messagesOf = (...prompt: ModernMessage[]) => callOf({ prompt })
const userContent = (...content: Extract<ModernMessage, { role: 'user' }>['content'][number][]) =>
  contentOf(messagesOf({ role: 'user', content }).call.messages[0])

describe('settings', () => {
  it('nothing given, nothing asked', () => {
    expect(fits({ prompt: [] })).toEqual({
      call: {
        messages: [],
        tools: [],
        toolChoice: { type: 'auto' },
        output: { type: 'text' },
        unsupportedSettings: [],
        providerOptions: undefined,
        headers: undefined,
        signal: undefined,
        includeRaw: undefined,
      },
      warnings: [],
    })
  })

  it('what the backend does not take, by the names of these versions', () => {
    const { call } = callOf({
      maxOutputTokens: 5,
      temperature: 0,
      topP: 0.5,
      topK: 3,
      presencePenalty: 0,
      frequencyPenalty: 1,
      seed: 1,
      stopSequences: ['x'],
    })
    expect(call.unsupportedSettings).toEqual([
      'maxOutputTokens',
      'temperature',
      'topP',
      'topK',
      'presencePenalty',
      'frequencyPenalty',
      'seed',
      'stopSequences',
    ])
    expect(callOf({ stopSequences: [] }).call.unsupportedSettings).toEqual([])
  })

  it('headers, signal, provider options, raw chunks, format and choice', () => {
    const { signal: abortSignal } = new AbortController()
    const headers = { a: 'b' }
    const providerOptions = { codex: { sessionId: 's' } }
    const schema = { type: 'object' }
    const { call } = callOf({
      abortSignal,
      headers,
      providerOptions,
      includeRawChunks: true,
      responseFormat: { type: 'json', schema, name: 'n', description: 'd' },
      toolChoice: { type: 'tool', toolName: 'add' },
    })
    expect(call).toMatchObject({
      headers,
      providerOptions,
      includeRaw: true,
      output: { type: 'json', schema, name: 'n', description: 'd' },
      toolChoice: { type: 'tool', name: 'add' },
    })
    expect(call.signal).toBe(abortSignal)
    expect(callOf({ toolChoice: { type: 'required' } }).call.toolChoice).toEqual({ type: 'required' })
  })

  it.each<{ reasoning: string | undefined; options?: Record<string, unknown>; effort: unknown }>([
    { reasoning: 'high', effort: 'high' },
    { reasoning: 'none', options: { codex: { textVerbosity: 'low' } }, effort: 'none' },
    { reasoning: 'provider-default', effort: undefined },
    { reasoning: undefined, effort: undefined },
    { reasoning: 'high', options: { codex: { reasoningEffort: 'low' } }, effort: 'low' },
    { reasoning: 'high', options: { openai: { reasoningEffort: 'low' } }, effort: undefined },
    { reasoning: 'high', options: { codex: {} }, effort: 'high' },
  ])('reasoning $reasoning beside $options', ({ reasoning, options, effort }) => {
    const { providerOptions } = callOf({ reasoning, providerOptions: options }).call
    expect((providerOptions?.codex as Record<string, unknown> | undefined)?.reasoningEffort).toBe(effort)
    for (const [name, value] of Object.entries(options ?? {})) {
      expect(providerOptions?.[name]).toMatchObject(value as object)
    }
  })

  it('options that are no object stay, to be refused by name', () => {
    const providerOptions = { codex: 'x' }
    expect(callOf({ reasoning: 'high', providerOptions }).call.providerOptions).toBe(providerOptions)
  })
})

describe('tools', () => {
  const inputSchema = { type: 'object' }

  it.each<{ strict?: boolean; providerOptions?: Record<string, unknown> }>([
    {},
    { strict: true },
    { strict: false, providerOptions: { codex: { strict: true } } },
    { providerOptions: { codex: { strict: false } } },
    { providerOptions: { openai: { strict: true } } },
  ])('strict and options are handed on: $strict, $providerOptions', (more) => {
    const { call } = callOf({
      tools: [{ type: 'function', name: 'add', description: 'Adds', inputSchema, ...more }],
    })
    expect(call.tools).toEqual([
      { type: 'function', name: 'add', description: 'Adds', schema: inputSchema, ...more },
    ])
  })

  it.each(['provider', 'provider-defined'] as const)('type %s', (type) => {
    const tool = { id: 'codex.web_search', name: 'search', args: { searchContextSize: 'low' } } as const
    expect(callOf({ tools: [{ type, ...tool }] }).call.tools).toEqual([{ type: 'provider-defined', ...tool }])
  })

  it('examples and types of tools that nobody knows are told', () => {
    const { call, warnings } = callOf({
      tools: [
        { type: 'function', name: 'add', inputSchema, inputExamples: [{ input: {} }] },
        { type: 'new', name: 'odd' } as never,
      ],
    })
    expect(call.tools).toHaveLength(1)
    expect(warnings).toEqual([
      expect.objectContaining({ type: 'setting', setting: 'inputExamples' }),
      expect.objectContaining({
        type: 'tool',
        tool: { type: 'provider-defined', id: 'new', name: 'odd', args: {} },
      }),
    ])
  })
})

describe('files of a user', () => {
  const url = new URL('https://example.com/a.png')
  it.each<{ data: Parameters<typeof userContent>[0]; expected: object }>([
    { data: { type: 'file', data: PNG, mediaType: 'image/png' }, expected: { type: 'image', data: PNG } },
    { data: { type: 'file', data: 'AAAA', mediaType: 'image/*' }, expected: { type: 'image', data: 'AAAA' } },
    { data: { type: 'file', data: url, mediaType: 'image' }, expected: { type: 'image', data: url } },
    {
      data: { type: 'file', data: { type: 'data', data: PNG }, mediaType: 'image' },
      expected: { type: 'image', data: PNG },
    },
    {
      data: { type: 'file', data: { type: 'url', url }, mediaType: 'image/png' },
      expected: { type: 'image', data: url, mediaType: 'image/png' },
    },
    {
      data: { type: 'file', data: 'AAAA', mediaType: 'application/pdf', filename: 'a.pdf' },
      expected: { type: 'file', data: 'AAAA', mediaType: 'application/pdf', filename: 'a.pdf' },
    },
    {
      data: { type: 'file', data: { type: 'text', text: 'hé' }, mediaType: 'text', filename: 'a.txt' },
      expected: { type: 'file', data: new TextEncoder().encode('hé'), mediaType: 'text/plain' },
    },
    {
      data: { type: 'file', data: PNG, mediaType: 'application' },
      expected: { type: 'file', mediaType: 'application/octet-stream' },
    },
  ])('$data', ({ data, expected }) => {
    expect(userContent(data)).toEqual([expect.objectContaining(expected)])
  })

  it('a reference is refused', () => {
    const data = { type: 'reference', reference: { openai: 'file-1' } } as const
    const thrown = (() => {
      try {
        return userContent({ type: 'file', data, mediaType: 'image/png', filename: 'a.png' })
      } catch (error) {
        return error
      }
    })()
    expect(UnsupportedFunctionalityError.isInstance(thrown)).toBe(true)
    expect(String(thrown)).toContain('"a.png"')
  })

  it('how closely an image is looked at: the part, else the message', () => {
    const image = { type: 'file', data: PNG, mediaType: 'image/png' } as const
    const { call } = messagesOf({
      role: 'user',
      providerOptions: { openai: { imageDetail: 'low' } },
      content: [image, { ...image, providerOptions: { codex: { imageDetail: 'high' } } }],
    })
    expect(contentOf(call.messages[0])).toEqual([
      expect.objectContaining({ detail: 'low' }),
      expect.objectContaining({ detail: 'high' }),
    ])
  })
})

describe('assistant messages', () => {
  const assistant = (...content: Extract<ModernMessage, { role: 'assistant' }>['content'][number][]) =>
    messagesOf({ role: 'assistant', content })

  it('text, reasoning and calls keep their order and what we said of them', () => {
    const { call, warnings } = assistant(
      {
        type: 'reasoning',
        text: 'A',
        providerOptions: { codex: { itemId: 'rs_1', encryptedContent: 'ENC1' } },
      },
      {
        type: 'reasoning',
        text: '',
        providerOptions: { codex: { itemId: 'rs_1', encryptedContent: 'ENC1' } },
      },
      {
        type: 'text',
        text: 'Let me see',
        providerOptions: { codex: { itemId: 'msg_1', phase: 'commentary' } },
      },
      {
        type: 'tool-call',
        toolCallId: 'c1',
        toolName: 'add',
        input: { a: 1 },
        providerOptions: { codex: { itemId: 'fc_1', namespace: 'math' } },
      },
      { type: 'text', text: 'after' },
    )
    expect(call.messages).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', summary: ['A'], encryptedContent: 'ENC1' },
          { type: 'reasoning', summary: [], encryptedContent: 'ENC1' },
          { type: 'text', text: 'Let me see', phase: 'commentary' },
          { type: 'tool-call', callId: 'c1', name: 'add', input: { a: 1 }, namespace: 'math' },
          { type: 'text', text: 'after', phase: undefined },
        ],
        effort: 'default',
      },
    ])
    expect(warnings).toEqual([])
  })

  it('a text without a phase has that of its message', () => {
    const { call } = messagesOf({
      role: 'assistant',
      content: [
        { type: 'text', text: 'one' },
        { type: 'text', text: 'two', providerOptions: { codex: { phase: 'final_answer' } } },
      ],
      providerOptions: { codex: { phase: 'commentary' } },
    })
    expect(contentOf(call.messages[0])).toEqual([
      { type: 'text', text: 'one', phase: 'commentary' },
      { type: 'text', text: 'two', phase: 'final_answer' },
    ])
  })

  it('BR-13: reasoning of the official provider, without an id', () => {
    const providerOptions = { openai: { reasoningEncryptedContent: 'ENC1' } }
    expect(contentOf(assistant({ type: 'reasoning', text: 'A', providerOptions }).call.messages[0])).toEqual([
      { type: 'reasoning', summary: ['A'], encryptedContent: 'ENC1' },
    ])
  })

  const hostedCall = (providerOptions?: Record<string, unknown>) =>
    ({
      type: 'tool-call',
      toolCallId: 'ws_1',
      toolName: 'web_search',
      input: {},
      providerExecuted: true,
      providerOptions,
    }) as const
  const hostedResult = {
    type: 'tool-result',
    toolCallId: 'ws_1',
    toolName: 'web_search',
    output: { type: 'json', value: {} },
  } as const

  it('our hosted calls and their results are left out with one warning, wherever the result stands', () => {
    const ours = hostedCall({ codex: { itemId: 'ws_1' } })
    const { call, warnings } = messagesOf(
      { role: 'assistant', content: [ours, hostedResult, { type: 'text', text: 'x' }] },
      { role: 'assistant', content: [hostedResult] },
      { role: 'tool', content: [hostedResult] },
    )
    expect(call.messages.map(contentOf)).toEqual([[{ type: 'text', text: 'x', phase: undefined }], [], []])
    expect(warnings).toEqual([
      { type: 'other', message: expect.stringMatching(/hosted tools.*: web_search\.$/) },
    ])
  })

  it('those of another provider are left out with another warning', () => {
    const { call, warnings } = assistant(hostedCall(), hostedResult)
    expect(call.messages).toEqual([{ role: 'assistant', content: [] }])
    expect(warnings).toEqual([{ type: 'other', message: expect.stringContaining('web_search') }])
  })

  it('a result beside the call that the caller ran comes after the message', () => {
    const call = { type: 'tool-call', toolCallId: 'c1', toolName: 'add', input: {} } as const
    const result = { ...hostedResult, toolCallId: 'c1', toolName: 'add' }
    expect(assistant(call, result).call.messages).toEqual([
      { role: 'assistant', content: [expect.objectContaining({ callId: 'c1' })] },
      { role: 'tool', content: [{ callId: 'c1', output: { type: 'value', value: {} } }] },
    ])
  })

  it('parts that only other versions know are told once a kind', () => {
    const { call, warnings } = messagesOf(
      {
        role: 'assistant',
        content: [
          { type: 'custom', kind: 'openai.compaction' },
          { type: 'reasoning-file' },
          { type: 'brand-new' } as never,
          { type: 'file', data: { type: 'reference', reference: {} }, mediaType: 'image/png' },
        ],
      },
      { role: 'user', content: [{ type: 'hologram' } as never] },
    )
    expect(call.messages).toEqual([
      { role: 'assistant', content: [{ type: 'file', data: '', mediaType: 'image/png' }] },
      { role: 'user', content: [] },
    ])
    expect(warnings).toEqual([
      { type: 'other', message: expect.stringContaining('custom, reasoning-file, brand-new, hologram') },
    ])
  })
})

describe('results of tools', () => {
  const resultOf = (output: ToolOutput) => {
    const { call, warnings } = messagesOf({
      role: 'tool',
      content: [
        { type: 'tool-approval-response' },
        { type: 'tool-result', toolCallId: 'c1', toolName: 't', output },
      ],
    })
    const [result] = (contentOf(call.messages[0]) ?? []) as CodexToolResultPart[]
    return { result, warnings }
  }

  it.each<{ output: ToolOutput; value: unknown; isError?: boolean }>([
    { output: { type: 'text', value: 'ok' }, value: 'ok' },
    { output: { type: 'json', value: { a: undefined } }, value: { a: undefined } },
    { output: { type: 'json', value: null }, value: null },
    { output: { type: 'error-text', value: 'bad' }, value: 'bad', isError: true },
    { output: { type: 'error-json', value: { why: 1 } }, value: { why: 1 }, isError: true },
    { output: { type: 'execution-denied' }, value: 'Tool call execution denied.' },
    {
      output: { type: 'execution-denied', reason: 'too risky' },
      value: 'Tool call execution denied: too risky',
    },
  ])('$output', ({ output, value, isError }) => {
    const { result, warnings } = resultOf(output)
    expect(result).toEqual({
      callId: 'c1',
      output: { type: 'value', value },
      ...(isError ? { isError } : {}),
    })
    expect(warnings).toEqual([])
  })

  it('BR-30: content in the words of every version', () => {
    const url = 'https://example.com/a.png'
    const { result, warnings } = resultOf({
      type: 'content',
      providerOptions: { openai: { imageDetail: 'low' } },
      value: [
        { type: 'text', text: 'shot' },
        { type: 'media', data: 'AAAA', mediaType: 'image/png' },
        { type: 'file-data', data: 'BBBB', mediaType: 'application/pdf', filename: 'b.pdf' },
        {
          type: 'image-data',
          data: 'CCCC',
          mediaType: 'image/png',
          providerOptions: { codex: { imageDetail: 'high' } },
        },
        { type: 'file-url', url },
        { type: 'image-url', url },
        { type: 'file', data: { type: 'data', data: PNG }, mediaType: 'image/png', filename: 'd.png' },
        { type: 'file', data: 'EEEE', mediaType: 'image/png' },
      ],
    })
    const parts = result?.output.type === 'parts' ? result.output.parts : []
    expect(parts.map((part) => JSON.parse(JSON.stringify(part)))).toMatchObject([
      { type: 'text', text: 'shot' },
      { type: 'image', data: 'AAAA', mediaType: 'image/png', detail: 'low' },
      { type: 'file', data: 'BBBB', mediaType: 'application/pdf', filename: 'b.pdf' },
      { type: 'image', data: 'CCCC', detail: 'high' },
      { type: 'file', data: url },
      { type: 'image', data: url, mediaType: 'image' },
      { type: 'image', mediaType: 'image/png', filename: 'd.png' },
      { type: 'image', data: 'EEEE' },
    ])
    expect(warnings).toEqual([])
  })

  it('items that lie with a provider leave a note', () => {
    const { result, warnings } = resultOf({
      type: 'content',
      value: [
        { type: 'file-id' },
        { type: 'custom' },
        { type: 'file', data: { type: 'reference', reference: { openai: 'f' } }, mediaType: 'image/png' },
      ],
    })
    expect(result?.output).toEqual({
      type: 'parts',
      parts: ['file-id', 'custom', 'file'].map((type) => ({
        type: 'text',
        text: `[left out: ${type} that can't be shown]`,
      })),
    })
    expect(warnings).toHaveLength(1)
  })
})
