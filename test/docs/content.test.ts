import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { FIXTURES, readFixture } from '../support/fixtures.ts'
import { OBJECTS, PROMPT_PARTS, TOOL_CHOICES, TOOLS, USUAL_INPUT } from './content-in.ts'
import { alsoShown, CORE, EVENTS, ITEMS, outcomeOfEvent, outcomeOfItem, USUAL_OUTPUT } from './content-out.ts'
import { readTable } from './readme-blocks.ts'
import { ROOT } from './support.ts'

const readPage = (page: string) => readFileSync(join(ROOT, 'docs', page), 'utf8')

/** What is usual, what goes in, and what comes out. */
const USUAL = readPage('content.md')
const INPUT = readPage('input-reference.md')
const OUTPUT = readPage('output-reference.md')

const bare = (cell = '') => cell.replaceAll('`', '')
const names = (cell: string) => cell.split(/, ?/)

interface Row {
  /** What the row is about, without backticks. */
  what: string
  key: string
  /** The cells after it. */
  cells: string[]
}

/** The rows of a table whose first columns say what they are about, and whose next one says in which case. */
const rowsOf = (page: string, marker: string, columns = 1): Row[] =>
  readTable(page, marker).map((row) => {
    const what = row.slice(0, columns).map(bare).join(' ')
    return { what, key: `${what} | ${row[columns]}`, cells: row.slice(columns + 1) }
  })

const promptParts = rowsOf(INPUT, 'prompt parts', 2)
const tools = rowsOf(INPUT, 'tools')
const toolChoices = rowsOf(INPUT, 'tool choice')
const objects = rowsOf(INPUT, 'objects')
const events = rowsOf(OUTPUT, 'events')
const ignoredEvents = readTable(OUTPUT, 'ignored events').map(([what, types = '']) => ({
  what,
  types: names(bare(types)),
}))
const items = rowsOf(OUTPUT, 'items')

/** Rows with a case of their own; the others each stand for types that all come to the same. */
const single = (rows: readonly Row[], cases: object) => rows.filter(({ key }) => key in cases)
const grouped = (rows: readonly Row[], cases: object) => rows.filter(({ key }) => !(key in cases))

/** Words that a note promises to be in what is sent. */
const PROMISES = ['"input":', 'aborted', 'Error:', 'left out: ', '"value":']

