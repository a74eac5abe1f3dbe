import type { CodexImageModel } from '../core/provider.ts'
import { headerLimits } from '../events/rate-limits.ts'
import type { CodexImageCall, CodexImageFile, CodexImages } from '../images/call.ts'
import type { JsonValue } from '../lib/json.ts'
import { createWarningCollector } from '../request/warnings.ts'
import { definedFields } from './finish-metadata.ts'

/** The options of all versions; those before V3 have no files. */
export interface ImageCallOptions {
  prompt: string | undefined
  n: number
  size: string | undefined
  aspectRatio: string | undefined
  seed: number | undefined
  files?: readonly ImageFile[] | undefined
  mask?: ImageFile | undefined
  providerOptions: Readonly<Record<string, unknown>>
  headers?: Readonly<Record<string, string | undefined>> | undefined
  abortSignal?: AbortSignal | undefined
}

type ImageFile = { type: 'file'; mediaType: string; data: string | Uint8Array } | { type: 'url'; url: string }

/** Makes images, and returns them as the versions have them, but for the form of warnings. */
export async function generateWith(model: CodexImageModel, options: ImageCallOptions) {
  const call = toCall(options)
  const result = await model.generate(call)
  return {
    images: result.images.map(({ base64 }) => base64),
    warnings: call.warnings.list(),
    usage: result.usage,
    providerMetadata: { [model.keys[0]]: toMetadata(result) },
    response: {
      timestamp: result.sentAt,
      modelId: result.model ?? model.modelId,
      headers: result.responseHeaders,
    },
  }
}

const toCall = ({ files, mask, abortSignal, ...options }: ImageCallOptions): CodexImageCall => ({
  warnings: createWarningCollector(),
  prompt: options.prompt,
  n: options.n,
  size: options.size,
  aspectRatio: options.aspectRatio,
  seed: options.seed,
  files: (files ?? []).map(toFile),
  mask: mask && toFile(mask),
  providerOptions: options.providerOptions,
  headers: options.headers,
  signal: abortSignal,
})

const toFile = (file: ImageFile): CodexImageFile =>
  file.type === 'url' ? { data: file.url } : { data: file.data, mediaType: file.mediaType }

/** `ai` passes on `images` alone, so each of them has what is of the whole answer too. */
function toMetadata({ images, responseHeaders, usage }: CodexImages) {
  const limits = headerLimits(responseHeaders, Date.now())
  const tokens = definedFields<JsonValue>({ ...usage })
  const shared = definedFields<JsonValue>({
    usage: Object.keys(tokens).length === 0 ? undefined : tokens,
    planType: limits?.planType,
    // Metadata is JSON: a `Date` becomes its ISO string.
    rateLimits: limits && (JSON.parse(JSON.stringify(limits)) as JsonValue),
  })
  return {
    ...shared,
    images: images.map(({ base64: _, ...image }) => ({ ...definedFields<JsonValue>(image), ...shared })),
  }
}
