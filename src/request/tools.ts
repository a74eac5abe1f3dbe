import { InvalidArgumentError } from '@ai-sdk/provider'
import type { AnswerForm } from './answer-form.ts'
import type { CodexTool, CodexToolChoice } from './call.ts'
import type { ToolSearch } from './deferred-tools.ts'
import { type FunctionOptions, readFunctionOptions } from './function-options.ts'
import {
  type CustomTool,
  HOSTED_TOOLS,
  type HostedTool,
  type HostedToolType,
  type ReadTool,
  readHostedTool,
  type ToolSearchSettings,
} from './hosted-tools.ts'
import type { HistoryTools } from './prompt.ts'
import { toWireSchema } from './schema/wire.ts'
import type { Wrapper } from './tool-arguments.ts'
import { createToolNames } from './tool-names.ts'
import type { WarningCollector } from './warnings.ts'
import { isWireName } from './wire-names.ts'
import type { FunctionTool, WireTool } from './wire-tools.ts'

export type ToolChoice =
  | 'auto'
  | 'none'
  | 'required'
  | { type: 'function' | 'custom'; name: string }
  | { type: HostedTool['type'] }

/** The tools of a request, and how calls of them are read and written. */
export interface RequestTools {
  tools: WireTool[]
  /** How to read the calls of the answer. */
  answer: AnswerForm['tools']
  /** How to write the calls of the history. */
  history: HistoryTools
  /** Returns the `tool_choice` of a tool by the caller's name; undefined for a tool that is not sent. */
  choiceOf(name: string): Exclude<ToolChoice, string> | undefined
  /** Runs the searches for the tools that are left out. Absent where there are none. */
  search?: ToolSearch | undefined
}

type GivenFunction = Extract<CodexTool, { type: 'function' }>

/** A tool of the caller that is sent. */
type Sendable = { given: GivenFunction; kind: 'function' } | (ReadTool & { given: CodexTool })

/** A tool in both forms. */
export type ToolEntry =
  | { kind: 'function'; wire: FunctionTool; options: FunctionOptions; wrapper?: Wrapper }
  | { kind: 'custom'; wire: CustomTool }
  | { kind: 'hosted'; wire: HostedTool }
  | { kind: 'search'; settings: ToolSearchSettings }

/**
 * Turns the caller's tools into the backend's; a tool that it does not support is left out with a warning.
 *
 * @param hostedTools The hosted tools that the backend supports.
 * @throws InvalidArgumentError naming the tool, for a schema, an option or an argument that can't be sent, and for a
 * duplicate name
 */
export async function toTools(
  tools: readonly CodexTool[],
  strictJsonSchema: boolean | undefined,
  warnings: WarningCollector,
  hostedTools: readonly HostedToolType[] = HOSTED_TOOLS,
  choice: CodexToolChoice = { type: 'auto' },
): Promise<RequestTools> {
  const sendable: Sendable[] = []
  for (const tool of tools) {
    if (tool.type === 'function') {
      sendable.push({ kind: 'function', given: tool })
      continue
    }
    const read = await readHostedTool(tool, warnings)
    if (read && (read.kind === 'custom' || hostedTools.includes(typeOf(read)))) {
      sendable.push({ ...read, given: tool })
    } else {
      const details = `The tool ${tool.id} is left out: the backend does not support it.`
      warnings.add({ type: 'tool', tool, details })
    }
  }
  assertDistinct(sendable)
  const names = nameTools(sendable)
  const entries = new Map(
    sendable.map((tool) => [tool.given.name, toEntry(tool, names.toWire, strictJsonSchema, warnings)]),
  )
  const layout = [...entries.values()].some(isPlaced)
    ? (await import('./deferred-tools.ts')).placeTools(entries, choice, warnings)
    : { tools: [...entries.values()].flatMap((entry) => (entry.kind === 'search' ? [] : [entry.wire])) }
  return {
    tools: layout.tools,
    answer: new Map([...entries].map(([name, entry]) => [keyOf(entry), toAnswer(name, entry)])),
    history: { ...toHistory(entries, names.toWire), foundTools: layout.search?.toWire },
    choiceOf: (name) => toChoice(entries.get(name)),
    search: layout.search,
  }
}

/** True for a tool whose place in the request is not simply its own. */
const isPlaced = (entry: ToolEntry): boolean =>
  entry.kind === 'search' ||
  (entry.kind === 'function' &&
    (entry.options.deferLoading === true || entry.options.namespace !== undefined))

const typeOf = (read: Exclude<ReadTool, { kind: 'custom' }>): HostedToolType =>
  read.kind === 'search' ? 'tool_search' : read.tool.type

const keyOf = (entry: ToolEntry): string => {
  if (entry.kind === 'search') return 'tool_search'
  return entry.kind === 'hosted' ? entry.wire.type : entry.wire.name
}

const toAnswer = (name: string, entry: ToolEntry) => ({
  name,
  isWrapped: entry.kind === 'function' && entry.wrapper !== undefined,
  kind: entry.kind,
})

