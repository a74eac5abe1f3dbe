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
    result: ['outputs'],
  }),
  'openai-file-search-tool.1-1': [{ name: 'file_search', input: [], result: ['queries', 'results'] }],
  'openai-file-search-tool.2-1': [{ name: 'file_search', input: [], result: ['queries', 'results'] }],
  'openai-image-generation-tool.1-1': [{ name: 'image_generation', input: [], result: ['result'] }],
  'openai-mcp-tool-approval.4-1': [
    {
      name: 'mcp.create_short_url',
      input: ['alias', 'description', 'max_clicks', 'password', 'url'],
      result: ['type', 'serverLabel', 'name', 'arguments', 'output'],
    },
  ],
  'openai-mcp-tool.1-1': Array(2).fill({
    name: 'mcp.web_search_exa',
    input: ['query', 'numResults'],
    result: ['type', 'serverLabel', 'name', 'arguments', 'output'],
  }),
  'openai-shell-container.1-1': [{ name: 'shell', input: ['action'], result: ['output'] }],
  'openai-shell-skills.1-1': Array(2).fill({ name: 'shell', input: ['action'], result: ['output'] }),
  'openai-tool-search.1-1': [{ name: 'tool_search', input: ['arguments', 'call_id'], result: ['tools'] }],
  'openai-web-search-tool.1-1': [
    ...Array(2).fill({ name: 'web_search', input: [], result: ['action', 'sources'] }),
    ...Array(4).fill({ name: 'web_search', input: [], result: ['action'] }),
  ],
}

/** Upstream shortened the deltas of these, so that their texts depend on which events come. */
const SHORTENED = ['openai-shell-container.1-1', 'openai-phase.1-1']

describe.each(CASES)('%s', (name, events) => {
  test('hosted calls', () => {
    const parts = partsOf(events)
    const results = new Map(
      ofType(parts, 'hosted-result')
        .filter(({ isPreliminary }) => !isPreliminary)
        .map(({ callId, result }) => [callId, Object.keys(result)]),
    )
    const short = ofType(parts, 'hosted-call').map(({ callId, name, input }) => ({
      name,
      input: Object.keys(JSON.parse(input)),
      result: results.get(callId),
    }))
    expect(short).toEqual(HOSTED[name] ?? [])
  })

  test('the sources are the annotations of the recorded messages and what its searches found, each place once', () => {
    const items = events
      .filter(({ type }) => type === 'response.output_item.done')
      .map(({ item }) => item as JsonObject)
    const annotations = items
      .flatMap(({ content }) => (content as Array<{ annotations?: JsonObject[] }> | undefined) ?? [])
      .flatMap((part) => part.annotations ?? [])
    const found = items.flatMap(({ action, results }) => [
      ...((action as { sources?: JsonObject[] } | undefined)?.sources ?? []),
      ...((results as JsonObject[] | null | undefined) ?? []),
    ])
    const sources = ofType(partsOf(events), 'source')
    const placeOf = ({ url, file_id }: JsonObject) => (url ?? file_id) as string | undefined
    const addressOf = (place: string | undefined) => place?.replace('?utm_source=openai', '')
    const addresses = [...annotations, ...found].map((entry) => addressOf(placeOf(entry)))
    expect(
      sources.map(({ source }) => addressOf(source.type === 'url' ? source.url : source.fileId)),
    ).toEqual([...new Set(addresses.filter((address) => address !== undefined))])
    for (const { source, range } of sources) {
      const place = source.type === 'url' ? source.url : source.fileId
      const first = annotations.find((annotation) => placeOf(annotation) === place)
      expect([range.startIndex, range.endIndex]).toEqual([first?.start_index, first?.end_index])
    }
    const ends = ofType(partsOf(events), 'text-end')
    expect(ends.flatMap((end) => end.annotations)).toEqual(annotations)
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
            return [[part.type, part.name, part.input]]
          case 'hosted-result':
            return part.isPreliminary ? [] : [[part.type, part.name, part.result]]
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
