import { asObject, type JsonObject, textOf } from '../lib/json.ts'
import type { Citation, CodexSource } from './event.ts'

/**
 * Reads an annotation of a message's text; undefined for types that cite nothing, and for citations without a place.
 *
 * @param part Number of the text part within its message.
 */
export function toCitation(annotation: unknown, part: number): Citation | undefined {
  const fields = asObject(annotation)
  const source = toSource(fields)
  if (!source) return undefined
  const { type, start_index, end_index, index, container_id } = fields
  const place = JSON.stringify([type, source.type === 'url' ? source.url : source.fileId, container_id])
  // Another position in the text is another citation, as the official provider counts them.
  const key = JSON.stringify([part, start_index, end_index, index])
  return { source, place, key }
}

function toSource(fields: JsonObject): CodexSource | undefined {
  const title = textOf(fields.title)
  switch (fields.type) {
    case 'url_citation': {
      const url = textOf(fields.url)
      return url === undefined ? undefined : { type: 'url', url, title }
    }
    case 'file_citation':
    case 'container_file_citation':
    case 'file_path': {
      const fileId = textOf(fields.file_id)
      if (fileId === undefined) return undefined
      return { type: 'document', fileId, filename: textOf(fields.filename), title }
    }
    default:
      return undefined
  }
}
