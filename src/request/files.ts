import { UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { fromBase64, toBase64 } from '../lib/base64.ts'
import { toJsonText } from '../lib/json-text.ts'
import type { CodexFilePart } from './call.ts'
import { invalidPrompt } from './invalid-prompt.ts'
import type { WarningCollector } from './warnings.ts'

export interface InputImage {
  type: 'input_image'
  image_url: string
  detail?: string
}

export interface InputFile {
  type: 'input_file'
  filename: string
  file_data?: string
  file_url?: string
}

/** The first bytes of each type; undefined stands for any byte. */
const SIGNATURES: ReadonlyArray<[mediaType: string, bytes: ReadonlyArray<number | undefined>]> = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  [
    'image/webp',
    [0x52, 0x49, 0x46, 0x46, undefined, undefined, undefined, undefined, 0x57, 0x45, 0x42, 0x50],
  ],
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
]

const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

const DETAILS: readonly unknown[] = ['auto', 'low', 'high', 'original']

/** Types beside `text/…` whose bytes are text, each with its file extension. */
const TEXT_TYPES: ReadonlyMap<string, string> = new Map([
  ['application/json', 'json'],
  ['application/xml', 'xml'],
  ['application/yaml', 'yaml'],
  ['application/x-yaml', 'yaml'],
  ['application/toml', 'toml'],
  ['application/x-ndjson', 'jsonl'],
  ['application/jsonl', 'jsonl'],
  ['application/sql', 'sql'],
  ['application/javascript', 'js'],
  ['application/x-javascript', 'js'],
  ['application/typescript', 'ts'],
  ['application/x-sh', 'sh'],
  ['application/graphql', 'graphql'],
])

/** File extensions of the most common `text/…` types; the others get `txt`. */
const TEXT_EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['text/csv', 'csv'],
  ['text/html', 'html'],
  ['text/markdown', 'md'],
  ['text/xml', 'xml'],
])

/** Types that say nothing about the bytes. */
const VAGUE_TYPE = /^(?:|\*\/\*|image|image\/\*|application\/octet-stream)$/

/** The type that the first bytes show, if the backend takes it. */
function sniffMediaType(base64: string): string | undefined {
  const head = firstBytes(base64, 12)
  return SIGNATURES.find(([, bytes]) =>
    bytes.every((byte, index) => byte === undefined || byte === head[index]),
  )?.[0]
}

/** A PDF may have other bytes before its signature; readers look for it in the first kilobyte. */
const isPdf = (base64: string): boolean =>
  new TextDecoder('latin1').decode(firstBytes(base64, 1026)).includes('%PDF-')

/** @param count a multiple of three, since four characters hold three bytes */
const firstBytes = (base64: string, count: number): Uint8Array =>
  fromBase64(base64.slice(0, (count / 3) * 4).replace(/(?<!=)=+$/, ''))

/**
 * An image or a file of the prompt as an input part.
 *
 * @param place position in the prompt, for errors: `user message 1, part 2`
 * @throws InvalidPromptError for data that is empty or unreadable, or that is not of the stated type
 * @throws UnsupportedFunctionalityError for a type that the backend does not take
 */
export function toInputFile(
  part: CodexFilePart & { readonly type: 'image' },
  place?: string,
  warnings?: WarningCollector,
): InputImage
export function toInputFile(
  part: CodexFilePart,
  place?: string,
  warnings?: WarningCollector,
): InputImage | InputFile
export function toInputFile(
  part: CodexFilePart,
  place = 'the prompt',
  warnings?: WarningCollector,
): InputImage | InputFile {
  const { data, mediaType: given } = unpack(part)
  const isImage = part.type === 'image' || /^image(?:\/|$)/.test(given)
  const what = `${isImage ? 'an image' : 'a file'}${part.filename ? ` "${part.filename}"` : ''} (${place})`
  if (data instanceof URL) {
    checkScheme(data, what)
    return isImage ? image(part, data.href, warnings) : { ...named(part, given), file_url: data.href }
  }
  const base64 = data === undefined ? undefined : normalizeBase64(data)
  if (base64 === undefined)
    throw invalidPrompt(
      `The prompt has ${what} whose data is not bytes, base64 or a URL. Pass a Uint8Array, a base64 string or a URL.`,
    )
  if (base64 === '')
    throw invalidPrompt(`The prompt has ${what} that is empty. Leave it out, or pass its data.`)

  const shown = sniffMediaType(base64)
  // The bytes win over the label: `ai` passes on `image/*` and labels guessed from a file's name.
  const mediaType = (isImage || VAGUE_TYPE.test(given) ? shown : undefined) ?? given
  const isPicture = IMAGE_TYPES.has(mediaType)
  const isDocument = !isImage && mediaType === 'application/pdf'
  if ((isPicture && shown !== mediaType) || (isDocument && !isPdf(base64))) {
    throw invalidPrompt(
      `The prompt has ${what} of type ${mediaType}, but its data is of another type. Pass the media type of the data.`,
    )
  }
  if (isPicture) return image(part, `data:${mediaType};base64,${base64}`, warnings)
  if (!isDocument && (isImage || !isTextType(mediaType))) {
    throw unsupported(isImage, mediaType || 'unknown', place)
  }
  return { ...named(part, mediaType), file_data: `data:${mediaType};base64,${base64}` }
}

