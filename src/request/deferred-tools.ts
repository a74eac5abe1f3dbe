import { isObject, type JsonObject } from '../lib/json.ts'
import { toJsonText } from '../lib/json-text.ts'
import type { CodexToolChoice } from './call.ts'
import type { SearchableTool, ToolSearchSettings } from './hosted-tools.ts'
import { rankTools } from './rank-tools.ts'
import type { ToolEntry } from './tools.ts'
import type { WarningCollector } from './warnings.ts'
import type { FunctionTool, NamespaceTool, ToolSearchTool, WireTool } from './wire-tools.ts'

/** Runs the searches for the tools that a request leaves out. All names are the caller's. */
export interface ToolSearch {
  /** The name of the search itself. */
  readonly name: string
  /**
   * Finds tools, best first.
   *
   * @param given The arguments of the call, as the model wrote them.
   * @throws TypeError if the caller's own function returns no list of names; whatever that function throws
   */
  find(given: unknown, signal: AbortSignal): Promise<string[]>
  /** The tools as the result of the search shows them. */
  describe(names: readonly string[]): JsonObject[]
  /** The tools in the form of the backend. A name that no deferred tool has is skipped. */
  toWire(names: readonly string[]): Array<FunctionTool | NamespaceTool>
}

type FunctionEntry = Extract<ToolEntry, { kind: 'function' }>

/** Results of one search, as in the Codex CLI. */
const MAX_RESULTS = 8

/** Words of a query that are looked at, in characters. */
const MAX_QUERY = 1000

/** Places the tools of a request that has namespaces or deferred tools. */
export function placeTools(
  entries: ReadonlyMap<string, ToolEntry>,
  choice: CodexToolChoice,
  warnings: WarningCollector,
): { tools: WireTool[]; search?: ToolSearch } {
  const [name, given] = [...entries].find(([, { kind }]) => kind === 'search') ?? []
  const settings = given?.kind === 'search' ? given.settings : undefined
  const deferred = deferredOf(entries, settings, choice, warnings)
  const describeNamespace = namespacesOf(entries, settings, warnings)
  const tools: WireTool[] = []
  const place = createPlacer(tools, describeNamespace)
  for (const [own, entry] of entries) {
    if (entry.kind === 'search') {
      if (deferred.size > 0) tools.push(toSearchTool(entry.settings, deferred, describeNamespace))
    } else if (entry.kind !== 'function') tools.push(entry.wire)
    else if (!deferred.has(own)) place(entry, entry.wire)
  }
  if (settings === undefined || name === undefined) return { tools }
  if (deferred.size > 0) {
    return { tools, search: createSearch(name, settings, deferred, describeNamespace) }
  }
  warnings.add({
    type: 'other',
    message: `The tool search "${name}" is left out: no tool is deferred. Set deferLoading on tools, or "defer" on the search.`,
  })
  return { tools }
}

/** Finds the tools that the request leaves out, by the caller's names. */
function deferredOf(
  entries: ReadonlyMap<string, ToolEntry>,
  settings: ToolSearchSettings | undefined,
  choice: CodexToolChoice,
  warnings: WarningCollector,
): Map<string, FunctionEntry> {
  const { defer } = settings ?? {}
  const listed = Array.isArray(defer) ? new Set<string>(defer) : undefined
  const isDeferred = (name: string): boolean => {
    if (typeof defer === 'function') return Boolean(defer(name))
    return listed ? listed.has(name) : defer === true
  }
  const deferred = new Map<string, FunctionEntry>()
  for (const [name, entry] of entries) {
    if (entry.kind !== 'function' || !(entry.options.deferLoading ?? isDeferred(name))) continue
    if (settings === undefined) {
      warnings.addOccurrence('Tools with deferLoading are sent at once, since there is no tool search', name)
    } else if (choice.type !== 'tool' || choice.name !== name) {
      // A model can't be made to call what it has not got.
      deferred.set(name, entry)
    }
  }
  for (const name of listed ?? []) {
    if (entries.get(name)?.kind !== 'function') {
      warnings.addOccurrence('"defer" of the tool search lists names that no function tool has', name)
    }
  }
  return deferred
}

/** Returns the description of a namespace. */
function namespacesOf(
  entries: ReadonlyMap<string, ToolEntry>,
  settings: ToolSearchSettings | undefined,
  warnings: WarningCollector,
): (name: string) => string {
  const descriptions = new Map<string, string | undefined>(Object.entries(settings?.namespaces ?? {}))
  const unused = new Set(descriptions.keys())
  for (const entry of entries.values()) {
    const { name, description } = (entry.kind === 'function' && entry.options.namespace) || {}
    if (name === undefined) continue
    unused.delete(name)
    const known = descriptions.get(name)
    if (known === undefined) descriptions.set(name, description)
    else if (description !== undefined && description !== known) {
      warnings.addOccurrence('Namespaces have several descriptions, and the first one is sent', name)
    }
  }
  for (const name of unused) {
    warnings.addOccurrence('The tool search describes namespaces that no tool is in', name)
  }
  return (name) => descriptions.get(name) ?? `Tools in the ${name} namespace.`
}

