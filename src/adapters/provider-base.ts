import { NoSuchModelError } from '@ai-sdk/provider'
import { type CodexModel, createCore } from '../core/provider.ts'
import type { CodexProviderSettings } from '../core/settings.ts'
import type { CodexRateLimits } from '../events/rate-limits.ts'
import type { CodexModelInfo } from '../models/catalogue-entry.ts'
import type { CodexModelId } from '../models/ids.ts'
import type { CodexProviderOptions } from '../request/options.ts'

/** What a provider has whatever its version, besides its kinds of models. */
export interface ProviderBase<Model, Tools> {
  /**
   * A language model; `defaults` hold for each of its calls, which fail with `APICallError`, `CodexAuthError`,
   * `InvalidArgumentError`, `InvalidPromptError` or `UnsupportedFunctionalityError`.
   *
   * @throws InvalidArgumentError where the id is empty or has a control character, or `modelAliases` is wrong.
   */
  (modelId: CodexModelId, defaults?: CodexProviderOptions): Model
  /** The same as calling the provider. */
  languageModel(modelId: CodexModelId, defaults?: CodexProviderOptions): Model
  /** The tools that the backend knows by itself, such as `tools.webSearch()`. */
  readonly tools: Tools
  /**
   * The models that this login may use, by the backend's catalogue; from the cache, however old, where it can't be asked.
   *
   * @throws APICallError, CodexAuthError, InvalidArgumentError for a wrong setting.
   */
  models(): Promise<CodexModelInfo[]>
  /**
   * What is left of the plan's windows, asked anew.
   *
   * @throws APICallError, CodexAuthError, InvalidArgumentError for a wrong setting.
   */
  usage(): Promise<CodexRateLimits>
}

/** Makes what all providers have. It reads nothing until the first call. */
export function createProvider<Model, Tools>(
  settings: CodexProviderSettings,
  toModel: (model: CodexModel) => Model,
  tools: Tools,
): ProviderBase<Model, Tools> {
  const core = createCore(settings)
  const languageModel = (modelId: CodexModelId, defaults?: CodexProviderOptions) =>
    toModel(core.model(modelId, defaults))
  return Object.assign(
    (modelId: CodexModelId, defaults?: CodexProviderOptions) => languageModel(modelId, defaults),
    { languageModel, tools, models: () => core.models(), usage: () => core.usage() },
  )
}

type ModelType = NoSuchModelError['modelType'] | 'textEmbeddingModel'

/** The function of a provider that has no models of that kind. */
export const noModel =
  (modelType: ModelType) =>
  (modelId: string): never => {
    // `embeddingModel` in the newest types.
    throw new NoSuchModelError({ modelId, modelType: modelType as NoSuchModelError['modelType'] })
  }
