import type {
  ImageModelV4,
  LanguageModelV4,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4Usage,
  ProviderV4,
  SharedV4Warning,
} from 'spec-v4'
import type { CodexAuth, CodexCore, CodexImageModel, CodexModel, StoredModel } from '../core/provider.ts'
import { CHATGPT } from '../core/route-entries.ts'
import type { ChatGPTProviderSettings, CodexProviderSettings } from '../core/settings.ts'
import { createImageModel } from './images.ts'
import type { Dialect } from './modern/dialect.ts'
import { createModernModel } from './modern/model.ts'
import { toFeatureWarning, toFinish, toHostedPart, toNestedUsage } from './modern/nested.ts'
import { chatGPTCore, codexCore, createProvider, noModel, type ProviderBase } from './provider.ts'
import { type CodexTools, codexTools } from './provider-tools.ts'

/** Provider of language models for `ai` 7 that run on a ChatGPT plan. */
export interface CodexProvider extends ProviderBase<LanguageModelV4, ImageModelV4, CodexTools>, ProviderV4 {
  /** Creates a language model; the same as calling the provider. */
  languageModel: ProviderBase<LanguageModelV4, ImageModelV4, CodexTools>['languageModel']
  /**
   * Always throws: a ChatGPT plan has no embedding models.
   *
   * @throws NoSuchModelError
   */
  embeddingModel(modelId: string): never
  /** Creates an image model. */
  imageModel: ProviderBase<LanguageModelV4, ImageModelV4, CodexTools>['imageModel']
  /**
   * Always throws: a ChatGPT plan has no transcription models.
   *
   * @throws NoSuchModelError
   */
  transcriptionModel(modelId: string): never
  /**
   * Always throws: a ChatGPT plan has no speech models.
   *
   * @throws NoSuchModelError
   */
  speechModel(modelId: string): never
  /**
   * Always throws: a ChatGPT plan has no reranking models.
   *
   * @throws NoSuchModelError
   */
  rerankingModel(modelId: string): never
  /**
   * Creates a provider for another login, with all other settings the same: one for each request of a server with many
   * users costs next to nothing. What is learned for one login is never used for another.
   *
   * @param auth In place of the settings `auth` and `authFile`. A workspace set by `accountId` holds for it too.
   * @throws InvalidArgumentError if `auth` is no login, such as that of a user who is not signed in.
   *
   * @example
   * const model = codex.withAuth(loginOf(user))('gpt-6.1-sol')
   */
  withAuth(auth: CodexAuth): CodexProvider
}

/** Provider of language models for `ai` 7 that run on a ChatGPT plan by "Sign in with ChatGPT". */
export interface ChatGPTProvider extends CodexProvider {
  /**
   * Always throws: Sign in with ChatGPT covers no image models.
   *
   * @throws NoSuchModelError
   */
  imageModel(modelId: string): never
  /**
   * Always rejects: OpenAI does not report the usage of a plan to apps. Users see it at
   * https://chatgpt.com/settings/usage.
   *
   * @throws UnsupportedFunctionalityError
   */
  usage: CodexProvider['usage']
  /**
   * Always throws: by OpenAI's terms, an app uses one account at a time. The setting `auth` takes the login of its user.
   *
   * @throws UnsupportedFunctionalityError
   */
  withAuth(auth: CodexAuth): never
}

/**
 * Creates a provider for `ai` 7. Nothing is read until the first call: no file and no environment variable. An invalid
 * setting therefore rejects the first call.
 *
 * @param settings All optional.
 * @default `{}`: the login of the Codex CLI, and environment variables where they are set
 * @throws InvalidArgumentError from the first call on, if a setting is invalid. The error names the setting.
 * @see {@link CodexProviderSettings} for each setting and its default
 *
 * @example
 * const codex = createCodex({ codexMode: false })
 * const { text } = await generateText({ model: codex('gpt-5.1-codex'), prompt: 'Say hi' })
 */
export function createCodex(settings: CodexProviderSettings = {}): CodexProvider {
  return create(codexCore(settings))
}

/**
 * Creates a provider for `ai` 7 that uses the plan of a user who signed in to your app with "Sign in with ChatGPT", as
 * OpenAI documents it. Nothing else is read until the first call.
 *
 * @param settings All optional but `appName`.
 * @throws InvalidArgumentError if `appName` is missing, and from the first call on, if a setting is invalid. The error
 * names the setting.
 * @see {@link ChatGPTProviderSettings} for each setting and its default, and docs/chatgpt-plan.md
 *
 * @example
 * const chatgpt = createChatGPT({ appName: 'My app' })
 * const { text } = await generateText({ model: chatgpt('gpt-6.1-sol'), prompt: 'Say hi' })
 */