describe.each([
  { marker: 'prompt parts', rows: promptParts, cases: PROMPT_PARTS },
  { marker: 'tools', rows: tools, cases: TOOLS },
  { marker: 'tool choice', rows: toolChoices, cases: TOOL_CHOICES },
  { marker: 'objects', rows: objects, cases: OBJECTS },
])('$marker', ({ rows, cases }) => {
  test('each case has one row', () => {
    expect(rows.map(({ key }) => key)).toEqual(Object.keys(cases))
  })

  test.each(rows)('$key', async ({ key, cells: [becomes, more = ''] }) => {
    const outcome = await cases[key]?.()
    expect(outcome?.becomes).toBe(becomes)
    const promised = PROMISES.filter((words) => [...more.matchAll(/`[^`]*`/g)].join(' ').includes(words))
    const sent = outcome?.text.replaceAll('\\"', '"')
    if (!becomes?.includes('left out')) for (const words of promised) expect(sent).toContain(words)
  })
})

describe('events', () => {
  test('each case has one row', () => {
    expect(events.map(({ key }) => key)).toEqual(Object.keys(EVENTS))
  })

  test.each(events)('$key', ({ key, cells: [outcome] }) => {
    expect(EVENTS[key]?.()).toBe(outcome)
  })

  test.each(ignoredEvents)('$what: ignored', ({ types }) => {
    expect(types.filter((type) => outcomeOfEvent(type) !== 'ignored')).toEqual([])
  })
})

describe('items', () => {
  test('each case has one row', () => {
    expect(single(items, ITEMS).map(({ key }) => key)).toEqual(Object.keys(ITEMS))
    expect(new Set(items.map(({ key }) => key)).size).toBe(items.length)
  })

  test.each(single(items, ITEMS))('$key', ({ key, cells: [v1 = '', also] }) => {
    const core = CORE[key] ?? ''
    expect(ITEMS[key]?.()).toEqual({ v1, core })
    expect(alsoShown({ v1, core })).toBe(also)
  })

  test.each(grouped(items, ITEMS))('$what', ({ what, cells: [v1, also] }) => {
    for (const type of names(what)) expect(outcomeOfItem(type), type).toEqual({ v1, core: 'left out' })
    expect(also).toBe('')
  })
})

describe('what is usual', () => {
  const rowsBy = (marker: string) =>
    readTable(USUAL, marker).map(([what = '', happens = '', more = '']) => ({ what, happens, more }))
  const given = [...rowsBy('given'), ...rowsBy('history')]
  const results = rowsBy('results')

  test('each row of what is given has its cases', () => {
    expect(given.map(({ what }) => what)).toEqual(Object.keys(USUAL_INPUT))
  })

  test.each(given)('$what: $happens', async ({ what, happens }) => {
    const keys = USUAL_INPUT[what] ?? []
    expect(keys).not.toEqual([])
    for (const key of keys) expect(happens, key).toMatch(usualWords((await PROMPT_PARTS[key]?.())?.becomes))
  })

  test('each row of what comes back has its items', () => {
    expect(results.map(({ what }) => what)).toEqual(Object.keys(USUAL_OUTPUT))
  })

  test.each(results)('$what: $more', ({ what, more }) => {
    for (const key of USUAL_OUTPUT[what] ?? ['none']) expect(ITEMS[key]?.().v1, key).toContain(more)
  })

  /** How the words of the reference begin in plain ones. */
  function usualWords(becomes = ''): RegExp {
    const [, error] = /^`(\w+Error)`$/.exec(becomes) ?? []
    if (error !== undefined) return new RegExp(`^Error: \`${error}\``)
    if (becomes === 'left out, warning') return /^Left out, with a warning/
    return becomes.includes('warning') ? /^Sent, .*a warning/ : /^Sent(?!.*warning)/
  }
})

describe('the lists are whole', () => {
  const parse = (path: string) =>
    ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.Latest, true)

  function all<Node extends ts.Node>(root: ts.Node, is: (node: ts.Node) => node is Node): Node[] {
    const inside = root.getChildren().flatMap((child) => all(child, is))
    return is(root) ? [root, ...inside] : inside
  }

  const literals = (nodes: readonly ts.Node[]) =>
    nodes.flatMap((node) => (ts.isStringLiteral(node) ? [node.text] : []))

  /** The types that a function of that name tells apart. */
  function casesOf(path: string, name: string): string[] {
    const found = all(parse(path), ts.isFunctionDeclaration).find((node) => node.name?.text === name)
    return found ? literals(all(found, ts.isCaseClause).map(({ expression }) => expression)) : []
  }

  const SPEC = parse('node_modules/spec-v1/dist/index.d.ts')
  const declared = [...all(SPEC, ts.isTypeAliasDeclaration), ...all(SPEC, ts.isInterfaceDeclaration)]
  const declarationOf = (name: string) => {
    const found = declared.find((node) => node.name.text === name)
    if (!found) throw new Error(`No ${name}`)
    return found
  }

  /** The literal that a member of a type is. */
  function literalOf(type: ts.Node, member: string): string | undefined {
    const found = all(type, ts.isPropertySignature).find(({ name }) => name.getText() === member)
    return found?.type && ts.isLiteralTypeNode(found.type) ? literals([found.type.literal])[0] : undefined
  }

  const rowNames = (rows: readonly Row[]) => new Set(rows.flatMap(({ what }) => names(what)))
  const without = (rows: ReadonlySet<string>, wanted: Iterable<string>) =>
    [...new Set(wanted)].filter((name) => !rows.has(name))

  test('of prompt parts, by LanguageModelV1Message', () => {
    const messages = all(declarationOf('LanguageModelV1Message'), ts.isTypeLiteralNode)
    const parts = messages.flatMap((message) => {
      const role = literalOf(message, 'role')
      const types = all(message, ts.isTypeReferenceNode).map((node) => node.typeName.getText())
      const own = types.filter((name) => name !== 'Array' && name !== 'LanguageModelV1ProviderMetadata')
      const partTypes = own.map((name) => literalOf(declarationOf(name), 'type'))
      return role === undefined
        ? []
        : (partTypes.length === 0 ? ['text'] : partTypes).map((type) => `${role} ${type}`)
    })
    expect(parts).toHaveLength(10)
    expect([...new Set(promptParts.map(({ what }) => what))].sort()).toEqual(parts.sort())
  })

  test('of tool choices, by LanguageModelV1ToolChoice', () => {
    const types = all(declarationOf('LanguageModelV1ToolChoice'), ts.isTypeLiteralNode)
    const choices = types.flatMap((type) => literalOf(type, 'type') ?? [])
    expect(choices).toHaveLength(4)
    expect(new Set(toolChoices.map(({ what }) => what))).toEqual(new Set(choices))
  })

  test('of tools, by codex.tools and by what is read of the official provider', () => {
    const members = all(parse('src/adapters/v1/tools.ts'), ts.isInterfaceDeclaration)
      .find(({ name }) => name.text === 'CodexTools')
      ?.members.map((member) => `codex.tools.${member.name?.getText()}()`)
    const types = all(parse('src/request/hosted-tools.ts'), ts.isVariableDeclaration).find(
      ({ name }) => name.getText() === 'TYPES',
    )
    const known = types
      ? all(types, ts.isPropertyAssignment).map(({ name }) => `openai.${name.getText()}`)
      : []
    expect(new Set(members).size).toBe(5)
    expect(known).toHaveLength(6)
    expect(without(rowNames(tools), [...(members ?? []), ...known])).toEqual([])
  })

  test('of events, by the code and by the recordings', () => {
    const read = casesOf('src/events/parse.ts', 'toEvent')
    const recorded = FIXTURES.flatMap(readFixture)
      .flat()
      .flatMap((line) => /^\{"type":"([^"]+)"/.exec(line)?.[1] ?? [])
    expect(read.length).toBeGreaterThan(15)
    expect(new Set(recorded).size).toBeGreaterThan(40)
    const driven = rowNames(events)
    const ignored = ignoredEvents.flatMap(({ types }) => types)
    expect(without(driven, read)).toEqual([])
    expect(without(new Set([...driven, ...ignored]), recorded)).toEqual([])
    expect(ignored.filter((type) => driven.has(type))).toEqual([])
  })

  test('of items, by the code and by the recordings', () => {
    const read = casesOf('src/events/items.ts', 'toItem')
    const recorded = FIXTURES.flatMap(readFixture)
      .flat()
      .flatMap((line) => /"item":\{(?:"id":"[^"]*",)?"type":"([^"]+)"/.exec(line)?.[1] ?? [])
    expect(read.length).toBeGreaterThan(15)
    expect(new Set(recorded).size).toBeGreaterThan(15)
    expect(without(rowNames(items), [...read, ...recorded])).toEqual([])
    const driven = single(items, ITEMS).flatMap(({ what }) => names(what))
    expect(without(new Set(driven), read)).toEqual([])
  })
})
