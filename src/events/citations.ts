import { asObject, type JsonObject, textOf } from '../lib/json.ts'
import type { Citation, CodexSource } from './event.ts'
import { placeOf } from './values.ts'

/** Reads an annotation of a message's text; undefined for types that cite nothing, and for citations without a place. */
export function toCitation(annotation: unknown): Citation | undefined {
  const fields = asObject(annotation)
  const source = toSource(fields)
  if (!source) return undefined
  const range = { startIndex: placeOf(fields.start_index), endIndex: placeOf(fields.end_index) }
  return { source, range, annotation: fields }
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