/** Adds tools to a list, those of a namespace inside of it, at the place of its first one. */
function createPlacer(
  tools: Array<WireTool | FunctionTool | NamespaceTool>,
  describeNamespace: (name: string) => string,
): (entry: FunctionEntry, wire: FunctionTool) => void {
  const namespaces = new Map<string, NamespaceTool>()
  return ({ options }, wire) => {
    if (options.namespace === undefined) {
      tools.push(wire)
      return
    }
    const { name } = options.namespace
    const known = namespaces.get(name)
    if (known) {
      known.tools.push(wire)
      return
    }
    const namespace: NamespaceTool = {
      type: 'namespace',
      name,
      description: describeNamespace(name),
      tools: [wire],
    }
    namespaces.set(name, namespace)
    tools.push(namespace)
  }
}

const DESCRIPTION =
  'Finds tools that are not loaded yet. Search by what a tool should do before you say that something can not be ' +
  'done. The tools that it finds can be called from then on.'

/** Names of tools in the description, in characters: it is part of every request. */
const MAX_NAMES = 2000

/** The search as the model sees it, with what there is to find. */
function toSearchTool(
  { description = DESCRIPTION }: ToolSearchSettings,
  deferred: ReadonlyMap<string, FunctionEntry>,
  describeNamespace: (name: string) => string,
): ToolSearchTool {
  const namespaces = new Set<string>()
  const others: string[] = []
  for (const { options, wire } of deferred.values()) {
    if (options.namespace) namespaces.add(options.namespace.name)
    else others.push(wire.name)
  }
  const sources = [...namespaces].map((name) => `- ${name}: ${describeNamespace(name)}`)
  return {
    type: 'tool_search',
    execution: 'client',
    description: [
      description,
      ...(sources.length === 0 ? [] : ['There are tools in these namespaces:', ...sources]),
      ...(others.length === 0 ? [] : [`Other tools: ${namesWithin(others)}.`]),
    ].join('\n'),
    parameters: {
      type: 'object',
      properties: { query: { type: 'string', description: 'What the tool should do, or its name.' } },
      required: ['query'],
      additionalProperties: false,
    },
  }
}

function namesWithin(names: readonly string[]): string {
  let length = 0
  const shown = names.filter((name) => {
    length += name.length + 2
    return length <= MAX_NAMES
  })
  return shown.length === names.length ? shown.join(', ') : `${shown.join(', ')} and more`
}

function createSearch(
  name: string,
  settings: ToolSearchSettings,
  deferred: ReadonlyMap<string, FunctionEntry>,
  describeNamespace: (name: string) => string,
): ToolSearch {
  const { maxResults = MAX_RESULTS } = settings
  let searchable: SearchableTool[] | undefined
  const searchableTools = () => {
    searchable ??= [...deferred].map(([own, { wire, options }]) => ({
      name: own,
      description: wire.description,
      namespace: options.namespace?.name,
      parameters: Object.keys(isObject(wire.parameters.properties) ? wire.parameters.properties : {}),
    }))
    return searchable
  }

  /** Known names, each once. */
  function pick(ranked: Iterable<unknown>): string[] {
    const found = new Set<string>()
    for (const one of ranked) {
      const own = isObject(one) ? one.name : one
      if (typeof own !== 'string') throw new TypeError(oddResult(name))
      if (found.size < maxResults && deferred.has(own)) found.add(own)
    }
    return [...found]
  }

  return {
    name,
    async find(given, abortSignal) {
      const query = queryOf(given)
      const tools = searchableTools()
      if (!settings.search) return pick(rankTools(query, tools))
      const ranked: unknown = await settings.search({
        query,
        arguments: given,
        tools,
        maxResults,
        abortSignal,
      })
      if (!Array.isArray(ranked)) throw new TypeError(oddResult(name))
      return pick(ranked)
    },
    describe: (names) =>
      names.flatMap((own) => {
        const entry = deferred.get(own)
        if (!entry) return []
        const { description } = entry.wire
        const namespace = entry.options.namespace?.name
        return [
          {
            type: 'function',
            name: own,
            ...(description === undefined ? {} : { description }),
            ...(namespace === undefined ? {} : { namespace }),
          },
        ]
      }),
    toWire(names) {
      const tools: Array<FunctionTool | NamespaceTool> = []
      const place = createPlacer(tools as WireTool[], describeNamespace)
      for (const own of new Set(names)) {
        const entry = deferred.get(own)
        if (entry) place(entry, { ...entry.wire, defer_loading: true })
      }
      return tools
    },
  }
}

const oddResult = (name: string): string => `"search" of the tool "${name}" must return a list of tool names.`

/** The query of a search; the text of all arguments, where the model wrote others than it was asked for. */
function queryOf(given: unknown): string {
  if (typeof given === 'string') return given.slice(0, MAX_QUERY)
  if (!isObject(given)) return ''
  const query = typeof given.query === 'string' ? given.query : toJsonText(Object.values(given))
  return query.slice(0, MAX_QUERY)
}
