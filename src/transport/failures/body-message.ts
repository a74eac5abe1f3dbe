import { isObject, type JsonObject } from '../../lib/json.ts'
import type { LocalFailureCode } from './table.ts'

/** Message of a body that is not an answer. */
interface BodyMessage {
  message: string
  /** Kind of failure, where the body is not the backend's. */
  code?: LocalFailureCode
}

/** True for a page, whatever it begins with: a comment, an XML declaration, half of its head. */
const isPage = (text: string, contentType = ''): boolean =>
  /html/i.test(contentType) ||
  (text.startsWith('<') && /<(?:!doctype|html|head|body)\b/i.test(text.slice(0, 2000)))

/** Returns the message of a body that is not the backend's JSON: a page, plain text, or nothing. */
export function messageOfText(
  body: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): BodyMessage {
  const text = body.trim()
  if (text === '') return { message: 'The answer is empty.' }
  if (!isPage(text, headers['content-type'])) return { message: text }
  const ray = headers['cf-ray']
  if (ray === undefined && !/cloudflare/i.test(text)) {
    return { message: 'The answer is an HTML page, not an answer from the backend.' }
  }
  const page = `${ray ? ` (ray ${ray})` : ''}: an HTML page, not an answer from the backend.`
  return status === 403
    ? { message: `Cloudflare blocked the request${page}`, code: 'cloudflare_block' }
    : { message: `Cloudflare answered in the backend's place${page}` }
}

/** Returns the message of a body's `detail`: a string, an object, or a list of faults in the request. */
export function messageOfDetail(detail: unknown): string | undefined {
  if (typeof detail === 'string') return detail
  if (Array.isArray(detail)) return detail.map(messageOfFault).join('; ')
  if (!isObject(detail)) return undefined
  const message = [detail.message, detail.msg, detail.code, detail.error_code].find(
    (value) => typeof value === 'string',
  )
  return typeof message === 'string' ? message : JSON.stringify(detail)
}

function messageOfFault(fault: unknown): string {
  const { loc, msg }: JsonObject = isObject(fault) ? fault : {}
  const place = Array.isArray(loc) ? `${loc.join('.')}: ` : ''
  return `${place}${typeof msg === 'string' ? msg : JSON.stringify(fault)}`
}
