import { InvalidPromptError, UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { convertBase64ToUint8Array, convertUint8ArrayToBase64 } from '@ai-sdk/provider-utils'
import type { CodexFilePart } from './call.ts'

export interface InputImage {
  type: 'input_image'
  image_url: string
}

export interface InputFile {
  type: 'input_file'
  filename: string
  file_data?: string
  file_url?: string
}

/** The first bytes of the image types that the backend takes; undefined stands for any byte. */
const IMAGE_SIGNATURES: ReadonlyArray<[mediaType: string, bytes: ReadonlyArray<number | undefined>]> = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  [
    'image/webp',
    [0x52, 0x49, 0x46, 0x46, undefined, undefined, undefined, undefined, 0x57, 0x45, 0x42, 0x50],
  ],
]

const IMAGE_TYPES = IMAGE_SIGNATURES.map(([mediaType]) => mediaType)

function sniffImageType(base64: string): string | undefined {
  let head: Uint8Array
  try {
    head = convertBase64ToUint8Array(base64.slice(0, 24))
  } catch {
    // What is no base64 has no type either.
    return undefined
  }
  return IMAGE_SIGNATURES.find(([, bytes]) =>
    bytes.every((byte, index) => byte === undefined || byte === head[index]),
  )?.[0]
}

/** An image or a file of the prompt as an input part, or an error that says why the backend would refuse it. */
export function toInputFile(part: CodexFilePart): InputImage | InputFile {
  const { data, mediaType } = unpack(part)
  const isImage = part.type === 'image' || /^image(?:\/|$)/.test(mediaType ?? '')
  if (data instanceof URL) {
    return isImage
      ? { type: 'input_image', image_url: data.href }
      : { type: 'input_file', filename: filenameOf(part, mediaType), file_url: data.href }
  }
  if (data === '') {
    throw new InvalidPromptError({
      prompt: undefined,
      message: `The prompt has an empty ${isImage ? 'image' : 'file'}${part.filename ? ` (${part.filename})` : ''}.`,
    })
  }
  return isImage
    ? { type: 'input_image', image_url: `data:${imageTypeOf(data, mediaType)};base64,${data}` }
    : toFileData(part, data, mediaType)
}

/** Base64 text or a URL, and the media type as far as it is known; a data URL is taken apart. */
function unpack(part: CodexFilePart): { data: string | URL; mediaType: string | undefined } {
  if (part.data instanceof Uint8Array) {
    return { data: convertUint8ArrayToBase64(part.data), mediaType: part.mediaType }
  }
  const dataURL = /^data:([^;,]*)(?:;[^,]*)?;base64,(.*)$/s.exec(
    part.data instanceof URL ? part.data.href : part.data,
  )
  return dataURL
    ? { data: dataURL[2] ?? '', mediaType: dataURL[1] || part.mediaType }
    : { data: part.data, mediaType: part.mediaType }
}

function imageTypeOf(base64: string, mediaType: string | undefined): string {
  // The bytes stand above the label: `ai` hands on `image/*` and labels guessed from a file's name.
  const type = sniffImageType(base64) ?? mediaType
  if (type !== undefined && IMAGE_TYPES.includes(type)) return type
  throw new UnsupportedFunctionalityError({
    functionality: `image of type ${mediaType ?? 'unknown'}`,
    message: `The prompt has an image of type ${mediaType ?? 'unknown'}; the Codex backend takes PNG, JPEG, GIF and WebP.`,
  })
}

function toFileData(part: CodexFilePart, data: string, mediaType: string | undefined): InputFile {
  if (mediaType !== 'application/pdf' && mediaType?.startsWith('text/') !== true) {
    throw new UnsupportedFunctionalityError({
      functionality: `file of type ${mediaType ?? 'unknown'}`,
      message: `The prompt has a file of type ${mediaType ?? 'unknown'}; the Codex backend takes images, PDF and text.`,
    })
  }
  return {
    type: 'input_file',
    filename: filenameOf(part, mediaType),
    file_data: `data:${mediaType};base64,${data}`,
  }
}

const filenameOf = (part: CodexFilePart, mediaType: string | undefined): string =>
  part.filename ?? (mediaType === 'application/pdf' ? 'file.pdf' : 'file.txt')
