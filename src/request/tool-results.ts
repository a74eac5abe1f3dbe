import { InvalidPromptError, UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { asObject, isObject, type JsonObject } from '../lib/json.ts'
import { toJsonText } from '../lib/json-text.ts'
import type { CodexFilePart, CodexToolResultPart, CodexUserPart } from './call.ts'
import { isBytes, normalizeBase64, toInputFile } from './files.ts'
import type { InputPart, InputText } from './items.ts'
import type { WarningCollector } from './warnings.ts'

type Output = string | InputPart[]

/**
 * What a tool gave, as text or as parts. Images and files are parts, never base64 within text, also where the result is
 * a value that holds them as MCP and the AI SDK do. One that can't be sent leaves a note in its place: a tool loop
 * should not end for it.
 */
export function toOutput(
  { callId, output, isError }: CodexToolResultPart,
  warnings: WarningCollector,
): Output {
  const place = `the result of ${callId}`
  const parts = output.type === 'parts' ? output.parts : partsOf(output.value)
  const given =
    parts === undefined ? valueText(output.type === 'value' ? output.value : undefined) : send(parts)
  return isError || (output.type === 'value' && isMcpError(output.value)) ? markError(given) : given

  function send(list: readonly CodexUserPart[]): Output {
    const sent = list.flatMap((part, index): InputPart[] => {
      if (part.type !== 'text') return [fileOrNote(part, `${place}, part ${index + 1}`, warnings)]
      return part.text === '' ? [] : [{ type: 'input_text', text: part.text }]
    })
    return sent.length === 0 ? '' : sent
  }
}

/** What stands where something can't be sent: the model should know that there was something. */
export const leftOut = (what: string): InputText => ({
  type: 'input_text',
  text: `[left out: ${what} that can't be shown]`,
})

function fileOrNote(part: CodexFilePart, place: string, warnings: WarningCollector): InputPart {
  try {
    return toInputFile(part, place, warnings)
  } catch (error) {
    if (!InvalidPromptError.isInstance(error) && !UnsupportedFunctionalityError.isInstance(error)) throw error
    warnings.addOccurrence(
      'Images and files of tool results that the backend would refuse are sent as a note',
      error.message.replace(/\.$/, ''),
    )
    return leftOut(part.mediaType ?? part.type)
  }
}

/** `undefined` (a tool that returns nothing) has no JSON form of its own, an `Error` an empty one. */
function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Error) return `${value.name}: ${value.message}`
  return toJsonText(value)
}

const isMcpError = (value: unknown): boolean =>
  isObject(value) && Array.isArray(value.content) && value.isError === true

const SAYS_ERROR = /^\W*\w*error\b/i

/** The backend has no flag for a result that is an error: its text begins with the word, put there where it doesn't. */
function markError(output: Output): Output {
  if (typeof output === 'string') return SAYS_ERROR.test(output) ? output : `Error: ${output}`
  const [first] = output
  const saysError = first?.type === 'input_text' && SAYS_ERROR.test(first.text)
  return saysError ? output : [{ type: 'input_text', text: 'Error:' }, ...output]
}

/** The parts of a value that is an image or a file or holds some; undefined for any other value. */
function partsOf(value: unknown): CodexUserPart[] | undefined {
  if (value instanceof Uint8Array) return [{ type: 'file', data: value }]
  if (typeof value === 'string') {
    return /^data:image\/[^,]*;base64,/i.test(value) ? [{ type: 'image', data: value }] : undefined
  }
  const { list, rest } = contentOf(value)
  const parts = list?.map(partOf)
  if (!list || !parts?.some((part) => part !== undefined && part.type !== 'text')) return undefined
  const shown = parts.map((part, index): CodexUserPart => part ?? jsonPart(list[index]))
  return Object.keys(rest).length === 0 ? shown : [...shown, jsonPart(rest)]
}

const jsonPart = (value: unknown): CodexUserPart => ({ type: 'text', text: toJsonText(value) })

/** MCP's `{ content: […] }`, the AI SDK's `{ type: 'content', value: […] }`, a list of such parts, or one alone. */
function contentOf(value: unknown): { list: readonly unknown[] | undefined; rest: JsonObject } {
  if (Array.isArray(value)) return { list: value, rest: {} }
  if (!isObject(value)) return { list: undefined, rest: {} }
  if (Array.isArray(value.content)) {
    const { content, isError: _, ...rest } = value
    return { list: value.content, rest }
  }
  if (value.type === 'content' && Array.isArray(value.value)) return { list: value.value, rest: {} }
  return { list: [value], rest: {} }
}

const FILE_TYPES: ReadonlySet<unknown> = new Set([
  'image',
  'audio',
  'media',
  'file',
  'image-data',
  'file-data',
  'image-url',
  'file-url',
])

/** One part of a tool's content in the words of MCP or of any version of the AI SDK. */
function partOf(part: unknown): CodexUserPart | undefined {
  if (!isObject(part)) return undefined
  if (part.type === 'text' && typeof part.text === 'string') return { type: 'text', text: part.text }
  if (part.type === 'resource' && isObject(part.resource)) {
    const { blob, mimeType, uri } = part.resource
    return fileOf(blob, mimeType, typeof uri === 'string' ? uri.split('/').at(-1) : undefined)
  }
  if (!FILE_TYPES.has(part.type)) return undefined
  const { data: inner, url: innerUrl } = asObject(part.data)
  const data = part.url ?? inner ?? innerUrl ?? part.data
  return fileOf(data, part.mediaType ?? part.mimeType ?? typeByName(part.type), part.filename)
}

const typeByName = (type: unknown): string | undefined =>
  type === 'image-url' || type === 'image-data' ? 'image' : undefined

function fileOf(data: unknown, mediaType: unknown, filename: unknown): CodexUserPart | undefined {
  const isData = typeof data === 'string' || isBytes(data) || data instanceof URL
  // A record of another kind may have such a type too; without a media type it is taken for one.
  if (!isData || typeof mediaType !== 'string') return undefined
  if (typeof data === 'string' && mediaType.startsWith('text/') && normalizeBase64(data) === undefined) {
    return { type: 'text', text: data }
  }
  return { type: 'file', data, mediaType, filename: typeof filename === 'string' ? filename : undefined }
}
