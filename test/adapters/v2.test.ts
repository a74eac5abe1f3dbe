import * as ai5 from 'ai5'
import * as ai6 from 'ai6'
import * as ai7 from 'ai7'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { createCodex } from '../../src/v2.ts'
import { SEARCHED, startEntry } from './modern/support.ts'
import { bodyOf } from './v1/support.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const PNG_URL = `data:image/png;base64,${PNG}`

describe('ai 5', () => {
  it('a hosted tool that is given: call, result and text, and none of it is sent back', async () => {
    const { codex, server } = await startEntry(createCodex)
    server.answer(SEARCHED)
    const model = codex('gpt-5.5')
    const tools = { search: codex.tools.webSearch({ searchContextSize: 'low' }) }
    const result = await ai5.generateText({ model, tools, prompt: 'hi' })
    expect(result.text).toBe('found')
    expect(result.toolResults).toMatchObject([{ toolName: 'search', providerExecuted: true }])
    expect(bodyOf(server).tools).toEqual([{ type: 'web_search', search_context_size: 'low' }])
    const messages: ai5.ModelMessage[] = [
      { role: 'user', content: 'hi' },
      ...result.response.messages,
      { role: 'user', content: 'more' },
    ]
    const next = await ai5.generateText({ model, tools, messages })
    expect(next.warnings).toEqual([{ type: 'other', message: expect.stringContaining('search') }])
    expect(bodyOf(server, 1).input.map(({ role, type }) => role ?? type)).toEqual([
      'developer',
      'user',
      'assistant',
      'user',
    ])
  })

  it('a hosted tool that is not given: only the text', async () => {
    const { codex, server } = await startEntry(createCodex)
    server.answer(SEARCHED, SEARCHED)
    const model = codex('gpt-5.5')
    const { text, content } = await ai5.generateText({ model, prompt: 'hi' })
    expect([text, content.length]).toEqual(['found', 1])
    const { fullStream } = ai5.streamText({ model, prompt: 'hi' })
    const types: string[] = []
    for await (const { type } of fullStream) types.push(type)
    expect(types).not.toContain('error')
    expect(types.filter((type) => type.startsWith('tool-'))).toEqual([])
  })

  it('custom tools and the local shell run, with typed inputs and results', async () => {
    const { codex, server } = await startEntry(createCodex)
    server.answer(
      { type: 'tool-calls', calls: [{ name: 'dial', arguments: '123', custom: true }] },
      { type: 'text', text: 'ok' },
    )
    const ran: string[] = []
    const dial = codex.tools.custom({
      execute: async (digits) => {
        ran.push(digits)
        return digits.length
      },
    })
    const shell = codex.tools.localShell({ execute: async ({ action }) => action.command.join(' ') })
    const { steps } = await ai5.generateText({
      model: codex('gpt-5.5'),
      tools: { dial, shell },
      prompt: 'hi',
      stopWhen: ai5.stepCountIs(2),
    })
    expect(ran).toEqual(['123'])
    const [called] = steps[0]?.toolResults ?? []
    expect(called?.output).toBe(3)
    expect(bodyOf(server, 1).input.at(-1)).toMatchObject({ type: 'custom_tool_call_output', output: '3' })
  })

  it('strict by the provider options of a tool', async () => {
    const { codex, server } = await startEntry(createCodex)
    const add = ai5.tool({
      inputSchema: z.object({ a: z.number() }),
      providerOptions: { codex: { strict: false } },
    })
    await ai5.generateText({ model: codex('gpt-5.5'), tools: { add }, toolChoice: 'none', prompt: 'hi' })
    expect(bodyOf(server).tools).toMatchObject([{ name: 'add', strict: false }])
  })

  it('a provider registry', async () => {
    const { codex } = await startEntry(createCodex)
    const registry = ai5.createProviderRegistry({ codex })
    const model = registry.languageModel('codex:gpt-5.5')
    expect((await ai5.generateText({ model, prompt: 'hi' })).text).toContain('hi')
    expect(() => registry.textEmbeddingModel('codex:x')).toThrow('No such textEmbeddingModel: x')
  })
})

/** Newer majors take the model too, with a warning of their own, and hand it their own shapes. */
describe.each([
  { major: 'ai 6', ai: ai6 as unknown as typeof ai7 },
  { major: 'ai 7', ai: ai7 },
])('$major', ({ ai }) => {
  it('images, files, tools that give images, and the reasoning option', async () => {
    vi.stubGlobal('AI_SDK_LOG_WARNINGS', false)
    const { codex, server } = await startEntry(createCodex)
    server.answer(
      { type: 'tool-calls', reasoning: 'Hm.', calls: [{ name: 'shot', arguments: {} }] },
      { type: 'text', text: 'ok' },
    )
    const shot = ai.tool({
      inputSchema: z.object({}),
      execute: async () => PNG,
      toModelOutput: ({ output }) => ({
        type: 'content',
        value: [
          { type: 'text', text: 'shot' },
          { type: 'file-data', data: output, mediaType: 'image/png' },
        ],
      }),
    })
    const { text } = await ai.generateText({
      model: codex('gpt-5.5'),
      tools: { shot },
      stopWhen: ai.stepCountIs(2),
      reasoning: 'high',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'look' },
            { type: 'file', data: Buffer.from(PNG, 'base64'), mediaType: 'image/png' },
          ],
        },
      ],
    })
    expect(text).toBe('ok')
    const { input } = bodyOf(server, 1)
    expect(input.find(({ role }) => role === 'user')?.content).toEqual([
      { type: 'input_text', text: 'look' },
      { type: 'input_image', image_url: PNG_URL },
    ])
    expect(input.map(({ type }) => type).slice(-3)).toEqual([
      'reasoning',
      'function_call',
      'function_call_output',
    ])
    expect(input.at(-1)?.output).toEqual([
      { type: 'input_text', text: 'shot' },
      { type: 'input_image', image_url: PNG_URL },
    ])
    expect(bodyOf(server).reasoning).toMatchObject(ai === ai7 ? { effort: 'high' } : {})
  })
})
