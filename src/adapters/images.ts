import type { CodexImageModel } from '../core/provider.ts'
import { headerLimits } from '../events/rate-limits.ts'
import {
  type CodexImageCall,
  type CodexImageFile,
  type CodexImages,
  MAX_IMAGES_PER_REQUEST,
} from '../images/call.ts'
import type { JsonValue } from '../lib/json.ts'
import type { CodexWarning } from '../request/call.ts'
import { createWarningCollector } from '../request/warnings.ts'
import { definedFields } from './finish-metadata.ts'
import type { CodexProviderMetadata } from './metadata.ts'
import { toSettingWarning } from './setting-warning.ts'

/** The options of all versions; those before V3 have no files. */
interface ImageCallOptions {
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

/**
 * Contents of each of `providerMetadata.codex.images`: an image as the backend describes it, and what is of its whole call.
 * Fields that the backend did not send are absent.
 */
export interface CodexImageMetadata extends Pick<CodexProviderMetadata, 'planType' | 'rateLimits'> {
  /** Prompt as the backend rewrote it. */
  revisedPrompt?: string
  /** Such as `1024x1024`. */
  size?: string
  /** Such as `high`. */
  quality?: string
  /** Such as `opaque`. */
  background?: string
  /** Such as `png`. */
  outputFormat?: string
  /** Tokens of the whole call, the same for each of its images. */
  usage?: { inputTokens?: number; outputTokens?: number; totalTokens?: number }
}

/** Creates an image model of any version, without its `specificationVersion`. */
export function createImageModel<Warning>(
  model: CodexImageModel,
  toWarning: (warning: CodexWarning) => Warning,
) {
  const { keys, modelId } = model
  return {
    provider: `${keys[0]}.image`,
    modelId,
    maxImagesPerCall: MAX_IMAGES_PER_REQUEST,
    async doGenerate(options: ImageCallOptions) {
      const call = toCall(options)
      const result = await model.generate(call)
      return {
        images: result.images.map(({ base64 }) => base64),
        warnings: call.warnings.list().map(toWarning),
        usage: result.usage,
        providerMetadata: { [keys[0]]: toMetadata(result) },
        response: {
          timestamp: result.sentAt,
          modelId: result.model ?? modelId,
          headers: result.responseHeaders,
        },
      }
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

/** Translates a warning for V1 and V2, whose image models have none about tools. */
export function toImageWarning(warning: CodexWarning) {
  const translated = toSettingWarning(warning)
  return translated.type === 'unsupported-tool'
    ? { type: 'other' as const, message: translated.details }
    : translated
}
