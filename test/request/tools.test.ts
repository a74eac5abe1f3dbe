import { describe, expect, test } from 'vitest'
import type { CodexOutput, CodexTool } from '../../src/request/call.ts'
import { toOutputFormat as readOutputFormat } from '../../src/request/output-format.ts'
import { closeObjects } from '../../src/request/schema/strict.ts'
import { type RequestTools, toTools as readTools, toToolChoice } from '../../src/request/tools.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'
import type { WireTool } from '../../src/request/wire-tools.ts'

const nameOf = (tool: WireTool | undefined): unknown => (tool && 'name' in tool ? tool.name : undefined)

async function toTools(tools: readonly CodexTool[], strict: boolean | undefined) {
  const warnings = createWarningCollector()
  return { ...(await readTools(tools, strict, warnings)), warnings: warnings.list() }
}

function toOutputFormat(output: CodexOutput, strict: boolean | undefined) {
  const warnings = createWarningCollector()
  return { ...readOutputFormat(output, strict, warnings), warnings: warnings.list() }
}

const closed = (properties: object, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})
const text = { type: 'string' }

describe('toTools', () => {
  const tool = (schema: unknown, name = 'find') => ({ type: 'function', name, schema }) as const
  const inNamespace = (namespace: string) => ({
    ...tool(closed({})),
    providerOptions: { codex: { namespace } },
  })
  const optional = closed({ q: text, multiple: { type: 'boolean' } }, ['q'])

  test.each([
    ['meets the strict rules', closed({ q: text }), undefined, true],
    ['optional property (BR-21)', optional, undefined, false],
    ['strictJsonSchema: false', closed({ q: text }), false, false],
    [
      'strictJsonSchema: true closes it',
      { type: 'object', properties: { q: text }, required: ['q'] },
      true,
      true,
    ],
    ['open object', { type: 'object', properties: { q: text }, required: ['q'] }, undefined, false],
    ['no arguments (BR-23)', { type: 'object' }, undefined, false],
  ])('strict: %s', async (_, schema, wanted, strict) => {
    expect((await toTools([tool(schema)], wanted)).tools).toMatchObject([{ strict }])
  })

  test('an optional property never becomes required', async () => {
    expect((await toTools([tool(optional)], undefined)).tools).toMatchObject([{ parameters: optional }])
  })

  test('strict mode that was asked for and can not be: the warning names tool and property', async () => {
    const { tools, warnings } = await toTools([tool(optional)], true)
    expect(tools).toMatchObject([{ strict: false, parameters: optional }])
    expect(warnings).toEqual([
      {
        type: 'other',
        message:
          'The schema of the tool "find" is sent without strict mode, which was asked for, because of the optional property "multiple".',
      },
    ])
  })

  test("the tool's own word wins", async () => {
    expect((await toTools([{ ...tool(closed({ q: text })), strict: false }], true)).tools).toMatchObject([
      { strict: false },
    ])
  })

  test.each(['a.b', 'with space', 'x'.repeat(65), '', 'ü'])(
    'the name %j is mapped, and back',
    async (name) => {
      const { tools, answer, history, choiceOf } = await toTools([tool(closed({}), name)], undefined)
      const wire = String(nameOf(tools[0]))
      expect(wire).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
      expect([...answer]).toEqual([[wire, { name, isWrapped: false, kind: 'function' }]])
      expect(history.toWire(name)).toBe(wire)
      expect(choiceOf(name)).toEqual({ type: 'function', name: wire })
    },
  )

  test('a good name stays itself, whatever another one is mapped to', async () => {
    const wire = String(nameOf((await toTools([tool(closed({}), 'a.b')], undefined)).tools[0]))
    const names = (await toTools([tool(closed({}), 'a.b'), tool(closed({}), wire)], undefined)).tools.map(
      nameOf,
    )
    expect(names[1]).toBe(wire)
    expect(names[0]).not.toBe(wire)
  })

  test.each([
    [[tool(closed({})), tool(closed({}))], 'Two tools have the name "find".'],
    [
      [
        { type: 'provider-defined', id: 'codex.web_search', name: 'one', args: {} } as const,
        { type: 'provider-defined', id: 'openai.web_search', name: 'two', args: {} } as const,
      ],
      'The tools "one" and "two" are the same tool for the backend',
    ],
    [
      [
        tool(closed({})),
        { type: 'provider-defined', id: 'codex.custom', name: 'free', args: { name: 'find' } } as const,
      ],
      'The tools "find" and "free" are the same tool for the backend',
    ],
    [
      // `ai` knows a tool by its name alone.
      [inNamespace('github'), inNamespace('gitlab')],
      'Two tools have the name "find". Give each tool its own name.',
    ],
    [
      [
        inNamespace('github'),
        { type: 'provider-defined', id: 'codex.custom', name: 'free', args: { name: 'find' } } as const,
      ],
      'The tools "find" and "free" are the same tool for the backend',
    ],
  ])('tools that the backend could not tell apart are an error: %#', async (tools, message) => {
    const failed = toTools(tools, undefined)
    await expect(failed).rejects.toThrow(message)
    await expect(failed).rejects.toMatchObject({ name: 'AI_InvalidArgumentError', argument: 'tools' })
  })

  test('a union at the top is wrapped, for its calls in the answer and in the history too (BR-20)', async () => {
    const union = { anyOf: [closed({ a: text }), closed({ b: text })] }
    const { tools, answer, history } = await toTools([tool(union)], undefined)
    expect(tools).toEqual([
      { type: 'function', name: 'find', strict: true, parameters: closed({ value: union }) },
    ])
    expect(answer.get('find')).toEqual({ name: 'find', isWrapped: true, kind: 'function' })
    expect(history.wrapperOf('find')).toEqual({ allowsString: false })
    expect(history.kindOf('find')).toBe('function')
    expect(toOutputFormat({ type: 'json', schema: union }, undefined)).toMatchObject({
      format: { strict: true, schema: closed({ value: union }) },
      isWrapped: true,
    })
  })

  test('what can not be sent is an error that names the tool', async () => {
    const schema = closed({ a: { $ref: 'https://example.com/other.json' } })
    const why = 'can\'t be sent: its $ref "https://example.com/other.json" leads nowhere inside it.'
    await expect(toTools([tool(schema)], undefined)).rejects.toThrow(`The schema of the tool "find" ${why}`)
    expect(() => toOutputFormat({ type: 'json', schema }, undefined)).toThrow(
      `The schema of the object to generate ${why}`,
    )
  })

  test('tools that are not among the call', async () => {
    const { history, choiceOf } = await toTools([], undefined)
    expect(history.kindOf('gone')).toBeUndefined()
    expect(history.wrapperOf('gone')).toBeUndefined()
    expect(history.toWire('gone.by')).toMatch(/^gone_by_[0-9a-f]{16}$/)
    expect(choiceOf('gone')).toBeUndefined()
  })

  test('a tool of another provider is a warning, and the others stay', async () => {
    const search = { type: 'provider-defined', id: 'openai.file_search', name: 'search', args: {} } as const
    const { tools, warnings } = await toTools([search, tool(closed({}))], undefined)
    expect(tools.map(nameOf)).toEqual(['find'])
    expect(warnings).toEqual([
      {
        type: 'tool',
        tool: search,
        details: 'The tool openai.file_search is left out: the backend does not support it.',
      },
    ])
  })
})

