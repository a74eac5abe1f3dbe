import { InvalidArgumentError, NoSuchModelError } from '@ai-sdk/provider'
import { assertAppName } from '../core/check-settings.ts'
import { type CodexCore, type CodexImageModel, type CodexModel, createCore } from '../core/provider.ts'
import { CHATGPT, CODEX } from '../core/route-entries.ts'
import type { ChatGPTProviderSettings, CodexProviderSettings } from '../core/settings.ts'
import type { CodexRateLimits } from '../events/rate-limits.ts'
import type { CodexImageModelId } from '../images/ids.ts'
import type { CodexModelInfo } from '../models/catalogue-entry.ts'
import type { CodexModelId } from '../models/ids.ts'
import type { CodexProviderOptions } from '../request/options.ts'
import type { CompactForm } from './compact.ts'
import type { CodexCompactOptions } from './compact-options.ts'

/** Members that the provider of every version has, apart from its factories of other kinds of models. */
export interface ProviderBase<Model, ImageModel, Tools> {
  /**
   * Creates a language model. Its calls may reject with `APICallError`, `CodexAuthError`, `InvalidArgumentError`,
   * `InvalidPromptError` or `UnsupportedFunctionalityError`.
   *
   * @param modelId A model id of the backend, an alias, or either with an effort suffix such as `gpt-5.1-codex-high`.
   * @param defaults Options for every call of this model (none by default); `providerOptions.codex` of a call overrides them.
   * @throws InvalidArgumentError if the id is empty or contains a control character, or if `modelAliases` is invalid.
   * @see `CodexProviderOptions`
   */
  (modelId: CodexModelId, defaults?: CodexProviderOptions): Model
  /**
   * Creates a language model; the same as calling the provider.
   *
   * @throws InvalidArgumentError if the id is empty or contains a control character, or if `modelAliases` is invalid.
   */
  languageModel(modelId: CodexModelId, defaults?: CodexProviderOptions): Model
  /**
   * Creates an image model, for `generateImage` (`experimental_generateImage` before `ai` 6). Its calls may reject with
   * `APICallError`, `CodexAuthError`, `InvalidArgumentError`, `InvalidPromptError` or `UnsupportedFunctionalityError`.
   *
   * @param modelId An id such as `gpt-image-2`, or `gpt-image` for the newest known.
   * @throws InvalidArgumentError if the id is empty or contains a control character, or if `modelAliases` is invalid.
   * @see `CodexImageOptions` for its `providerOptions.codex`
   */
  imageModel(modelId: CodexImageModelId): ImageModel
  /**
   * Compacts a long history: the user messages, the newest up to about 64,000 tokens, and one item in place of all else,
   * which only the backend reads. Models with the same `comp_hash` read it. The usage is in `providerOptions.codex.compaction`
   * of the last message.
   *
   * @param messages The messages as a call takes them. They are not changed.
   * @returns messages of the same type, for the next call.
   * @throws APICallError if the backend refuses, or if its answer is not one compaction, after two more attempts.
   * @throws CodexAuthError if there is no usable login.
   * @throws InvalidArgumentError, InvalidPromptError if an option or a message is invalid.
   * @throws UnsupportedFunctionalityError on a route without compaction.
   * @see docs/compaction.md
   */
  compact<Message extends { role: string }>(
    messages: readonly Message[],
    options: CodexCompactOptions<Model>,
  ): Promise<Message[]>
  /** Tools that are built into the backend, such as `tools.webSearch()`. */
  readonly tools: Tools
  /**
   * Lists the models that this login may use, from the backend's catalogue. Falls back to the cached copy, however
   * old, when the backend can't be reached.
   *
   * @throws APICallError if the backend refuses and nothing is cached.
   * @throws CodexAuthError if there is no usable login.
   * @throws InvalidArgumentError if a setting is invalid.
   */
  models(): Promise<CodexModelInfo[]>
  /**
   * Fetches how much of the plan's rate-limit windows is used. Never cached.
   *
   * @throws APICallError if the backend refuses.
   * @throws CodexAuthError if there is no usable login.
   * @throws InvalidArgumentError if a setting is invalid.
   */
  usage(): Promise<CodexRateLimits>
}

/** The core of a provider of the Codex backend. */
export const codexCore = (settings: CodexProviderSettings): CodexCore => createCore(settings, CODEX)

/**
 * The core of a provider of "Sign in with ChatGPT".
 *
 * @throws InvalidArgumentError if the name of the app is missing.
 */
export function chatGPTCore(settings: ChatGPTProviderSettings): CodexCore {
  // Callers without types may leave out all of it.
  assertAppName(settings ?? {})
  return createCore(settings, CHATGPT)
}

/** Creates the members that all providers share. Reads nothing until the first call. */
export function createProvider<Model extends object, ImageModel, Tools>(
  core: CodexCore,
  toModel: (model: CodexModel) => Model,
  toImageModel: (model: CodexImageModel) => ImageModel,
  tools: Tools,
  loadForm: () => Promise<CompactForm>,
): ProviderBase<Model, ImageModel, Tools> {
  const made = new WeakMap<object, CodexModel>()
  function languageModel(modelId: CodexModelId, defaults?: CodexProviderOptions): Model {
    const own = core.model(modelId, defaults)
    const model = toModel(own)
    made.set(model, own)
    return model
  }
  function modelOf(model: CodexModelId | Model): CodexModel {
    const own = typeof model === 'object' && model !== null ? made.get(model) : core.model(model)
    if (own) return own
    throw new InvalidArgumentError({
      argument: 'model',
      message: 'The model of compact() must be a model id, or a model of this provider without middleware.',
    })
  }
  return Object.assign(
    (modelId: CodexModelId, defaults?: CodexProviderOptions) => languageModel(modelId, defaults),
    {
      languageModel,
      imageModel: (modelId: CodexImageModelId) => toImageModel(core.imageModel(modelId)),
      tools,
      models: () => core.models(),
      usage: () => core.usage(),
      async compact<Message extends { role: string }>(
        messages: readonly Message[],
        { model, ...options }: CodexCompactOptions<Model>,
      ) {
        const own = modelOf(model)
        const [{ compactMessages }, form] = await Promise.all([import('./compact.ts'), loadForm()])
        return compactMessages(own, form, messages, options)
      },
    },
  )
}

type ModelType = NoSuchModelError['modelType'] | 'textEmbeddingModel'

/** The factory of a kind of model that a ChatGPT plan does not have. */
export const noModel =
  (modelType: ModelType) =>
  (modelId: string): never => {
    // Older types call it `textEmbeddingModel`, newer ones `embeddingModel`.
    throw new NoSuchModelError({ modelId, modelType: modelType as NoSuchModelError['modelType'] })
  }
