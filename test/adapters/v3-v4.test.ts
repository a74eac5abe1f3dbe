import * as ai6 from 'ai6'
import * as ai7 from 'ai7'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Answer } from '../../src/testing/types.ts'
import * as v3 from '../../src/v3.ts'
import * as v4 from '../../src/v4.ts'
import { SEARCHED, startEntry } from './modern/support.ts'
import { bodyOf, CREATED, delta, events } from './v1/support.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

// What the two say alike: the types differ, the use does not.
const PAIRS = [
  { version: 'ai 6', ai: ai6, createCodex: v3.createCodex },
  {
    version: 'ai 7',
    ai: ai7 as unknown as typeof ai6,
    createCodex: v4.createCodex as unknown as typeof v3.createCodex,
  },
]

describe.each(PAIRS)('$version', ({ version, ai, createCodex }) => {
  it.each([{ isDeclared: true }, { isDeclared: false }])(
    'a hosted tool (declared: $isDeclared): call, result and text, and none of it is sent back',
    async ({ isDeclared }) => {
      const { codex, server } = await startEntry(createCodex)
      server.answer(SEARCHED, SEARCHED)
      const model = codex('gpt-5.5')
      const tools = isDeclared ? { search: codex.tools.webSearch({ searchContextSize: 'low' }) } : undefined
      const result = await ai.generateText({ model, tools, prompt: 'hi' })
      expect(result.text).toBe('found')
      const toolName = isDeclared ? 'search' : 'web_search'
      expect(result.toolResults).toMatchObject([{ toolName, providerExecuted: true }])
      const types: string[] = []
      for await (const { type } of ai.streamText({ model, tools, prompt: 'hi' }).fullStream) types.push(type)
      expect(types).not.toContain('error')
      expect(types).toContain('tool-result')
      const messages: ai6.ModelMessage[] = [
        { role: 'user', content: 'hi' },
        ...result.response.messages,
        { role: 'user', content: 'more' },
      ]
      const next = await ai.generateText({ model, tools, messages })
      expect(next.warnings).toEqual([{ type: 'other', message: expect.stringContaining('search') }])
      const roles = bodyOf(server, 2).input.map(({ role, type }) => role ?? type)
      expect(roles.filter((role) => role !== 'developer')).toEqual(['user', 'assistant', 'user'])
    },
  )

  it.each([
    { how: 'is cut', answer: events(CREATED, delta('Hel')) },
    {
      how: 'falls silent',
      answer: { type: 'events', events: [CREATED, delta('Hel')], end: 'hang' } satisfies Answer,
    },
  ])(
    'a stream that $how ends with an error, and as interrupted where the version has that',
    async ({ answer }) => {
      const { codex, server } = await startEntry(createCodex, { timeouts: { idle: 50 } })
      server.answer(answer)
      const result = ai.streamText({ model: codex('gpt-5.5'), prompt: 'hi', onError: () => {} })
      const types: string[] = []
      for await (const { type } of result.fullStream) types.push(type)
      expect(types.filter((type) => /error|text-delta/.test(type))).toEqual(['text-delta', 'error'])
      expect(await result.finishReason).toBe(version === 'ai 7' ? 'interrupted' : 'error')
    },
  )

  it('custom tools run, with typed inputs and results', async () => {
    const { codex, server } = await startEntry(createCodex)
    server.answer(
      { type: 'tool-calls', calls: [{ name: 'dial', arguments: '123', custom: true }] },
      { type: 'text', text: 'ok' },
    )
    const dial = codex.tools.custom({ execute: async (digits) => digits.length })
    const shell = codex.tools.localShell({ execute: async ({ action }) => action.command.join(' ') })
    const { steps } = await ai.generateText({
      model: codex('gpt-5.5'),
      tools: { dial, shell },
      prompt: 'hi',
      stopWhen: ai.stepCountIs(2),
    })
    const [called] = steps[0]?.toolResults ?? []
    expect(called?.output).toBe(3)
    expect(bodyOf(server, 1).input.at(-1)).toMatchObject({ type: 'custom_tool_call_output', output: '3' })
  })

  it('a tool that the user denies', async () => {
    const { codex, server } = await startEntry(createCodex)
    server.answer(
      { type: 'tool-calls', calls: [{ name: 'drop', arguments: {}, callId: 'call_1' }] },
      { type: 'text', text: 'As you wish' },
    )
    const drop = ai.tool({ inputSchema: z.object({}), needsApproval: true, execute: async () => 'dropped' })
    const model = codex('gpt-5.5')
    const first = await ai.generateText({ model, tools: { drop }, prompt: 'go' })
    const asked = first.content.find((part) => part.type === 'tool-approval-request')
    const approvalId = asked?.approvalId ?? ''
    const { text, warnings } = await ai.generateText({
      model,
      tools: { drop },
      messages: [
        { role: 'user', content: 'go' },
        ...first.response.messages,
        {
          role: 'tool',
          content: [{ type: 'tool-approval-response', approvalId, approved: false, reason: 'too risky' }],
        },
      ],
    })
    expect(text).toBe('As you wish')
    expect(warnings).toEqual([])
    expect(bodyOf(server, 1).input.at(-1)).toMatchObject({
      type: 'function_call_output',
      call_id: 'call_1',
      output: 'Tool call execution denied: too risky',
    })
  })

  it('a provider registry', async () => {
    const { codex } = await startEntry(createCodex)
    const registry = ai.createProviderRegistry({ codex })
    const model = registry.languageModel('codex:gpt-5.5')
    expect((await ai.generateText({ model, prompt: 'hi' })).text).toContain('hi')
    expect(() => registry.embeddingModel('codex:x')).toThrow('No such embeddingModel: x')
  })

  it('raw chunks', async () => {
    const { codex } = await startEntry(createCodex)
    const raw: unknown[] = []
    const { fullStream } = ai.streamText({ model: codex('gpt-5.5'), prompt: 'hi', includeRawChunks: true })
    for await (const part of fullStream) if (part.type === 'raw') raw.push(part.rawValue)
    expect(raw[0]).toMatchObject({ type: 'response.created' })
  })
})

describe('ai 7 with a model of ai 6', () => {
  it('takes it in silence, hands it files in its own forms and says the effort', async () => {
    const { codex, server } = await startEntry(v3.createCodex)
    const { text, warnings } = await ai7.generateText({
      model: codex('gpt-5.5'),
      reasoning: 'low',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'look' },
            {
              type: 'file',
              data: { type: 'text', text: 'hello' },
              mediaType: 'text/plain',
              filename: 'a.txt',
            },
            { type: 'file', data: PNG, mediaType: 'image' },
          ],
        },
      ],
    })
    expect(text).toContain('I see 1 image (image/png)')
    expect(warnings).toEqual([])
    expect(bodyOf(server)).toMatchObject({ reasoning: { effort: 'low' } })
    expect(bodyOf(server).input.at(-1)?.content).toEqual([
      { type: 'input_text', text: 'look' },
      { type: 'input_file', filename: 'a.txt', file_data: 'data:text/plain;base64,aGVsbG8=' },
      { type: 'input_image', image_url: `data:image/png;base64,${PNG}` },
    ])
  })
})
