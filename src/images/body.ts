import { InvalidArgumentError } from '@ai-sdk/provider'
import { toInputFile } from '../request/files.ts'
import { invalidPrompt } from '../request/invalid-prompt.ts'
import type { CodexImageCall, CodexImageFile } from './call.ts'
import type { CodexImageOptions } from './options.ts'
import { sizeOf } from './size.ts'

/** The two things that the backend does with images. */
export type ImageOperation = 'generations' | 'edits'

/** Body of a request for images, in the order in which the Codex CLI writes it. */
export interface ImageRequestBody {
  readonly prompt: string
  readonly background?: string
  readonly model: string
  readonly quality?: string
  readonly size: string
  /** How many images; absent for one. */
  readonly n?: number
  readonly images?: readonly ImageReference[]
  readonly mask?: ImageReference
  readonly output_format?: string
  readonly output_compression?: number
  readonly moderation?: string
  readonly input_fidelity?: string
}

interface ImageReference {
  readonly image_url: string
}

/** A request for images, but for their number. */
export interface ImageRequest {
  readonly operation: ImageOperation
  readonly body: ImageRequestBody
}

/**
 * Turns a call into a request.
 *
 * @throws InvalidPromptError without a prompt, or for an image that can't be read.
 * @throws InvalidArgumentError for a number or a size of another form.
 * @throws UnsupportedFunctionalityError for an image of a type that the backend does not take.
 * @see docs/wire.md, Images
 */
export function toImageRequest(
  call: CodexImageCall,
  modelId: string,
  options: CodexImageOptions,
): ImageRequest {
  const { prompt, files, mask, warnings } = call
  if (prompt === undefined || prompt.trim() === '') {
    throw invalidPrompt('The call for images has no prompt. Pass a text that says what to draw or to change.')
  }
  if (!Number.isInteger(call.n) || call.n < 1) {
    throw new InvalidArgumentError({ argument: 'n', message: 'n must be a whole number above 0.' })
  }
  if (mask !== undefined && files.length === 0) {
    throw invalidPrompt('The call has a mask without an image. Pass the image that the mask is for.')
  }
  if (call.seed !== undefined) {
    const details = 'seed is left out: the backend does not take it.'
    warnings.add({ type: 'setting', setting: 'seed', details })
  }
  const { quality = 'auto', background = 'opaque' } = options
  const { outputFormat, outputCompression, moderation, inputFidelity } = options
  const isEdit = files.length > 0
  if (inputFidelity !== undefined && !isEdit) {
    const details = 'inputFidelity is left out: it is for edits, and the call has no image.'
    warnings.add({ type: 'setting', setting: 'inputFidelity', details })
  }
  return {
    operation: isEdit ? 'edits' : 'generations',
    body: {
      prompt,
      background,
      model: modelId,
      quality,
      size: sizeOf(call, modelId),
      ...(isEdit ? { images: files.map((file, index) => toReference(file, `image ${index + 1}`)) } : {}),
      ...(mask === undefined ? {} : { mask: toReference(mask, 'the mask') }),
      ...(outputFormat === undefined ? {} : { output_format: outputFormat }),
      ...(outputCompression === undefined ? {} : { output_compression: outputCompression }),
      ...(moderation === undefined ? {} : { moderation }),
      ...(inputFidelity !== undefined && isEdit ? { input_fidelity: inputFidelity } : {}),
    },
  }
}

/** An image as a data URL; an address stays one, and the backend looks it up. */
const toReference = ({ data, mediaType }: CodexImageFile, place: string): ImageReference => ({
  image_url: toInputFile({ type: 'image', data, mediaType }, place).image_url,
})

/** Fields that an image can do without: the call goes on without one that the backend refuses, and a warning says so. */
const OPTIONAL_FIELDS: Readonly<Partial<Record<keyof ImageRequestBody, string>>> = {
  n: 'n',
  background: 'background',
  quality: 'quality',
  output_format: 'outputFormat',
  output_compression: 'outputCompression',
  moderation: 'moderation',
  input_fidelity: 'inputFidelity',
}

/** The body without a field that the backend refuses; undefined where that would be another image. */
export function withoutImageField(
  body: ImageRequestBody,
  field: string,
): { body: ImageRequestBody; option: string } | undefined {
  const name = (Object.keys(OPTIONAL_FIELDS) as Array<keyof typeof OPTIONAL_FIELDS>).find(
    (one) => one === field,
  )
  if (name === undefined || body[name] === undefined) return undefined
  const { [name]: _, ...rest } = body
  return { body: rest as ImageRequestBody, option: OPTIONAL_FIELDS[name] ?? field }
}
