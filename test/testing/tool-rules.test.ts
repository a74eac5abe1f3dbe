import { describe, expect, it } from 'vitest'
import { strayKeywordFault, strictFault } from '../../src/testing/schema-rules.ts'
import { toolKeys } from '../../src/testing/tool-rules.ts'

const grammar = { type: 'grammar', syntax: 'lark', definition: 'start: "a"' }

describe('fields of tools', () => {
  it.each([
    { type: 'web_search', external_web_access: true, search_content_types: ['text'] },
    { type: 'image_generation', output_format: 'png' },
    { type: 'local_shell' },
    { type: 'custom', name: 'x', description: 'X.', format: grammar },
    { type: 'custom', name: 'x', format: { type: 'text' } },
    { type: 'custom', name: 'x' },
    { type: 'tool_search', execution: 'client', description: 'X.', parameters: {} },
    { type: 'namespace', name: 'x', description: 'X.', tools: [] },
  ])('%j is fine', (tool) => {
    expect(toolKeys({ tools: [tool] })).toBeUndefined()
  })

  it.each([
    [{ type: 'web_search', externalWebAccess: true }, "Unknown parameter: 'tools[0].externalWebAccess'."],
    [{ type: 'local_shell', name: 'x' }, "Unknown parameter: 'tools[0].name'."],
    [{ type: 'tool_search', execution: 'client', more: 1 }, "Unknown parameter: 'tools[0].more'."],
    [{ type: 'custom', name: 'x', parameters: {} }, "Unknown parameter: 'tools[0].parameters'."],
    [{ type: 'custom', name: 'x', format: { type: 'json' } }, "Invalid value: 'json'."],
    [{ type: 'custom', name: 'x', format: { ...grammar, syntax: 'yacc' } }, "Invalid value: 'grammar'."],
    [{ type: 'custom', name: 'x', format: { ...grammar, definition: '' } }, "Invalid value: 'grammar'."],
  ])('%j is refused', (tool, message) => {
    expect(toolKeys({ tools: [tool] })).toMatchObject({ message })
  })
})

describe('schemas', () => {
  const closed = (a: object) => ({
    type: 'object',
    properties: { a },
    required: ['a'],
    additionalProperties: false,
  })

  it.each([
    [{ type: 'array' }, "In context=('properties', 'a'), array schema missing items."],
    [
      { type: 'array', items: [{ type: 'string' }] },
      "In context=('properties', 'a'), [{\"type\":\"string\"}] is not of type 'object', 'boolean'.",
    ],
  ])('of any tool: %j', (schema, fault) => {
    expect(strayKeywordFault(closed(schema))).toBe(fault)
  })

  it.each([
    [{}, "In context=('properties', 'a'), schema must have a 'type' key."],
    [{ $ref: '#', title: 'A' }, "In context=('properties', 'a'), $ref cannot have keywords {'title'}."],
    [{ $ref: '#' }, undefined],
    [{ anyOf: [{ type: 'string' }] }, undefined],
  ])('strict: %j', (schema, fault) => {
    expect(strictFault(closed(schema))).toBe(fault)
  })
})
