import { InvalidArgumentError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import type { CodexTool } from '../../src/request/call.ts'
import { toTools as readTools } from '../../src/request/tools.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'
import type { WireTool } from '../../src/request/wire-tools.ts'

const nameOf = (tool: WireTool | undefined): unknown => (tool && 'name' in tool ? tool.name : undefined)

async function toTools(tools: readonly CodexTool[], strict: boolean | undefined) {
  const warnings = createWarningCollector()
  return { ...(await readTools(tools, strict, warnings)), warnings: warnings.list() }
}

const hosted = (id: string, args: Record<string, unknown> = {}, name = 'mine') =>
  ({ type: 'provider-defined', id, name, args }) as const

describe('hosted tools on the wire', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['codex.web_search', {}, { type: 'web_search' }],
    [
      'codex.web_search',
      {
        externalWebAccess: true,
        searchContentTypes: ['text', 'image'],
        searchContextSize: 'low',
        userLocation: { country: 'NO', city: 'Oslo' },
        filters: { allowedDomains: ['example.com'] },
      },
      {
        type: 'web_search',
        external_web_access: true,
        search_content_types: ['text', 'image'],
        search_context_size: 'low',
        user_location: { type: 'approximate', country: 'NO', city: 'Oslo' },
        filters: { allowed_domains: ['example.com'] },
      },
    ],
    ['codex.web_search', { externalWebAccess: undefined }, { type: 'web_search' }],
    ['openai.web_search', { searchContextSize: 'high' }, { type: 'web_search', search_context_size: 'high' }],
    ['openai.web_search_preview', {}, { type: 'web_search' }],
    [
      'codex.image_generation',
      {
        outputFormat: 'webp',
        outputCompression: 80,
        inputImageMask: { imageUrl: 'data:,' },
        size: '2048x1024',
      },
      {
        type: 'image_generation',
        output_format: 'webp',
        output_compression: 80,
        input_image_mask: { image_url: 'data:,' },
        size: '2048x1024',
      },
    ],
    ['openai.image_generation', {}, { type: 'image_generation' }],
    ['codex.local_shell', {}, { type: 'local_shell' }],
    ['openai.local_shell', {}, { type: 'local_shell' }],
    ['codex.custom', {}, { type: 'custom', name: 'mine' }],
    [
      'openai.custom',
      {
        name: 'dial',
        description: 'Dials.',
        format: { type: 'grammar', syntax: 'regex', definition: '[0-9]+' },
      },
      {
        type: 'custom',
        name: 'dial',
        description: 'Dials.',
        format: { type: 'grammar', syntax: 'regex', definition: '[0-9]+' },
      },
    ],
  ])('%s %j', async (id, args, wire) => {
    expect(await toTools([hosted(id, args)], undefined)).toMatchObject({ tools: [wire], warnings: [] })
    expect((await toTools([hosted(id, args)], undefined)).tools).toEqual([wire])
  })

  test.each([
    ['codex.web_search', 'web_search', 'hosted', undefined],
    ['codex.image_generation', 'image_generation', 'hosted', undefined],
    ['codex.local_shell', 'local_shell', 'hosted', 'local-shell'],
    ['codex.custom', 'mine', 'custom', 'custom'],
  ])('%s in the answer and in the history', async (id, key, kind, historyKind) => {
    const { answer, history } = await toTools([hosted(id)], undefined)
    expect([...answer]).toEqual([[key, { name: 'mine', isWrapped: false, kind }]])
    expect(history.kindOf('mine')).toBe(historyKind)
    expect(history.toWire('mine')).toBe('mine')
  })

  test('a custom tool with a name of its own, and an odd one', async () => {
    const { history } = await toTools([hosted('codex.custom', { name: 'dial' })], undefined)
    expect(history.toWire('mine')).toBe('dial')
    const { tools, answer } = await toTools([hosted('codex.custom', {}, 'my tool')], undefined)
    expect(nameOf(tools[0])).toMatch(/^my_tool_[0-9a-f]{16}$/)
    expect(answer.get(String(nameOf(tools[0])))?.name).toBe('my tool')
  })

  test('a function of the name of a hosted tool gets another one', async () => {
    const given = [
      { type: 'function', name: 'web_search', schema: {} } as const,
      hosted('codex.web_search', {}, 'search'),
    ]
    const { tools, answer } = await toTools(given, undefined)
    const [wire] = tools.map(nameOf)
    expect(wire).toMatch(/^web_search_[0-9a-f]{16}$/)
    expect(answer.get(String(wire))?.name).toBe('web_search')
    expect(answer.get('web_search')).toMatchObject({ name: 'search', kind: 'hosted' })
  })

  test.each<[string, Record<string, unknown>, string]>([
    [
      'codex.web_search',
      { searchContextSize: 'huge' },
      'Invalid argument searchContextSize of the tool "mine" (codex.web_search): ',
    ],
    ['codex.web_search', { userLocation: { town: 'Oslo' } }, 'Invalid argument userLocation.town of'],
    [
      'codex.web_search',
      { filters: { allowedDomains: 'a.com' } },
      'Invalid argument filters.allowedDomains of',
    ],
    [
      'codex.web_search',
      { searchContextsize: 'low' },
      'Invalid argument searchContextsize of the tool "mine" (codex.web_search): the tool has no such argument.',
    ],
    ['codex.image_generation', { partialImages: 4 }, 'Invalid argument partialImages of'],
    ['codex.image_generation', { size: 'big' }, 'must be "auto" or a size such as "1024x1024"'],
    [
      'codex.custom',
      { format: { type: 'grammar', syntax: 'yacc', definition: 'x' } },
      'Invalid argument format.syntax of',
    ],
    ['openai.custom', { format: { type: 'json' } }, 'Invalid argument format.type of'],
    ['codex.local_shell', { cwd: '/' }, 'Invalid argument cwd of'],
  ])('%s %j is an error that names tool and argument', async (id, args, message) => {
    await expect(toTools([hosted(id, args)], undefined)).rejects.toThrow(InvalidArgumentError)
    await expect(toTools([hosted(id, args)], undefined)).rejects.toThrow(message)
  })

  test("an argument of the official provider's that nobody knows is a warning", async () => {
    const { tools, warnings } = await toTools([hosted('openai.web_search', { newThing: 1 })], undefined)
    expect(tools).toEqual([{ type: 'web_search' }])
    expect(warnings).toEqual([
      {
        type: 'other',
        message:
          'The argument newThing of the tool "mine" (openai.web_search) is left out: the backend is not known to accept it.',
      },
    ])
  })

  test.each([
    'openai.file_search',
    'openai.code_interpreter',
    'codex.constructor',
    'other.web_search',
    'web_search',
  ])('%s is left out with a warning', async (id) => {
    expect(await toTools([hosted(id)], undefined)).toMatchObject({
      tools: [],
      warnings: [
        {
          type: 'tool',
          tool: hosted(id),
          details: `The tool ${id} is left out: the backend does not support it.`,
        },
      ],
    })
  })
})
