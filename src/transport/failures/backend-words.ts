import { isObject, type JsonObject } from '../../lib/json.ts'
import type { LocalFailureCode } from './table.ts'

/** What a body says that is no answer. */
interface BodyWords {
  words: string
  /** What it is, where the backend does not say so itself. */
  code?: LocalFailureCode
}

/** A page, whatever it begins with: a comment, a declaration of XML, half of its head. */
const isPage = (text: string, contentType = ''): boolean =>
  /html/i.test(contentType) ||
  (text.startsWith('<') && /<(?:!doctype|html|head|body)\b/i.test(text.slice(0, 2000)))

/** The words of a body that is no JSON of the backend's: a page, a text, or nothing. */
export function wordsOfText(
  body: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): BodyWords {
  const text = body.trim()
  if (text === '') return { words: 'The answer is empty.' }
  if (!isPage(text, headers['content-type'])) return { words: text }
  const ray = headers['cf-ray']
  if (ray === undefined && !/cloudflare/i.test(text)) {
    return { words: 'The answer is an HTML page, not an answer of the backend.' }
  }
  const page = `${ray ? ` (ray ${ray})` : ''}: an HTML page, not an answer of the backend.`
  return status === 403
    ? { words: `Cloudflare blocked the request${page}`, code: 'cloudflare_block' }
    : { words: `Cloudflare answered in the backend's place${page}` }
}

/** The words of a body's `detail`, which is a text, an object, or a list of faults in the request. */
export function wordsOfDetail(detail: unknown): string | undefined {
  if (typeof detail === 'string') return detail
  if (Array.isArray(detail)) return detail.map(wordsOfFault).join('; ')
  if (!isObject(detail)) return undefined
  const word = [detail.message, detail.msg, detail.code, detail.error_code].find(
    (value) => typeof value === 'string',
  )
  return typeof word === 'string' ? word : JSON.stringify(detail)
}

function wordsOfFault(fault: unknown): string {
  const { loc, msg }: JsonObject = isObject(fault) ? fault : {}
  const place = Array.isArray(loc) ? `${loc.join('.')}: ` : ''
  return `${place}${typeof msg === 'string' ? msg : JSON.stringify(fault)}`
}
