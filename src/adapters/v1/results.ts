import { isObject, type JsonObject, omitUndefined } from '../../lib/json.ts'
import { toJsonText } from '../../lib/json-text.ts'
import type { CodexFilePart, CodexToolResultPart, CodexUserPart } from '../../request/call.ts'

type Result = Pick<CodexToolResultPart, 'isError' | 'output'>

/**
 * Reads the result of a tool. `ai` 4 hands on what an MCP server answers as it came: its images and files become parts,
 * as do those of content in the form of later versions of `ai`. Any other value is JSON, whatever its fields are called.
 */
export function readResult(value: unknown, isError: boolean | undefined): Result {
  const result = { isError: isError || (isMcpResult(value) && value.isError === true) || undefined }
  const parts = isMcpResult(value) ? mcpParts(value) : contentParts(value)
  return parts?.some(({ type }) => type === 'file')
    ? { ...result, output: { type: 'parts', parts } }
    : { ...result, output: { type: 'value', value } }
}

interface McpResult extends JsonObject {
  content: JsonObject[]
}

/** The fields of a `CallToolResult`, and of each of its content blocks, by the MCP specification. */
const MCP_RESULT = ['content', 'isError', 'structuredContent', '_meta']
const MCP_BLOCKS: Readonly<
  Record<string, { fields: readonly string[]; isValid(block: JsonObject): boolean }>
> = {
  text: { fields: ['text'], isValid: ({ text }) => typeof text === 'string' },
  image: { fields: ['data', 'mimeType'], isValid: hasData },
  audio: { fields: ['data', 'mimeType'], isValid: hasData },
  resource: {
    fields: ['resource'],
    isValid: ({ resource }) =>
      isObject(resource) &&
      typeof resource.uri === 'string' &&
      (typeof resource.text === 'string' || isData(resource.blob)),
  },
  resource_link: {
    fields: ['uri', 'name', 'title', 'description', 'mimeType', 'size', 'icons'],
    isValid: ({ uri }) => typeof uri === 'string',
  },
}

/** Content is data, never an address. */
const isData = (value: unknown): value is string => typeof value === 'string' && !/^https?:/i.test(value)

function hasData({ data, mimeType }: JsonObject): boolean {
  return isData(data) && typeof mimeType === 'string'
}

function isMcpResult(value: unknown): value is McpResult {
  return (
    isObject(value) &&
    hasOnly(value, MCP_RESULT) &&
    Array.isArray(value.content) &&
    value.content.every(isMcpBlock)
  )
}

function isMcpBlock(block: unknown): boolean {
  if (!isObject(block) || typeof block.type !== 'string' || !Object.hasOwn(MCP_BLOCKS, block.type))
    return false
  const kind = MCP_BLOCKS[block.type]
  return (
    kind !== undefined &&
    hasOnly(block, ['type', 'annotations', '_meta', ...kind.fields]) &&
    kind.isValid(block)
  )
}

const hasOnly = (value: JsonObject, fields: readonly string[]): boolean =>
  Object.keys(value).every((key) => fields.includes(key))

function mcpParts({ content, isError: _, ...rest }: McpResult): CodexUserPart[] {
  const parts = content.map(mcpPart)
  return Object.keys(rest).length === 0 ? parts : [...parts, jsonPart(rest)]
}

function mcpPart(block: JsonObject): CodexUserPart {
  const { type, text, data, mimeType, resource } = block
  if (type === 'text') return { type: 'text', text: String(text) }
  if (typeof data === 'string') return filePart({ data, mediaType: mimeType })
  if (isObject(resource) && typeof resource.blob === 'string') {
    const filename = String(resource.uri).split('/').at(-1)
    return filePart({ data: resource.blob, mediaType: resource.mimeType, filename })
  }
  return jsonPart(block)
}

/** The parts of `{ type: 'content', value: […] }` or of the list alone; undefined where one of them is not the SDK's. */
function contentParts(value: unknown): CodexUserPart[] | undefined {
  const isContent = isObject(value) && value.type === 'content' && hasOnly(value, ['type', 'value'])
  const list = isContent ? value.value : value
  if (!Array.isArray(list)) return undefined
  const parts = list.map(contentPart)
  return parts.every((part) => part !== undefined) ? parts : undefined
}

const CONTENT_PART = ['type', 'text', 'data', 'mediaType', 'mimeType', 'filename', 'providerOptions']

function contentPart(part: unknown): CodexUserPart | undefined {
  if (!isObject(part) || !hasOnly(part, CONTENT_PART)) return undefined
  const { filename, mediaType = part.mimeType } = part
  switch (part.type) {
    case 'text':
      return typeof part.text === 'string' ? { type: 'text', text: part.text } : undefined
    case 'image':
    case 'media':
    case 'image-data':
    case 'file-data':
      return isData(part.data) && typeof mediaType === 'string'
        ? filePart({ data: part.data, mediaType, filename })
        : undefined
    default:
      return undefined
  }
}

const filePart = (file: { data: string; mediaType: unknown; filename?: unknown }): CodexFilePart =>
  omitUndefined({
    type: 'file' as const,
    data: file.data,
    mediaType: typeof file.mediaType === 'string' ? file.mediaType : undefined,
    filename: typeof file.filename === 'string' ? file.filename : undefined,
  })

const jsonPart = (value: unknown): CodexUserPart => ({ type: 'text', text: toJsonText(value) })
