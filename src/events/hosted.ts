import { asObject, type JsonObject, textOf } from '../lib/json.ts'
import type { CodexItem, CodexSource, GeneratedImage, HostedCallItem, StreamedInput } from './event.ts'
import { camelCase, camelCased, camelCasedObject, list } from './values.ts'

/** One of the backend's tools, in the names and shapes that `@ai-sdk/openai` gives its input and result. */
interface HostedTool {
  /** Serializes the input; absent if it is always empty. */
  input?(item: JsonObject): string
  /** Input that streams as text. */
  stream?(item: JsonObject): StreamedInput
  /** Absent if the result is an item of its own. */
  result?(item: JsonObject): JsonObject
  /** Type of the item with the result. */
  outputType?: string
  sources?(item: JsonObject): readonly CodexSource[]
}

const TOOLS: Readonly<Record<string, HostedTool>> = {
  web_search: { result: searchResult, sources: searchSources },
  file_search: {
    result: ({ queries, results }) => ({
      queries: Array.isArray(queries) ? queries : [],
      results: Array.isArray(results) ? list(results).map(fileResult) : null,
    }),
    sources: ({ results }) =>
      list(results).flatMap((result): CodexSource[] => {
        const fileId = textOf(result.file_id)
        return fileId === undefined
          ? []
          : [{ type: 'document', fileId, filename: textOf(result.filename), title: undefined }]
      }),
  },
  code_interpreter: {
    input: (item) => JSON.stringify(pick(item, ['code', 'container_id'])),
    stream: ({ code, container_id }) => ({
      text: textOf(code) ?? '',
      frame: { head: '{"code":', tail: `${containerField(container_id)}}` },
    }),
    result: ({ outputs }) => ({ outputs: outputs ?? null }),
  },
  image_generation: { result: ({ result }) => pick({ result }, ['result']) },
  mcp: {
    input: ({ arguments: input }) => toText(input, '{}'),
    stream: ({ arguments: input }) => ({ text: toText(input, ''), frame: undefined }),
    result: (item) => ({
      type: 'call',
      ...pick(item, ['server_label', 'name']),
      arguments: toText(item.arguments, '{}'),
      ...pick(item, ['output', 'error']),
    }),
  },
  tool_search: {
    input: ({ arguments: input, call_id }) =>
      JSON.stringify({ arguments: input, call_id: textOf(call_id) ?? null }),
    outputType: 'tool_search_output',
  },
  shell: {
    input: ({ action }) => JSON.stringify({ action: camelCased(asObject(action)) }),
    outputType: 'shell_call_output',
  },
}

const containerField = (id: unknown): string =>
  textOf(id) === undefined ? '' : `,"containerId":${JSON.stringify(id)}`

/** Reads the call of a tool that the backend runs. */
export function toHostedCall(item: JsonObject, id: string | undefined): HostedCallItem {
  const name = String(item.type).replace(/_call$/, '')
  const tool = TOOLS[name] ?? {}
  const image = name === 'image_generation' ? toImage(item.result, item.output_format) : undefined
  const { outputType } = tool
  return {
    type: 'hosted-call',
    id,
    callId: textOf(item.call_id) ?? id,
    tool: name,
    name: name === 'mcp' ? textOf(item.name) : undefined,
    input: tool.input?.(item) ?? '{}',
    hasFixedInput: tool.input === undefined,
    stream: tool.stream?.(item),
    outputKey: outputType === undefined ? undefined : outputKey(outputType, item),
    ...(hasFailed(name, item, image)
      ? { result: pick(item, ['status']), isError: true }
      : resultOf(tool, item)),
    details: image ? pick(item, IMAGE_DETAILS) : {},
    image,
    sources: tool.sources?.(item) ?? [],
  }
}

const resultOf = (tool: HostedTool, item: JsonObject) => ({
  result: tool.result?.(item) ?? {},
  isError: false,
})

const IMAGE_DETAILS = ['revised_prompt', 'size', 'quality', 'background', 'output_format']

/** True for a call whose item says so, since these tools have no other form of an error. */
function hasFailed(tool: string, { status }: JsonObject, image: GeneratedImage | undefined): boolean {
  const isDone = status === undefined || status === 'completed'
  return !isDone && (tool === 'web_search' || (tool === 'image_generation' && image === undefined))
}

/** Reads the item with the result of a hosted call. */
export function toHostedOutput(item: JsonObject, id: string | undefined): CodexItem {
  const key = outputKey(String(item.type), item)
  return {
    type: 'hosted-output',
    id,
    key,
    result: item.type === 'shell_call_output' ? shellResult(item) : pick(item, ['tools']),
  }
}

/** Tool searches have no call id: the next output is that of the last call. */
const outputKey = (type: string, item: JsonObject): string => `${type} ${textOf(item.call_id) ?? ''}`

function searchResult({ action }: JsonObject): JsonObject {
  const { sources, ...fields } = asObject(action)
  const type = textOf(fields.type)
  return {
    ...(type === undefined ? {} : { action: { ...camelCasedObject(fields), type: camelCase(type) } }),
    ...(Array.isArray(sources) ? { sources } : {}),
  }
}

function searchSources({ action }: JsonObject): readonly CodexSource[] {
  return list(asObject(action).sources).flatMap((source): CodexSource[] => {
    const url = textOf(source.url)
    return url === undefined ? [] : [{ type: 'url', url, title: textOf(source.title) }]
  })
}

const fileResult = (result: JsonObject): JsonObject =>
  pick(result, ['attributes', 'file_id', 'filename', 'score', 'text'])

const shellResult = (item: JsonObject): JsonObject => ({
  ...pick(item, ['max_output_length']),
  output: list(item.output).map(({ stdout, stderr, outcome }) => ({
    stdout: toText(stdout, ''),
    stderr: toText(stderr, ''),
    outcome: camelCased(asObject(outcome)),
  })),
})

const pick = (item: JsonObject, names: readonly string[]): JsonObject =>
  camelCasedObject(Object.fromEntries(names.map((name) => [name, item[name]])))

const toText = (value: unknown, absent: string): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? absent : JSON.stringify(value)

/** Reads a generated image; undefined without its data. */
export function toImage(base64: unknown, format: unknown): GeneratedImage | undefined {
  const data = textOf(base64)
  return data === undefined ? undefined : { mediaType: imageType(textOf(format), data), data }
}

/** Start of an image's base64, by its type. */
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
