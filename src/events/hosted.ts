import { asObject, type JsonObject, parseObject, textOf } from '../lib/json.ts'
import type { CodexItem, HostedCallItem } from './event.ts'
import { camelCased, camelCasedObject } from './values.ts'

/** Fields of an item that are the tool's input or its result, by the item's type. */
const FIELDS: Readonly<Record<string, { input: readonly string[]; result: readonly string[] }>> = {
  web_search_call: { input: [], result: ['status', 'action'] },
  file_search_call: { input: [], result: ['status', 'queries', 'results'] },
  code_interpreter_call: { input: ['code', 'container_id'], result: ['status', 'outputs'] },
  image_generation_call: {
    input: [],
    result: ['status', 'revised_prompt', 'size', 'quality', 'background', 'output_format'],
  },
  mcp_call: { input: [], result: ['status', 'server_label', 'output', 'error'] },
  tool_search_call: { input: ['arguments'], result: [] },
  shell_call: { input: ['action'], result: [] },
}

/** Types whose result is an item of its own. */
const OUTPUTS: Readonly<Record<string, string>> = {
  shell_call: 'shell_call_output',
  tool_search_call: 'tool_search_output',
}

/** Reads the call of a tool that the backend ran by itself. */
export function toHostedCall(item: JsonObject, id: string | undefined): HostedCallItem {
  const type = String(item.type)
  const { input, result } = FIELDS[type] ?? { input: [], result: [] }
  const isMCP = type === 'mcp_call'
  const output = OUTPUTS[type]
  return {
    type: 'hosted-call',
    id,
    tool: type.replace(/_call$/, ''),
    name: isMCP ? textOf(item.name) : undefined,
    input: isMCP ? toArguments(item.arguments) : pick(item, input),
    result: pick(item, result),
    outputKey: output === undefined ? undefined : outputKey(output, item),
    image: type === 'image_generation_call' ? toImage(item) : undefined,
  }
}

/** Reads the item that holds the result of a hosted call. */
export const toHostedOutput = (item: JsonObject, id: string | undefined): CodexItem => ({
  type: 'hosted-output',
  id,
  key: outputKey(String(item.type), item),
  result: pick(item, ['status', 'output', 'tools']),
})

/** Tool searches have no call id: their next output belongs to the latest call. */
const outputKey = (type: string, item: JsonObject): string => `${type} ${textOf(item.call_id) ?? ''}`

const pick = (item: JsonObject, names: readonly string[]): JsonObject =>
  camelCasedObject(
    Object.fromEntries(
      // The names of a tool's arguments are the tool's own.
      names.map((name) => [name, name === 'arguments' ? item[name] : camelCased(item[name])]),
    ),
  )

const toArguments = (value: unknown): JsonObject =>
  typeof value === 'string' ? (parseObject(value) ?? { arguments: value }) : asObject(value)

function toImage(item: JsonObject): HostedCallItem['image'] {
  const data = textOf(item.result)
  return data === undefined ? undefined : { mediaType: imageType(textOf(item.output_format), data), data }
}

/** How the base64 of an image begins. */
const HEADS: ReadonlyArray<readonly [head: string, mediaType: string]> = [
  ['iVBORw', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['UklGR', 'image/webp'],
  ['R0lGOD', 'image/gif'],
]

function imageType(format: string | undefined, data: string): string {
  if (format !== undefined) return `image/${format === 'jpg' ? 'jpeg' : format}`
  return HEADS.find(([head]) => data.startsWith(head))?.[1] ?? 'image/png'
}