export function createChatGPT(settings: ChatGPTProviderSettings): ChatGPTProvider {
  // Its `withAuth` throws.
  return create(chatGPTCore(settings)) as ChatGPTProvider
}

const loadForm = async () => (await import('./modern/compact.ts')).modernForm(true)

function create(core: CodexCore): CodexProvider {
  const toModel = (model: CodexModel): LanguageModelV4 => new CodexLanguageModelV4(model)
  const toImageModel = (model: CodexImageModel): ImageModelV4 => new CodexImageModelV4(model)
  return Object.assign(createProvider(core, toModel, toImageModel, codexTools, loadForm), {
    specificationVersion: 'v4' as const,
    embeddingModel: noModel('embeddingModel'),
    transcriptionModel: noModel('transcriptionModel'),
    speechModel: noModel('speechModel'),
    rerankingModel: noModel('rerankingModel'),
    withAuth: (auth: CodexAuth) => create(core.withAuth(auth)),
  })
}

/** How the Workflow SDK asks a class to store an instance, and to make it again: @workflow/serde. */
const WORKFLOW_SERIALIZE = Symbol.for('workflow-serialize')
const WORKFLOW_DESERIALIZE = Symbol.for('workflow-deserialize')

const restoreProvider = ({ provider, settings }: StoredModel): CodexProvider =>
  provider === CHATGPT.keys[0]
    ? createChatGPT(settings as unknown as ChatGPTProviderSettings)
    : createCodex(settings)

/** A class, since the Workflow SDK stores only instances of classes. */
class CodexLanguageModelV4 implements LanguageModelV4 {
  readonly specificationVersion = 'v4'
  readonly provider: string
  readonly modelId: string
  readonly supportedUrls: LanguageModelV4['supportedUrls']
  readonly doGenerate: LanguageModelV4['doGenerate']
  readonly doStream: LanguageModelV4['doStream']
  readonly #model: CodexModel

  constructor(model: CodexModel) {
    const { provider, modelId, supportedUrls, doGenerate, doStream } = createModernModel(model, DIALECT)
    this.provider = provider
    this.modelId = modelId
    this.supportedUrls = supportedUrls
    this.doGenerate = doGenerate
    this.doStream = doStream
    this.#model = model
  }

  static [WORKFLOW_SERIALIZE](instance: CodexLanguageModelV4): StoredModel {
    return instance.#model.store()
  }

  static [WORKFLOW_DESERIALIZE](stored: StoredModel): LanguageModelV4 {
    return restoreProvider(stored).languageModel(stored.modelId, stored.defaults)
  }
}

/** A class for the same reason. */
class CodexImageModelV4 implements ImageModelV4 {
  readonly specificationVersion = 'v4'
  readonly provider: string
  readonly modelId: string
  readonly maxImagesPerCall: number
  readonly doGenerate: ImageModelV4['doGenerate']
  readonly #model: CodexImageModel

  constructor(model: CodexImageModel) {
    const { provider, modelId, maxImagesPerCall, doGenerate } = createImageModel(model, toFeatureWarning)
    this.provider = provider
    this.modelId = modelId
    this.maxImagesPerCall = maxImagesPerCall
    this.doGenerate = doGenerate
    this.#model = model
  }

  static [WORKFLOW_SERIALIZE](instance: CodexImageModelV4): StoredModel {
    return instance.#model.store()
  }

  static [WORKFLOW_DESERIALIZE](stored: StoredModel): ImageModelV4 {
    return restoreProvider(stored).imageModel(stored.modelId)
  }
}

/**
 * The provider with default settings: the login of the Codex CLI, and environment variables where they are set.
 *
 * @throws CodexAuthFileNotFoundError from a call, if there is no login yet
 * @see {@link createCodex} for a provider with other settings
 */
export const codex: CodexProvider = createCodex()

type OwnPart = Extract<LanguageModelV4Content, { type: 'file' | 'custom' | 'tool-call' | 'tool-result' }>

const DIALECT: Dialect<LanguageModelV4Usage, LanguageModelV4FinishReason, SharedV4Warning, OwnPart> = {
  toUsage: toNestedUsage,
  // `interrupted` came with a later minor version of the types.
  toFinishReason: (reason, raw) => toFinish(reason, raw) as LanguageModelV4FinishReason,
  toWarning: toFeatureWarning,
  toFile: ({ data, ...file }) => ({ type: 'file', ...file, data: { type: 'data', data } }),
  hasDynamicTools: true,
  toHosted: toHostedPart,
  toOpaque: ({ kind, providerMetadata }) => [{ type: 'custom', kind, providerMetadata }],
}
