import type { RequestFacts } from './facts.ts'
import { type Finding, firstOf } from './finding.ts'
import { asArray, asObject, asText } from './json.ts'
import type { JsonObject } from './types.ts'

const PART_TYPES: Readonly<Record<string, readonly string[]>> = {
  user: ['input_text', 'input_image', 'input_file'],
  developer: ['input_text', 'input_image', 'input_file'],
  assistant: ['output_text', 'refusal'],
  output: ['input_text', 'input_image', 'input_file'],
}

const PART_KEYS: Readonly<Record<string, readonly string[]>> = {
  input_text: ['type', 'text'],
  input_image: ['type', 'image_url', 'detail'],
  input_file: ['type', 'filename', 'file_data', 'file_url'],
  output_text: ['type', 'text', 'annotations', 'logprobs'],
  refusal: ['type', 'refusal'],
}

const DATA_URL = /^data:([^;,]*)(?:;[^,]*)?;base64,(.*)$/s
const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
const EXAMPLE =
  "Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU=')"

interface Content {
  /** The role of a message, or `output` for what a tool said. */
  kind: string
  value: unknown
  path: string
}

const isToolOutput = (item: JsonObject) =>
  item.type === 'function_call_output' || item.type === 'custom_tool_call_output'

/** What messages and tools say, with the place of each. */
function contents({ items }: RequestFacts): Content[] {
  return items.flatMap(({ item, path }) => {
    if (isToolOutput(item)) return [{ kind: 'output', value: item.output, path: `${path}.output` }]
    const isMessage = item.type === 'message' || (item.type === undefined && item.role !== undefined)
    return isMessage ? [{ kind: asText(item.role), value: item.content, path: `${path}.content` }] : []
  })
}

const partsOf = (facts: RequestFacts) =>
  contents(facts).flatMap(({ kind, value, path }) =>
    asArray(value).map((part, n) => ({ kind, part: asObject(part), path: `${path}[${n}]` })),
  )

/** Content that is neither text nor a list of parts. */
export function contentShape(facts: RequestFacts): Finding | undefined {
  return firstOf(contents(facts), ({ value, path: param }) =>
    typeof value === 'string' || Array.isArray(value)
      ? undefined
      : {
          message: `Invalid type for '${param}': expected one of an array of objects or string.`,
          param,
          code: 'invalid_type',
        },
  )
}

/** A part that does not fit the role. */
export function partType(facts: RequestFacts): Finding | undefined {
  return firstOf(partsOf(facts), ({ kind, part, path }) => {
    const allowed = PART_TYPES[kind] ?? []
    if (allowed.includes(asText(part.type))) return undefined
    const param = `${path}.type`
    const list = allowed.map((name) => `'${name}'`).join(', ')
    const message = `Invalid value: '${String(part.type)}'. Supported values are: ${list}.`
    return { message, param, code: 'invalid_value' }
  })
}

/** A part with a field that no reference names, or without its text. */
export function partKeys(facts: RequestFacts): Finding | undefined {
  return firstOf(partsOf(facts), ({ part, path }) => {
    const type = asText(part.type)
    const stray = Object.keys(part).find((key) => !PART_KEYS[type]?.includes(key))
    if (stray !== undefined) {
      const param = `${path}.${stray}`
      return { message: `Unknown parameter: '${param}'.`, param, code: 'unknown_parameter' }
    }
    const param = `${path}.text`
    return type.endsWith('_text') && typeof part.text !== 'string'
      ? { message: `Missing required parameter: '${param}'.`, param, code: 'missing_required_parameter' }
      : undefined
  })
}

/** What is wrong with an image's address or data. */
export function imageFault(url: unknown): string | undefined {
  if (typeof url !== 'string') return 'but got no image URL.'
  if (/^https?:\/\/./.test(url)) return undefined
  const [, mediaType, data] = DATA_URL.exec(url) ?? []
  if (mediaType === undefined) return 'but got an invalid value.'
  if (!IMAGE_TYPES.includes(mediaType)) return `but got unsupported MIME type '${mediaType}'.`
  if (!data) return 'but got empty base64-encoded bytes.'
  return /^[A-Za-z0-9+/]+={0,2}$/.test(data) ? undefined : 'but got invalid base64-encoded bytes.'
}

/** An image that is empty or of a type that can't be read. */
export function imageData(facts: RequestFacts): Finding | undefined {
  return firstOf(partsOf(facts), ({ part, path }) => {
    const fault = part.type === 'input_image' ? imageFault(part.image_url) : undefined
    if (fault === undefined) return undefined
    const param = `${path}.image_url`
    return { message: `Invalid '${param}'. ${EXAMPLE}, ${fault}`, param, code: 'invalid_value' }
  })
}

/** A file with neither data nor address, or with data that is no data URL. */
export function fileData(facts: RequestFacts): Finding | undefined {
  return firstOf(partsOf(facts), ({ part, path }) => {
    if (part.type !== 'input_file') return undefined
    const [, , data] = DATA_URL.exec(asText(part.file_data)) ?? []
    if (data || (part.file_data === undefined && asText(part.file_url) !== '')) return undefined
    const param = `${path}.file_data`
    const message = `Invalid '${param}'. Expected a base64-encoded data URL with the bytes of the file.`
    return { message, param, code: 'invalid_value' }
  })
}
