import { describe, expect, test } from 'vitest'
import type { CodexPart } from '../../src/parts/part.ts'
import { FIXTURES, readFixture } from '../support/fixtures.ts'
import { partsOf } from '../support/machine.ts'

type JsonObject = Record<string, unknown>

const eventsOf = (lines: readonly string[]): JsonObject[] =>
  lines.flatMap((line) => {
    try {
      return [JSON.parse(line)]
    } catch {
      return []
    }
  })

const CASES = FIXTURES.flatMap((name) =>
  readFixture(name).map((lines, index) => [`${name}-${index + 1}`, eventsOf(lines)] as const),
)

const ofType = <Type extends CodexPart['type']>(parts: readonly CodexPart[], type: Type) =>
  parts.filter((part): part is Extract<CodexPart, { type: Type }> => part.type === type)

/** Hosted calls: what each recording's parts are, in short; every other one has none. */
const HOSTED: Record<string, Array<{ name: string; input: string[]; result: string[] }>> = {
  'openai-code-interpreter-tool.1-1': Array(3).fill({
    name: 'code_interpreter',
    input: ['code', 'containerId'],
    result: ['status', 'outputs'],
  }),
  'openai-file-search-tool.1-1': [{ name: 'file_search', input: [], result: ['status', 'queries'] }],
  'openai-file-search-tool.2-1': [
    { name: 'file_search', input: [], result: ['status', 'queries', 'results'] },
  ],
  'openai-image-generation-tool.1-1': [
    {
      name: 'image_generation',
      input: [],
      result: ['status', 'revisedPrompt', 'size', 'quality', 'background', 'outputFormat'],
    },
  ],
  'openai-mcp-tool-approval.4-1': [
    {
      name: 'mcp.create_short_url',
      input: ['alias', 'description', 'max_clicks', 'password', 'url'],
      result: ['status', 'serverLabel', 'output'],
    },
  ],
  'openai-mcp-tool.1-1': Array(2).fill({
    name: 'mcp.web_search_exa',
    input: ['query', 'numResults'],
    result: ['status', 'serverLabel', 'output'],
  }),
  'openai-shell-container.1-1': [{ name: 'shell', input: ['action'], result: ['status', 'output'] }],
  'openai-shell-skills.1-1': Array(2).fill({
    name: 'shell',
    input: ['action'],
    result: ['status', 'output'],
  }),
  'openai-tool-search.1-1': [{ name: 'tool_search', input: ['arguments'], result: ['status', 'tools'] }],
  'openai-web-search-tool.1-1': Array(6).fill({
    name: 'web_search',
    input: [],
    result: ['status', 'action'],
  }),
}

/** Upstream shortened the deltas of these, so that their texts depend on which events come. */
const SHORTENED = ['openai-shell-container.1-1', 'openai-phase.1-1']

describe.each(CASES)('%s', (name, events) => {
  test('hosted calls', () => {
    const calls = ofType(partsOf(events), 'hosted-call')
    const short = calls.map(({ name, input, result }) => ({
      name,
      input: Object.keys(input),
      result: Object.keys(result),
    }))
    expect(short).toEqual(HOSTED[name] ?? [])
  })

  test('the sources are the annotations of the recorded messages, each once', () => {
    const annotations = events
      .filter(({ type }) => type === 'response.output_item.done')
      .flatMap(({ item }) => (item as { content?: Array<{ annotations?: JsonObject[] }> }).content ?? [])
      .flatMap((part) => part.annotations ?? [])
    const sources = ofType(partsOf(events), 'source').map(({ source }) => source)
    expect(sources.map((source) => (source.type === 'url' ? source.url : source.fileId))).toEqual(
      annotations.map((annotation) => annotation.url ?? annotation.file_id),
    )
    expect(sources.map((source) => (source.type === 'url' ? source.title : source.filename))).toEqual(
      annotations.map((annotation) => annotation.title ?? annotation.filename),
    )
  })

  test('is the same without deltas, without items, and without ids that stay', () => {
    const whole = (parts: readonly CodexPart[]) =>
      parts.flatMap((part): unknown[] => {
        switch (part.type) {
          case 'tool-call':
            return [[part.type, part.callId, part.name, part.input]]
          case 'file':
            return [[part.type, part.data]]
          case 'hosted-call':
            return [[part.type, part.name, part.input, part.result]]
          case 'finish':
            return [[part.type, part.reason, part.usage]]
          case 'failure':
            return [[part.type, part.failure.code]]
          default:
            return []
        }
      })
    const text = (parts: readonly CodexPart[]) =>
      ofType(parts, 'text-delta')
        .map(({ delta }) => delta)
        .join('')
    const expected = partsOf(events, { end: true })
    const withoutDeltas = events.filter(({ type }) => !String(type).endsWith('.delta'))
    const rotating = JSON.parse(JSON.stringify(events)) as JsonObject[]
    for (const [index, event] of rotating.entries()) {
      if (event.item_id !== undefined) event.item_id = `turned_${index}`
      if (event.item) (event.item as JsonObject).id = `turned_${index}`
    }
    const variants = [withoutDeltas, rotating]
    const isListed = events.some(
      ({ type, response }) =>
        type === 'response.completed' && ((response as JsonObject).output as unknown[]).length > 0,
    )
    if (isListed) variants.push(events.filter(({ type }) => !String(type).includes('output_item')))
    for (const variant of variants) {
      const parts = partsOf(variant, { end: true })
      expect(whole(parts)).toEqual(whole(expected))
      if (!SHORTENED.includes(name)) expect(text(parts)).toBe(text(expected))
    }
  })
})
