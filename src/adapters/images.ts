import type { CodexImageModel } from '../core/provider.ts'
import { MAX_IMAGES_PER_REQUEST } from '../images/limits.ts'
import type { CodexWarning } from '../request/call.ts'
import type { ImageCallOptions } from './image-call.ts'
import type { CodexProviderMetadata } from './metadata.ts'
import { toSettingWarning } from './setting-warning.ts'

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
      // With the first call: most apps make no images.
      const { generateWith } = await import('./image-call.ts')
      const { warnings, ...result } = await generateWith(model, options)
      return { ...result, warnings: warnings.map(toWarning) }
    },
  }
}

/** Translates a warning for V1 and V2, whose image models have none about tools. */
export function toImageWarning(warning: CodexWarning) {
  const translated = toSettingWarning(warning)
  return translated.type === 'unsupported-tool'
    ? { type: 'other' as const, message: translated.details }
    : translated
}