describe('toToolChoice', async () => {
  const given: CodexTool[] = [
    { type: 'function', name: 'find', schema: closed({}) },
    { type: 'function', name: 'a.b', schema: closed({}) },
    { type: 'provider-defined', id: 'codex.web_search', name: 'search', args: {} },
    { type: 'provider-defined', id: 'codex.custom', name: 'free', args: { name: 'dial' } },
  ]
  const all = await toTools(given, undefined)
  const none = await toTools([], undefined)

  test.each([
    [{ type: 'auto' }, 'auto'],
    [{ type: 'none' }, 'none'],
    [{ type: 'required' }, 'required'],
    [
      { type: 'tool', name: 'find' },
      { type: 'function', name: 'find' },
    ],
    [
      { type: 'tool', name: 'a.b' },
      { type: 'function', name: nameOf(all.tools[1]) },
    ],
    [{ type: 'tool', name: 'search' }, { type: 'web_search' }],
    [
      { type: 'tool', name: 'free' },
      { type: 'custom', name: 'dial' },
    ],
  ] as const)('%j', (choice, value) => {
    const warnings = createWarningCollector()
    expect(toToolChoice(choice, all, warnings)).toEqual(value)
    expect(warnings.list()).toEqual([])
  })

  test.each<[Parameters<typeof toToolChoice>[0], RequestTools, string]>([
    [{ type: 'required' }, none, 'there is no tool to call'],
    [{ type: 'tool', name: 'gone' }, all, 'the tool "gone" is not sent'],
  ])('%j of a tool that is not sent is auto, with a warning', (choice, sent, reason) => {
    const warnings = createWarningCollector()
    expect(toToolChoice(choice, sent, warnings)).toBe('auto')
    expect(warnings.list()).toEqual([
      { type: 'setting', setting: 'toolChoice', details: `toolChoice is left out: ${reason}.` },
    ])
  })
})

describe('toOutputFormat', () => {
  const schema = { type: 'object', properties: { a: text, b: { type: 'object', properties: { c: text } } } }

  test('text, and JSON without a schema, have none', () => {
    for (const output of [{ type: 'text' }, { type: 'json' }] as const) {
      expect(toOutputFormat(output, undefined)).toEqual({ format: undefined, isWrapped: false, warnings: [] })
    }
  })

  test('objects are closed; strict only where nothing is optional (BR-25)', () => {
    expect(toOutputFormat({ type: 'json', schema }, undefined)).toEqual({
      format: { type: 'json_schema', name: 'response', strict: false, schema: closeObjects(schema) },
      isWrapped: false,
      warnings: [],
    })
    const strict = { type: 'object', properties: { a: text }, required: ['a'] }
    expect(toOutputFormat({ type: 'json', schema: strict }, undefined)).toMatchObject({
      format: { strict: true, schema: { additionalProperties: false } },
    })
    expect(toOutputFormat({ type: 'json', schema: strict }, false)).toMatchObject({
      format: { strict: false, schema: strict },
    })
  })

  test('strict mode that was asked for and can not be', () => {
    expect(toOutputFormat({ type: 'json', schema }, true)).toMatchObject({
      format: { strict: false },
      warnings: [{ message: expect.stringContaining('the optional property "a"') }],
    })
  })

  test.each([
    ['my recipe', 'my_recipe'],
    ['x'.repeat(80), 'x'.repeat(64)],
    ['', 'response'],
  ])('the name %j is sent as %s', (name, expected) => {
    expect(toOutputFormat({ type: 'json', schema, name }, undefined)).toMatchObject({
      format: { name: expected },
    })
  })
})
