import { isObject } from '../../lib/json.ts'
import type { CodexFilePart, CodexToolResultPart, CodexUserPart } from '../../request/call.ts'
import { isBytes } from '../../request/files.ts'
import type { WarningCollector } from '../../request/warnings.ts'
import { detailOption } from '../part-options.ts'
import type { ContentItem, FileData, ToolResultPart } from './types.ts'

/** Translates an image or a file; undefined for a reference to a provider's file, which the backend can't read. */
export function toFile(
  file: { data: FileData; mediaType?: string | undefined; filename?: string | undefined },
  detail?: unknown,
): CodexFilePart | undefined {
  if (isReference(file.data)) return undefined
  const mediaType = fullType(file.mediaType)
  return {
    type: mediaType?.startsWith('image') ? 'image' : 'file',
    data: dataOf(file.data),
    mediaType,
    filename: file.filename,
    detail,
  }
}

type Reference = Extract<FileData, { type: 'reference' }>

const isReference = (data: FileData): data is Reference => isObject(data) && data.type === 'reference'

function dataOf(data: Exclude<FileData, Reference>): CodexFilePart['data'] {
  if (typeof data === 'string' || data instanceof URL || isBytes(data)) return data
  switch (data?.type) {
    case 'data':
      return data.data
    case 'url':
      return data.url
    case 'text':
      return new TextEncoder().encode(data.text)
    default:
      // The core rejects it, with its position.
      return data satisfies never
  }
}

/** `ai` 7 may give only the top-level type, such as `image`; the bytes of an image or a PDF show the subtype. */
function fullType(mediaType: string | undefined): string | undefined {
  const type = mediaType?.toLowerCase()
  if (type === 'text' || type === 'text/*') return 'text/plain'
  return type === 'application' || type === 'application/*' ? 'application/octet-stream' : type
}

const DENIED = 'Tool call execution denied'

/** Translates a tool result. */
export function toToolResult(part: ToolResultPart, warnings: WarningCollector): CodexToolResultPart {
  const { toolCallId: callId, output } = part
  switch (output.type) {
    case 'text':
    case 'json':
      return { callId, output: { type: 'value', value: output.value } }
    case 'error-text':
    case 'error-json':
      return { callId, isError: true, output: { type: 'value', value: output.value } }
    case 'execution-denied': {
      const value = output.reason ? `${DENIED}: ${output.reason}` : `${DENIED}.`
      return { callId, output: { type: 'value', value } }
    }
    case 'content': {
      const detail = detailOption(output.providerOptions) ?? detailOption(part.providerOptions)
      const parts = output.value.map((item) => toResultPart(item, { callId, detail, warnings }))
      return { callId, output: { type: 'parts', parts } }
    }
    default:
      output satisfies never
      return { callId, output: { type: 'value', value: output } }
  }
}

interface ResultPlace {
  callId: string
  /** `imageDetail` for all images of the result. */
  detail: unknown
  warnings: WarningCollector
}

function toResultPart(item: ContentItem, place: ResultPlace): CodexUserPart {
  switch (item.type) {
    case 'text':
      return { type: 'text', text: item.text }
    case 'media':
    case 'file-data':
    case 'image-data':
    case 'file':
      return toResultFile(item, item, place)
    case 'file-url':
    case 'image-url': {
      const mediaType = item.mediaType ?? (item.type === 'image-url' ? 'image' : undefined)
      return toResultFile(item, { data: item.url, mediaType }, place)
    }
    case 'file-id':
    case 'image-file-id':
    case 'custom':
      return leaveOut(item, place)
    default:
      return leaveOut(item satisfies never, place)
  }
}

const toResultFile = (
  item: ContentItem,
  file: Parameters<typeof toFile>[0],
  place: ResultPlace,
): CodexUserPart => toFile(file, detailOption(item.providerOptions) ?? place.detail) ?? leaveOut(item, place)

/** Puts a note in its place, so that the model knows something was there. */
function leaveOut({ type }: { type: string }, { callId, warnings }: ResultPlace): CodexUserPart {
  warnings.addOccurrence(
    'Parts of tool results that the backend can not read are sent as a note',
    `${callId} (${type})`,
  )
  return { type: 'text', text: `[left out: ${type} that can't be shown]` }
}
