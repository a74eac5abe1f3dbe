import { InvalidPromptError, UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { convertBase64ToUint8Array, convertUint8ArrayToBase64 } from '@ai-sdk/provider-utils'
import type { CodexFilePart } from './call.ts'

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

/** The first bytes by which a type is known; undefined stands for any byte. */
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

/** Types beside `text/…` whose bytes are text, and the ending of a file of theirs. */
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

/** Endings of the commonest `text/…` types; the others are `txt`. */
const TEXT_ENDINGS: ReadonlyMap<string, string> = new Map([
  ['text/csv', 'csv'],
  ['text/html', 'html'],
  ['text/markdown', 'md'],
  ['text/xml', 'xml'],
])

/** What says nothing about the bytes. */
const VAGUE_TYPE = /^(?:|\*\/\*|image|image\/\*|application\/octet-stream)$/

/** The type that the first bytes show, if it is one that the backend takes. */
export function sniffMediaType(base64: string): string | undefined {
  let head: Uint8Array
  try {
    head = convertBase64ToUint8Array(base64.slice(0, 24))
  } catch {
    // What is no base64 has no type either.
    return undefined
  }
  return SIGNATURES.find(([, bytes]) =>
    bytes.every((byte, index) => byte === undefined || byte === head[index]),
  )?.[0]
}

/**
 * An image or a file of the prompt as an input part, or an error that says why the backend would refuse it.
 *
 * @param place where it stands, for the error: `user message 1, part 2`
 * @throws InvalidPromptError where there are no bytes, or none that can be read
 * @throws UnsupportedFunctionalityError where the type is one that the backend does not take
 */
export function toInputFile(part: CodexFilePart, place = 'the prompt'): InputImage | InputFile {
  const { data, mediaType: given } = unpack(part)
  const isImage = part.type === 'image' || /^image(?:\/|$)/.test(given)
  const what = `${isImage ? 'image' : 'file'}${part.filename ? ` "${part.filename}"` : ''} (${place})`
  if (data instanceof URL) {
    checkScheme(data, what)
    return isImage ? image(part, data.href) : { ...named(part, given), file_url: data.href }
  }
  const base64 = normalizeBase64(data)
  if (base64 === undefined) throw invalid(`The prompt has no base64 in the data of an ${what}.`)
  if (base64 === '') throw invalid(`The prompt has an empty ${what}.`)

  const mediaType = typeOf(base64, given, isImage)
  if (IMAGE_TYPES.has(mediaType)) return image(part, `data:${mediaType};base64,${base64}`)
  if (isImage || !(mediaType === 'application/pdf' || isTextType(mediaType))) {
    throw unsupported(isImage, mediaType || 'unknown', place)
  }
  return { ...named(part, mediaType), file_data: `data:${mediaType};base64,${base64}` }
}

const invalid = (message: string) => new InvalidPromptError({ prompt: undefined, message })

function unsupported(isImage: boolean, mediaType: string, place: string): UnsupportedFunctionalityError {
  const functionality = `${isImage ? 'image' : 'file'} of type ${mediaType}`
  const taken = isImage ? 'PNG, JPEG, GIF and WebP' : 'images, PDF and text'
  return new UnsupportedFunctionalityError({
    functionality,
    message: `The prompt has ${isImage ? 'an' : 'a'} ${functionality} (${place}); the Codex backend takes ${taken}.`,
  })
}

function checkScheme(url: URL, what: string): void {
  if (url.protocol === 'https:' || url.protocol === 'http:') return
  throw invalid(`The prompt has an ${what} at a ${url.protocol} URL, which the backend can't read.`)
}

const image = (part: CodexFilePart, url: string): InputImage => ({
  type: 'input_image',
  image_url: url,
  ...(part.detail === undefined ? {} : { detail: part.detail }),
})

/** The bytes stand above the label: `ai` hands on `image/*` and labels guessed from a file's name. */
function typeOf(base64: string, given: string, isImage: boolean): string {
  if (!isImage && !VAGUE_TYPE.test(given)) return given
  return sniffMediaType(base64) ?? given
}

/** Base64 text or a URL, and the media type in lower case without its parameters; a data URL is taken apart. */
function unpack(part: CodexFilePart): { data: string | URL; mediaType: string } {
  const mediaType = bare(part.mediaType)
  // Not `instanceof`: test runners give bytes of another realm.
  if (isBytes(part.data)) return { data: convertUint8ArrayToBase64(part.data), mediaType }
  const text = part.data instanceof URL ? part.data.href : part.data
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return { data: new URL(text), mediaType }
  const [, type, isBase64, payload = ''] = /^data:([^,]*?)(;base64)?,(.*)$/is.exec(text) ?? []
  if (type === undefined) return { data: part.data, mediaType }
  return { data: isBase64 ? payload : percentToBase64(payload), mediaType: bare(type) || mediaType }
}

const isBytes = (data: CodexFilePart['data']): data is Uint8Array => ArrayBuffer.isView(data)

const bare = (mediaType: string | undefined): string => mediaType?.split(';')[0]?.trim().toLowerCase() ?? ''

function percentToBase64(payload: string): string {
  try {
    return convertUint8ArrayToBase64(new TextEncoder().encode(decodeURIComponent(payload)))
  } catch {
    // Bytes that are no text are never escaped in practice.
    return payload
  }
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Base64 as the backend takes it: without white space, in the standard alphabet; undefined where it is none. */
export function normalizeBase64(text: string): string | undefined {
  // Most data is right, and is not copied.
  const base64 = BASE64.test(text)
    ? text
    : text.replace(/%3D/gi, '=').replace(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/')
  return BASE64.test(base64) && base64.replace(/=+$/, '').length % 4 !== 1 ? base64 : undefined
}

const isTextType = (mediaType: string): boolean =>
  mediaType.startsWith('text/') || TEXT_TYPES.has(mediaType) || /\+(?:json|xml|yaml)$/.test(mediaType)

function named(part: CodexFilePart, mediaType: string): Pick<InputFile, 'type' | 'filename'> {
  return { type: 'input_file', filename: part.filename || `file.${endingOf(mediaType)}` }
}

function endingOf(mediaType: string): string {
  if (mediaType === 'application/pdf') return 'pdf'
  const suffix = /\+(json|xml|yaml)$/.exec(mediaType)?.[1]
  return TEXT_TYPES.get(mediaType) ?? TEXT_ENDINGS.get(mediaType) ?? suffix ?? 'txt'
}