const toChoice = (entry: ToolEntry | undefined): Exclude<ToolChoice, string> | undefined => {
  if (entry === undefined || entry.kind === 'search') return undefined
  return entry.kind === 'hosted' ? { type: entry.wire.type } : { type: entry.kind, name: entry.wire.name }
}

/** Refuses tools that the backend can't tell apart: functions and custom tools by name, hosted tools by type. */
function assertDistinct(tools: readonly Sendable[]): void {
  const seen = new Map<string, string>()
  for (const tool of tools) {
    const { name } = tool.given
    const keys = [
      `given ${name}`,
      tool.kind === 'hosted' || tool.kind === 'search' ? `type ${typeOf(tool)}` : `name ${wireNameOf(tool)}`,
    ]
    const other = keys.map((key) => seen.get(key)).find((found) => found !== undefined)
    if (other !== undefined) {
      const message =
        other === name
          ? `Two tools have the name "${name}". Give each tool its own name.`
          : `The tools "${other}" and "${name}" are the same tool for the backend. Leave out one of them.`
      throw new InvalidArgumentError({ argument: 'tools', message })
    }
    for (const key of keys) seen.set(key, name)
  }
}

const wireNameOf = (tool: Sendable): string => (tool.kind === 'custom' ? tool.tool.name : tool.given.name)

/** Maps the names of tools, valid ones first: they stay as they are. */
function nameTools(tools: readonly Sendable[]) {
  const isNamed = ({ kind }: Sendable) => kind === 'function' || kind === 'custom'
  const types = tools.flatMap((tool) =>
    tool.kind === 'hosted' || tool.kind === 'search' ? [typeOf(tool)] : [],
  )
  const names = createToolNames(types)
  const given = tools.filter(isNamed).map(wireNameOf)
  for (const name of given.filter(isWireName)) names.toWire(name)
  return names
}

function toEntry(
  tool: Sendable,
  toWire: (name: string) => string,
  strict: boolean | undefined,
  warnings: WarningCollector,
): ToolEntry {
  switch (tool.kind) {
    case 'function':
      return toFunction(tool.given, toWire(tool.given.name), strict, warnings)
    case 'custom': {
      const wire = { ...tool.tool, name: toWire(tool.tool.name) }
      return { wire, kind: 'custom' }
    }
    case 'hosted':
      return { wire: tool.tool, kind: 'hosted' }
    case 'search':
      return { settings: tool.tool, kind: 'search' }
    default:
      return tool satisfies never
  }
}

function toHistory(entries: ReadonlyMap<string, ToolEntry>, toWire: (name: string) => string): HistoryTools {
  return {
    kindOf(name) {
      const entry = entries.get(name)
      if (entry?.kind === 'hosted') return entry.wire.type === 'local_shell' ? 'local-shell' : undefined
      return entry?.kind === 'search' ? undefined : entry?.kind
    },
    wrapperOf(name) {
      const entry = entries.get(name)
      return entry?.kind === 'function' ? entry.wrapper : undefined
    },
    toWire(name) {
      const entry = entries.get(name)
      return entry?.kind === 'function' || entry?.kind === 'custom' ? entry.wire.name : toWire(name)
    },
  }
}

function toFunction(
  tool: GivenFunction,
  name: string,
  strictOfCall: boolean | undefined,
  warnings: WarningCollector,
): ToolEntry {
  const options = readFunctionOptions(tool.name, tool.providerOptions, warnings)
  const { schema, isWrapped, strict, allowsString } = toWireSchema(tool.schema, {
    owner: `the tool "${tool.name}"`,
    argument: 'tools',
    unconstrained: 'object',
    strict: tool.strict ?? options.strict ?? strictOfCall,
    closes: false,
    warnings,
  })
  const wire: FunctionTool = {
    type: 'function',
    name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    strict,
    parameters: schema,
  }
  return { wire, kind: 'function', options, ...(isWrapped ? { wrapper: { allowsString } } : {}) }
}

/** Returns the `tool_choice` that the caller asked for; `auto`, with a warning, where its tool is not sent. */
export function toToolChoice(
  choice: CodexToolChoice,
  { tools, choiceOf, search }: Pick<RequestTools, 'tools' | 'choiceOf' | 'search'>,
  warnings: WarningCollector,
): ToolChoice {
  if (choice.type === 'auto' || choice.type === 'none') return choice.type
  const wanted = choice.type === 'tool' ? choiceOf(choice.name) : 'required'
  if (wanted !== undefined && tools.length > 0) return wanted
  const reason = choice.type === 'tool' ? reasonOf(choice.name, search) : 'there is no tool to call'
  warnings.add({ type: 'setting', setting: 'toolChoice', details: `toolChoice is left out: ${reason}.` })
  return 'auto'
}

const reasonOf = (name: string, search: ToolSearch | undefined): string =>
  name === search?.name ? 'the backend takes no tool search there' : `the tool "${name}" is not sent`