function unsupported(isImage: boolean, mediaType: string, place: string): UnsupportedFunctionalityError {
  const functionality = `${isImage ? 'image' : 'file'} of type ${mediaType}`
  const taken = isImage ? 'PNG, JPEG, GIF and WebP' : 'images, PDF and text'
  return new UnsupportedFunctionalityError({
    functionality,
    message: `The prompt has ${isImage ? 'an' : 'a'} ${functionality} (${place}). The backend takes ${taken}: convert it, or send its text.`,
  })
}

function checkScheme(url: URL, what: string): void {
  if (url.protocol === 'https:' || url.protocol === 'http:') return
  throw invalidPrompt(
    `The prompt has ${what} at a ${url.protocol} URL, which the backend can't read. Pass its data, or an https: URL.`,
  )
}

function image({ detail }: CodexFilePart, url: string, warnings: WarningCollector | undefined): InputImage {
  if (detail === undefined) return { type: 'input_image', image_url: url }
  if (isDetail(detail)) return { type: 'input_image', image_url: url, detail }
  warnings?.addOccurrence(`An imageDetail other than ${DETAILS.join(', ')} is left out`, toJsonText(detail))
  return { type: 'input_image', image_url: url }
}

const isDetail = (value: unknown): value is string => DETAILS.includes(value)

/**
 * The base64 data or the URL of a file, and its media type in lower case without parameters; a data URL is taken apart.
 * Data of any other kind, possible only without types, is undefined.
 */
function unpack(part: CodexFilePart): { data: string | URL | undefined; mediaType: string } {
  const mediaType = bare(part.mediaType)
  if (isBytes(part.data)) return { data: toBase64(toBytes(part.data)), mediaType }
  const address = remoteAddress(part)
  if (address !== undefined && URL.canParse(address)) return { data: new URL(address), mediaType }
  const text = part.data instanceof URL ? part.data.href : part.data
  if (typeof text !== 'string') return { data: undefined, mediaType }
  const [, type, isBase64, payload = ''] = /^data:([^,]*?)(;base64)?,(.*)$/is.exec(text) ?? []
  if (type === undefined) return { data: part.data, mediaType }
  return { data: isBase64 ? payload : percentToBase64(payload), mediaType: bare(type) || mediaType }
}

/** The http or https address where a file lies; undefined for one that is given as data. */
export function remoteAddress({ data }: CodexFilePart): string | undefined {
  const text = data instanceof URL ? data.href : data
  return typeof text === 'string' && /^https?:\/\//i.test(text) ? text : undefined
}

/** Not by `instanceof`: test runners pass bytes of another realm. */
export const isBytes = (data: unknown): data is ArrayBufferView | ArrayBuffer =>
  ArrayBuffer.isView(data) || Object.prototype.toString.call(data) === '[object ArrayBuffer]'

const toBytes = (data: ArrayBufferView | ArrayBuffer): Uint8Array =>
  ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data)

const bare = (mediaType: string | undefined): string => mediaType?.split(';')[0]?.trim().toLowerCase() ?? ''

function percentToBase64(payload: string): string {
  try {
    return toBase64(new TextEncoder().encode(decodeURIComponent(payload)))
  } catch {
    // A payload that isn't percent-encoded text: never seen in practice.
    return payload
  }
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Base64 in the standard alphabet and without white space; undefined for any other string. */
export function normalizeBase64(text: string): string | undefined {
  // Most data is right already, and is not copied.
  const base64 = BASE64.test(text)
    ? text
    : text.replace(/%3D/gi, '=').replace(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/')
  return BASE64.test(base64) && base64.replace(/(?<!=)=+$/, '').length % 4 !== 1 ? base64 : undefined
}

const isTextType = (mediaType: string): boolean =>
  mediaType.startsWith('text/') || TEXT_TYPES.has(mediaType) || /\+(?:json|xml|yaml)$/.test(mediaType)

function named(part: CodexFilePart, mediaType: string): Pick<InputFile, 'type' | 'filename'> {
  return { type: 'input_file', filename: part.filename || `file.${extensionOf(mediaType)}` }
}

function extensionOf(mediaType: string): string {
  if (mediaType === 'application/pdf') return 'pdf'
  const suffix = /\+(json|xml|yaml)$/.exec(mediaType)?.[1]
  return TEXT_TYPES.get(mediaType) ?? TEXT_EXTENSIONS.get(mediaType) ?? suffix ?? 'txt'
}
